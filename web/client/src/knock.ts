// Is the agent at this address, and if not, why? The browser gives one and the same TypeError for every failure; what
// tells them apart is the permission before and after, how long the request was pending, and whether a request whose
// answer cannot be read gets through.
import type { Health } from "./api.js";
import { isLoopbackPage, isWebKit, permissionState, watchCsp } from "./browser.js";
import { failure, problem, type AgentError } from "./error.js";
import { httpTransport } from "./http.js";
import type { Language } from "./words.js";

/** A request pending longer than this, in milliseconds, waits for the person's answer to the browser's prompt. */
const GRACE = 700;

/** What {@link knock} needs to know. */
export interface KnockOptions {
  readonly language: Language;
  readonly signal?: AbortSignal | undefined;
  /** Called when the browser seems to be asking the person. */
  readonly onWaiting?: (() => void) | undefined;
}

/** Asks the address who it is. Resolves with the agent's health, or with why it was not reached; rejects if aborted. */
export async function knock(base: string, { language, signal, onWaiting }: KnockOptions): Promise<Health | AgentError> {
  const ask = async (): Promise<Health | AgentError> => {
    const { body } = await httpTransport(base).send({ method: "GET", path: "/v1/health", language, signal });
    return identify(body, language);
  };
  const before = await permissionState();
  const asks = before === "prompt" && !isLoopbackPage();
  const began = performance.now();
  const csp = watchCsp(base);
  // No time limit: the person may be reading the prompt.
  const timer = setTimeout(() => asks && onWaiting?.(), GRACE);
  try {
    return await ask();
  } catch {
    clearTimeout(timer);
    signal?.throwIfAborted();
    const waited = performance.now() - began > GRACE;
    if (await csp.blocked()) return failure("blocked_by_csp", language);
    const after = await permissionState();
    if (after === "denied") return failure("permission_denied", language);
    if (before === "prompt" && after === "granted") {
      // The connection kept for the answer had gone; once more, now without a prompt.
      try {
        return await ask();
      } catch {
        signal?.throwIfAborted();
      }
    }
    if (asks && waited && after === "prompt") return failure("permission_dismissed", language);
    if (await answersAtAll(base, signal)) return failure("origin_not_allowed", language);
    signal?.throwIfAborted();
    if (after === "unsupported" && isWebKit() && !isLoopbackPage()) return failure("browser_cannot", language);
    // A service worker's own requests never make the browser ask; without the permission they just fail.
    const serviceWorker = after === "prompt" && Boolean(navigator.serviceWorker?.controller);
    return failure("not_running", language, serviceWorker ? { serviceWorker } : {});
  } finally {
    clearTimeout(timer);
    csp.stop();
  }
}

/** Whose answer is it? */
export function identify(body: unknown, language: Language): Health | AgentError {
  const health = body as Partial<Health> | null;
  if (health?.product === "jpki-agent") return health.api === 1 ? (health as Health) : failure("unsupported_version", language);
  return problem(body) ?? failure("foreign_program", language);
}

/** Does anything answer, readable or not? Not for longer than a prompt takes to show that it is there. */
async function answersAtAll(base: string, signal: AbortSignal | undefined): Promise<boolean> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = setTimeout(stop, GRACE);
  signal?.addEventListener("abort", stop);
  try {
    await fetch(base + "/v1/health", { mode: "no-cors", cache: "no-store", credentials: "omit", signal: abort.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
