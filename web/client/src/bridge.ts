// The agent through a window of its own, for browsers that block plain HTTP to loopback. The page opens it during a click;
// the two talk by postMessage, and the window talks to the agent as same-origin. The window is taken at its word only if
// the message comes from the very window that was opened and from a loopback origin, the same one from then on.
import type { Health } from "./api.js";
import { AgentError, failure, problem } from "./error.js";
import { identify } from "./knock.js";
import type { Answer, Request, Transport } from "./transport.js";
import type { Language } from "./words.js";

/** How long the agent's page may take to show up behind one port, in milliseconds. */
const PATIENCE = 4000;
/** How often is looked whether the window is still there, in milliseconds. */
const LOOK = 250;

/** What comes from the window. */
interface Message {
  readonly jpkiAgentBridge?: 1;
  readonly type?: "hello" | "ready" | "refused" | "response" | "event" | "closed";
  readonly health?: unknown;
  readonly problem?: unknown;
  readonly id?: number;
  readonly status?: number;
  readonly body?: unknown;
  readonly data?: unknown;
}

interface Pending {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** Opens the window and waits until it is connected. Must run during a click. Rejects if aborted. */
export function openBridge(
  ports: readonly number[], language: Language, signal: AbortSignal | undefined,
): Promise<{ transport: Transport; version: string } | AgentError> {
  const address = (port: number): string => `http://127.0.0.1:${port}/bridge`;
  const [first = 0, second] = ports;
  const popup = globalThis.navigator?.userActivation?.isActive === false
    ? null
    : window.open(address(first), "_blank", "popup,width=480,height=360");
  if (!popup) return Promise.resolve(failure("click_needed", language));

  return new Promise((resolve, reject) => {
    const pending = new Map<number, Pending>();
    let origin: string | undefined;
    let connected = false;
    let ended = false;
    let lastId = 0;
    let deadline = Date.now() + PATIENCE;
    let next = second;

    const post = (message: object): void => popup.postMessage({ jpkiAgentBridge: 1, ...message }, origin as string);

    const end = (): void => {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      window.removeEventListener("message", receive);
      popup.close();
      for (const { request, reject } of pending.values()) reject(lost(request.method));
      pending.clear();
    };
    const lost = (method: string): AgentError => failure("bridge_closed", language, method === "POST" ? { outcomeUnknown: true } : {});
    const giveUp = (error: AgentError): void => {
      end();
      resolve(error);
    };

    const send = (request: Request): Promise<Answer> => new Promise((resolve, reject) => {
      const { method, path, body, signal } = request;
      if (signal?.aborted) return reject(signal.reason);
      if (ended) return reject(failure("bridge_closed", language));
      const id = ++lastId;
      const abort = (): void => {
        pending.delete(id);
        post({ type: "abort", id });
        reject(signal?.reason);
      };
      const settle = <T>(then: (value: T) => void) => (value: T): void => {
        signal?.removeEventListener("abort", abort);
        then(value);
      };
      signal?.addEventListener("abort", abort);
      pending.set(id, { request, resolve: settle(resolve), reject: settle(reject) });
      post({ type: "request", id, method, path, body: method === "POST" ? (body ?? {}) : undefined, language: request.language });
    });

    const receive = ({ source, origin: from, data }: MessageEvent): void => {
      const message = data as Message | null;
      if (source !== popup || !/^http:\/\/127\.0\.0\.1:\d+$/.test(from) || (origin ?? from) !== from) return;
      if (message?.jpkiAgentBridge !== 1) return;
      const { type, id = 0 } = message;
      if (!origin) {
        if (type !== "hello") return;
        origin = from;
        deadline = Date.now() + PATIENCE;
        next = undefined;
        post({ type: "connect" });
      } else if (type === "ready" && !connected) {
        const health: Health | AgentError = identify(message.health, language);
        if (health instanceof AgentError) giveUp(health);
        else {
          connected = true;
          deadline = Infinity;
          resolve({ transport: { way: "bridge", send, close: end }, version: health.version });
        }
      } else if (type === "refused") {
        giveUp(problem(message.problem) ?? failure("foreign_program", language));
      } else if (type === "event") {
        pending.get(id)?.request.onEvent?.(message.data);
      } else if (type === "response") {
        const { status, body = null } = message;
        // No status: the window itself got no answer.
        if (status) pending.get(id)?.resolve({ status, body });
        else pending.get(id)?.reject(new TypeError("no answer"));
        pending.delete(id);
      } else if (type === "closed") {
        giveUp(failure("bridge_closed", language));
      }
    };

    const timer = setInterval(() => {
      if (popup.closed) {
        giveUp(failure("bridge_closed", language));
      } else if (Date.now() > deadline) {
        if (!next) return giveUp(failure("not_running", language));
        popup.location.replace(address(next));
        next = undefined;
        deadline = Date.now() + PATIENCE;
      }
    }, LOOK);
    window.addEventListener("message", receive);
    signal?.addEventListener("abort", () => {
      if (connected) return;
      end();
      reject(signal.reason);
    });
  });
}
