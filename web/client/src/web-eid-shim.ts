// Answers the window messages that Web eID's library (web-eid.js 2.x) sends to its browser extension, so that a site can
// keep that library as it is. Where the real extension answers, this steps aside. The messages are described in
// web-eid-messages.md.
import type { ConnectOptions } from "./connect.js";
import { ErrorCode, UnknownError, WebEidError } from "./web-eid-errors.js";
import { authenticate, configure, getSigningCertificate, sign, status, type ActionOptions } from "./web-eid.js";

/** How long the real extension is given to acknowledge a request, in milliseconds. The library gives up after 1000. */
const HEAD_START = 300;

/** Marks what this shim sends, to tell it from what the extension sends. */
const OWN = "jpki-agent";

/** How to answer. */
export interface ShimOptions extends ConnectOptions {
  /** Called when the real extension was heard and this steps aside for good. */
  readonly onExtension?: () => void;
}

interface Message {
  readonly action?: unknown;
  readonly answeredBy?: unknown;
  readonly libraryVersion?: unknown;
  readonly challengeNonce?: unknown;
  readonly certificate?: unknown;
  readonly hash?: unknown;
  readonly hashFunction?: unknown;
  readonly options?: unknown;
}

/** Begins to answer. Call it once, before or after the library is loaded. Returns a function that ends it. */
export function installWebEidShim({ onExtension, ...options }: ShimOptions = {}): () => void {
  configure(options);
  const waiting = new Set<ReturnType<typeof setTimeout>>();

  let stopped = false;

  const stop = (): void => {
    stopped = true;
    window.removeEventListener("message", receive);
    for (const timer of waiting) clearTimeout(timer);
    waiting.clear();
    // Closes a prompt that is open already.
    configure({});
  };
  const post = (message: object): void => {
    if (!stopped) window.postMessage({ ...message, answeredBy: OWN }, location.origin);
  };

  const receive = ({ source, origin, data }: MessageEvent): void => {
    // Only the page itself; not a frame in it, not the page that framed or opened it.
    if (source !== window || origin !== location.origin) return;
    const message = data as Message | null;
    const action = message?.action;
    if (typeof action !== "string" || !action.startsWith("web-eid:")) return;
    if (/-(ack|success|failure)$|:warning$/.test(action)) {
      if (message?.answeredBy === OWN) return;
      stop();
      onExtension?.();
      return;
    }
    const work = ACTIONS[action];
    if (!work || !message) return;
    const timer = setTimeout(() => {
      waiting.delete(timer);
      post({ action: action + "-ack" });
      work(message).then(
        (result) => post({ action: action + "-success", ...result }),
        (error: unknown) => post({ action: action + "-failure", error: serialize(error, message) }),
      );
    }, HEAD_START);
    waiting.add(timer);
  };

  window.addEventListener("message", receive);
  return stop;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const choices = (value: unknown): ActionOptions => (typeof value === "object" && value !== null ? value : {});

const ACTIONS: Record<string, ((message: Message) => Promise<object>) | undefined> = {
  "web-eid:status": async ({ libraryVersion }) => ({ ...(await status()), library: text(libraryVersion) }),
  "web-eid:authenticate": ({ challengeNonce, options }) => authenticate(text(challengeNonce), choices(options)),
  "web-eid:get-signing-certificate": ({ options }) => getSigningCertificate(choices(options)),
  "web-eid:sign": ({ certificate, hash, hashFunction, options }) => sign(text(certificate), text(hash), text(hashFunction), choices(options)),
};

/** An error as the extension sends it: its members as plain data. */
function serialize(thrown: unknown, { libraryVersion }: Message): object {
  const error = thrown instanceof WebEidError ? thrown : new UnknownError(String(thrown), { cause: thrown });
  const { code, name, message } = error;
  const serialized = { code, name, message, library: text(libraryVersion) };
  return code === ErrorCode.ERR_WEBEID_VERSION_MISMATCH ? { ...serialized, requiresUpdate: { nativeApp: true, extension: false } } : serialized;
}
