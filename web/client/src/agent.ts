// The agent, once it was found: one method for each thing a page may ask of it.
import type {
  Authentication, Certificate, CertificateKind, Certificates, DigestAlgorithm, Disclosure, Pins, Signatures, Status,
} from "./api.js";
import { permissionState } from "./browser.js";
import { base64, digestBlob, label } from "./digest.js";
import { AgentError, failure, problem } from "./error.js";
import { follow } from "./events.js";
import type { Request, Transport, Way } from "./transport.js";
import type { Language } from "./words.js";

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up; it rejects with the signal's reason. An open prompt closes. */
  readonly signal?: AbortSignal;
}

/** What calls take that read what needs no PIN. */
export interface CardOptions extends CallOptions {
  /** A reader's `id` from the status. Default: the only reader that holds a My Number card. */
  readonly reader?: string;
}

/** What calls take that ask the holder. */
export interface PromptOptions extends CallOptions {
  /** A reader's `id` from the status. Default: `choose`; of several cards the holder chooses one at the prompt. */
  readonly reader?: string;
}

/** One thing to be signed: a digest that is there already, or a file to be hashed here. */
export type SignItem =
  | { readonly digest: Uint8Array | string; readonly algorithm?: DigestAlgorithm; readonly name?: string }
  | { readonly blob: Blob; readonly algorithm?: DigestAlgorithm; readonly name?: string };

/** How far the hashing has come. */
export interface SignProgress {
  /** Bytes read so far, of all files together. */
  readonly bytes: number;
  /** Bytes of all files together. */
  readonly total: number;
}

/** How to sign. */
export interface SignOptions extends PromptOptions {
  /** Hash algorithm of items that name none. Default: SHA-256. */
  readonly algorithm?: DigestAlgorithm;
  /** Called while files are hashed. */
  readonly onProgress?: (progress: SignProgress) => void;
  /** False leaves the certificate out of the answer. Default: true. */
  readonly includeCertificate?: boolean;
  /** Refuse if the card's signature certificate is another: SHA-256 of its DER, hexadecimal. */
  readonly certificateFingerprintSha256?: string;
  /** Where a site must ask twice, the prompt says which of the two this is. */
  readonly step?: Step;
}

/** Which of two prompts that belong together. */
export type Step = "1/2" | "2/2";

/** What was signed, beside the signatures. */
export interface SignResult extends Signatures {
  /** The digests in the order of the items, base64. */
  readonly digests: readonly { readonly algorithm: DigestAlgorithm; readonly value: string; readonly label?: string }[];
}

/** The same; without a reader the holder chooses. */
const choosing = (options: PromptOptions): CardOptions => ({ ...options, reader: options.reader ?? "choose" });

/** A connection to the agent. Made by {@link connect}. */
export class Agent {
  /** The way it is reached. */
  readonly way: Way;
  /** The agent's version. */
  readonly version: string;
  readonly #transport: Transport;
  readonly #language: Language;

  /** For {@link connect}, and for tests that bring a transport of their own. */
  constructor(transport: Transport, version: string, language: Language) {
    this.way = transport.way;
    this.version = version;
    this.#transport = transport;
    this.#language = language;
  }

  /** The readers and what lies in each, and what this site may ask. */
  status(options: CallOptions = {}): Promise<Status> {
    return this.#call("GET", "/v1/status", options);
  }

  /**
   * Tells the status now and at each change of reader or card, while the page is visible: a hidden page lets go of its
   * connection, of which a browser has only six for all tabs together. A lost stream is opened anew.
   *
   * @param onError - called with each failure; after one that waiting does not cure, nothing follows.
   * @returns a function that ends it.
   */
  events(listener: (status: Status) => void, options: CallOptions & { readonly onError?: (error: AgentError) => void } = {}): () => void {
    const open = (onEvent: (data: unknown) => void, signal: AbortSignal): Promise<unknown> =>
      this.#send({ method: "GET", path: "/v1/events", onEvent, signal });
    return follow(open, (data) => listener(data as Status), options.onError, options.signal);
  }

  /** Tries left for both PINs. Costs none. */
  pins(options: CardOptions = {}): Promise<Pins> {
    return this.#call("GET", "/v1/pins", options);
  }

  /** The certificates on the card, in short. Needs the scope `certificates`. */
  certificates(options: CardOptions = {}): Promise<Certificates> {
    return this.#call("GET", "/v1/certificates", options);
  }

  /** One certificate, whole. Needs the scope `certificates`; for `signature` use {@link disclose}. */
  certificate(kind: CertificateKind, options: CardOptions = {}): Promise<Certificate> {
    return this.#call("GET", "/v1/certificates/" + kind, options);
  }

  /** Asks the holder for the signature password and hands out that certificate, with name, address, birth date and sex. */
  disclose(options: PromptOptions & { readonly step?: Step } = {}): Promise<Disclosure> {
    return this.#call("POST", "/v1/certificates/signature/disclose", choosing(options), { step: options.step });
  }

  /**
   * Asks the holder for the PIN and makes a log-in token (Web eID) for this page's origin.
   *
   * @param nonce - from the site's server, fresh for each log-in: base64 of at least 32 random bytes.
   */
  authenticate(nonce: string, options: PromptOptions = {}): Promise<Authentication> {
    return this.#call("POST", "/v1/authenticate", choosing(options), { challengeNonce: nonce });
  }

  /**
   * Hashes the files among the items, asks the holder for the signature password once and signs all of them, or none.
   * Names are shown in the prompt; see {@link label} for what is left of strange ones.
   *
   * @param items - 1 to 100.
   */
  async sign(items: readonly SignItem[], options: SignOptions = {}): Promise<SignResult> {
    const { signal, onProgress, includeCertificate, certificateFingerprintSha256, step } = options;
    const total = items.reduce((sum, item) => sum + ("blob" in item ? item.blob.size : 0), 0);
    let before = 0;
    const digests = [];
    for (const item of items) {
      const algorithm = item.algorithm ?? options.algorithm ?? "SHA-256";
      let digest;
      let name = item.name;
      if ("blob" in item) {
        const start = before;
        digest = await digestBlob(item.blob, algorithm, (bytes) => onProgress?.({ bytes: start + bytes, total }), signal);
        before += item.blob.size;
        name ??= (item.blob as Partial<File>).name;
      } else {
        digest = item.digest;
      }
      const shown = label(name);
      const value = typeof digest === "string" ? digest : base64(digest);
      digests.push(shown ? { algorithm, value, label: shown } : { algorithm, value });
    }
    const body = { digests, includeCertificate, certificateFingerprintSha256, step };
    return { ...(await this.#call<Signatures>("POST", "/v1/sign", choosing(options), body)), digests };
  }

  /** Lets the card go now, so that other programs can have it. */
  async release(options: CardOptions = {}): Promise<void> {
    await this.#call("POST", "/v1/release", options);
  }

  /** Ends the connection; the bridge's window closes. */
  close(): void {
    this.#transport.close();
  }

  async #call<T>(method: "GET" | "POST", path: string, { reader, signal }: CardOptions, body?: object): Promise<T> {
    const query = method === "GET" && reader !== undefined ? "?reader=" + encodeURIComponent(reader) : "";
    const answer = await this.#send({ method, path: path + query, body: { ...body, reader }, signal });
    return answer as T;
  }

  /** The body of the answer; an error if it is a failure or there is none. */
  async #send(request: Request): Promise<unknown> {
    let answer;
    try {
      answer = await this.#transport.send({ ...request, language: this.#language });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof AgentError) throw error;
      if ((await permissionState()) === "denied") throw failure("permission_denied", this.#language);
      // A request is never repeated by itself: it may have been a signature.
      throw failure("connection_lost", this.#language, request.method === "POST" ? { outcomeUnknown: true } : {});
    }
    const { status, body } = answer;
    if (status < 300 && (body || status === 204 || request.onEvent)) return body;
    throw problem(body) ?? failure("foreign_program", this.#language, { status });
  }
}
