// The functions of Web eID's library (web-eid.js 2.x), done by the agent: a site that uses it changes one import. Names
// and shapes are those of its public interface; web-eid-messages.md tells which version they were taken from.
import type { Agent, CardOptions, Step } from "./agent.js";
import type { DigestAlgorithm } from "./api.js";
import { connect, type ConnectOptions } from "./connect.js";
import { AgentError } from "./error.js";
import {
  ActionPendingError, MissingParameterError, NativeInvalidArgumentError, UserCancelledError, UserTimeoutError, toWebEidError,
} from "./web-eid-errors.js";
import { pageLanguage, type Language } from "./words.js";

export {
  ActionPendingError, ActionTimeoutError, ContextInsecureError, DeveloperError, ErrorCode, ExtensionUnavailableError, MissingParameterError,
  NativeFatalError, NativeInvalidArgumentError, NativeUnavailableError, UnknownError, UserCancelledError, UserTimeoutError,
  VersionInvalidError, VersionMismatchError, WebEidError,
} from "./web-eid-errors.js";

/** Options of every action. */
export interface ActionOptions {
  /** How long the person may take, in milliseconds. Default: two minutes. */
  readonly userInteractionTimeout?: number;
  /** Language of prompts and messages: `ja`, `en`. Others count as that of the page. */
  readonly lang?: string;
}

/** Versions of what takes part. The agent stands for both extension and native application. */
export interface LibraryStatusResponse {
  readonly library: string;
  readonly extension: string;
  readonly nativeApp: string;
}

/** The authentication token for the site's server. */
export interface LibraryAuthenticateResponse {
  readonly unverifiedCertificate: string;
  readonly algorithm: string;
  readonly signature: string;
  readonly format: string;
  readonly appVersion: string;
}

/** How a signature is made. */
export interface SignatureAlgorithm {
  readonly hashFunction: DigestAlgorithm;
  readonly paddingScheme: "NONE" | "PKCS1.5";
  readonly cryptoAlgorithm: "ECC" | "RSA";
}

/** The signing certificate (DER, base64) and what its key can do. */
export interface LibraryGetSigningCertificateResponse {
  readonly certificate: string;
  readonly supportedSignatureAlgorithms: SignatureAlgorithm[];
}

/** A signature (base64) and how it was made. */
export interface LibrarySignResponse {
  readonly signature: string;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

/** The same values as in Web eID's library, for sites that read them. */
export const config = Object.freeze({
  VERSION: "2.1.0",
  EXTENSION_HANDSHAKE_TIMEOUT: 1000,
  NATIVE_APP_HANDSHAKE_TIMEOUT: 5000,
  DEFAULT_USER_INTERACTION_TIMEOUT: 120_000,
  MAX_EXTENSION_LOAD_DELAY: 1000,
});

const HASH_FUNCTIONS: readonly DigestAlgorithm[] = ["SHA-256", "SHA-384", "SHA-512"];

let connectOptions: ConnectOptions = {};
let connected: { readonly agent: Agent; readonly language: Language } | undefined;
const underWay = new Map<string, AbortController>();

/** How to connect, for sites that want it otherwise than by default. Actions under way are cancelled. */
export function configure(options: ConnectOptions): void {
  for (const running of underWay.values()) running.abort(new UserCancelledError("cancelled by the page"));
  connected?.agent.close();
  connected = undefined;
  connectOptions = options;
}

/** Versions; fails if the agent cannot be used. */
export function status(): Promise<LibraryStatusResponse> {
  return action("status", undefined, async (agent) => {
    // Asked anew: the agent may have gone since it was found.
    const { version } = (await agent.status()).agent;
    return { library: config.VERSION, extension: version, nativeApp: version };
  });
}

/**
 * Logs in.
 *
 * @param challengeNonce - from the site's server: 44 to 128 characters of base64.
 */
export function authenticate(challengeNonce: string, options?: ActionOptions): Promise<LibraryAuthenticateResponse> {
  return action("authenticate", options, async (agent, card) => {
    required({ challengeNonce });
    const { unverifiedCertificate, algorithm, signature, format, appVersion } = (await agent.authenticate(challengeNonce, card)).token;
    return { unverifiedCertificate, algorithm, signature, format, appVersion };
  });
}

/** Hands out the signing certificate. The person types the signature password; the prompt says that it is the first of two. */
export function getSigningCertificate(options?: ActionOptions): Promise<LibraryGetSigningCertificateResponse> {
  return action("getSigningCertificate", options, async (agent, card) => {
    const { certificate } = await agent.disclose({ ...card, step: "1/2" });
    const cryptoAlgorithm = certificate.keyAlgorithm.startsWith("RSA") ? "RSA" : "ECC";
    const paddingScheme = cryptoAlgorithm === "RSA" ? "PKCS1.5" : "NONE";
    return {
      certificate: certificate.certificate,
      supportedSignatureAlgorithms: HASH_FUNCTIONS.map((hashFunction) => ({ hashFunction, paddingScheme, cryptoAlgorithm })),
    };
  });
}

/**
 * Signs a hash with the key of this certificate and no other.
 *
 * @param certificate - as {@link getSigningCertificate} gave it.
 * @param hash - base64.
 * @param hashFunction - `SHA-256`, `SHA-384` or `SHA-512`.
 */
export function sign(certificate: string, hash: string, hashFunction: string, options?: ActionOptions): Promise<LibrarySignResponse> {
  return action("sign", options, async (agent, card) => {
    required({ certificate, hash, hashFunction });
    const algorithm = HASH_FUNCTIONS.find((known) => known === hashFunction);
    if (!algorithm) throw new NativeInvalidArgumentError("the card does not sign with " + hashFunction);
    const step: Step = "2/2";
    const pinned = { certificateFingerprintSha256: await fingerprint(certificate), includeCertificate: false, step };
    const { signatures } = await agent.sign([{ digest: hash, algorithm }], { ...card, ...pinned });
    const made = signatures[0];
    if (!made) throw new Error("the agent sent no signature");
    const rsa = made.algorithm.startsWith("RS");
    return {
      signature: made.value,
      signatureAlgorithm: { hashFunction: algorithm, paddingScheme: rsa ? "PKCS1.5" : "NONE", cryptoAlgorithm: rsa ? "RSA" : "ECC" },
    };
  });
}

/** Each action once at a time, connected, within its time, and with the errors of Web eID. */
async function action<T>(name: string, options: ActionOptions | undefined, work: (agent: Agent, card: CardOptions) => Promise<T>): Promise<T> {
  const language = options?.lang === "ja" || options?.lang === "en" ? options.lang : (connectOptions.language ?? pageLanguage());
  if (underWay.has(name)) throw new ActionPendingError("the action is under way already");
  const late = new AbortController();
  underWay.set(name, late);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const agent = await theAgent(language, late.signal);
    timer = setTimeout(() => late.abort(new UserTimeoutError("no answer in time")), options?.userInteractionTimeout ?? config.DEFAULT_USER_INTERACTION_TIMEOUT);
    return await work(agent, { signal: late.signal });
  } catch (error) {
    if (error instanceof AgentError && /lost|closed|foreign/.test(error.code)) connected = undefined;
    throw toWebEidError(error, language);
  } finally {
    clearTimeout(timer);
    underWay.delete(name);
  }
}

async function theAgent(language: Language, signal: AbortSignal): Promise<Agent> {
  if (connected?.language === language) return connected.agent;
  connected?.agent.close();
  connected = undefined;
  const agent = await connect({ ...connectOptions, language, signal });
  connected = { agent, language };
  return agent;
}

function required(parameters: Record<string, string>): void {
  for (const [name, value] of Object.entries(parameters)) if (!value) throw new MissingParameterError(name + " is missing");
}

/** SHA-256 of the certificate, hexadecimal. */
async function fingerprint(certificate: string): Promise<string> {
  let der;
  try {
    der = Uint8Array.from(atob(certificate), (character) => character.charCodeAt(0));
  } catch {
    throw new NativeInvalidArgumentError("the certificate is not base64");
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
