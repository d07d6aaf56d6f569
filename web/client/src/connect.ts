// Finds the agent: the two ports one after the other, then, where the browser blocks plain HTTP, TLS and the bridge.
import { Agent } from "./agent.js";
import { openBridge } from "./bridge.js";
import { isForbiddenByPolicy, isForeignFrame, isLoopbackPage, permissionState } from "./browser.js";
import { AgentError, failure, type ErrorCode } from "./error.js";
import { httpTransport } from "./http.js";
import { knock, type KnockOptions } from "./knock.js";
import type { Transport, Way } from "./transport.js";
import { pageLanguage, type Language, type ReachCode } from "./words.js";

/** How to look for the agent. */
export interface ProbeOptions {
  /** Gives up. The promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called when the browser is asking the person for permission: say so on the page. */
  readonly onWaiting?: () => void;
  /** Ports of the agent, tried in this order; at most two are. Default: 25754, 29754. */
  readonly ports?: readonly number[];
  /** Ports of its TLS listener, tried where the browser blocks plain HTTP. Default: 25755, 29755. */
  readonly tlsPorts?: readonly number[];
  /** Work inside a frame of another site too, where a click may not mean what it seems to. Default: no. */
  readonly allowInFrame?: boolean;
  /** Language of messages. Default: that of the page, else of the browser. */
  readonly language?: Language;
}

/** How to connect. */
export interface ConnectOptions extends ProbeOptions {
  /**
   * The window of the agent that stands in where the browser blocks plain HTTP. `auto`: only in such a browser; it opens
   * only during a click, else the error is `click_needed`. Default: `auto`.
   */
  readonly bridge?: "auto" | "never" | "always";
}

/** What {@link probe} found. */
export interface ProbeResult {
  /** `ready`, or why the agent cannot be used. */
  readonly state: "ready" | ErrorCode;
  /** The way that works, if one does. */
  readonly way?: Way;
  /** The agent's version, if it was reached. */
  readonly version?: string;
  /** The failure in words, if there is one. */
  readonly error?: AgentError;
}

interface Found {
  readonly transport: Transport;
  readonly version: string;
}

/** Connections are looked for one after the other, so that no request runs beside one that waits for the prompt. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return new Promise((resolve, reject) => {
    // Also while others have their turn.
    const aborted = (): void => reject(signal?.reason);
    if (signal?.aborted) aborted();
    signal?.addEventListener("abort", aborted);
    mine.then(resolve, reject).finally(() => signal?.removeEventListener("abort", aborted));
  });
}

/**
 * Connects to the agent. Call it in a click handler, after a sentence on the page that says that the browser is about to
 * ask; if the permission is already there, at any time.
 *
 * @throws {@link AgentError} that says why not.
 */
export async function connect(options: ConnectOptions = {}): Promise<Agent> {
  const language = options.language ?? pageLanguage();
  const found = await inTurn(options.signal, () => find(options, language));
  if (found instanceof AgentError) throw found;
  return new Agent(found.transport, found.version, language);
}

/**
 * Looks whether the agent can be used, without opening a window. Like {@link connect} it may make the browser ask the
 * person, unless `ask` is false: then the state is `permission_needed` where it would.
 */
export async function probe(options: ProbeOptions & { readonly ask?: boolean } = {}): Promise<ProbeResult> {
  const language = options.language ?? pageLanguage();
  const found = await inTurn(options.signal, async () => {
    const asks = options.ask === false && !isLoopbackPage() && (await permissionState()) === "prompt";
    return asks ? failure("permission_needed", language) : find({ ...options, bridge: "never" }, language);
  });
  return found instanceof AgentError
    ? { state: found.code, error: found }
    : { state: "ready", way: found.transport.way, version: found.version };
}

async function find(options: ConnectOptions, language: Language): Promise<Found | AgentError> {
  options.signal?.throwIfAborted();
  const fail = (code: ReachCode): AgentError => failure(code, language);
  if (globalThis.isSecureContext === false) return fail("insecure_context");
  if (isForeignFrame() && !options.allowInFrame) return fail("frame_refused");
  const { bridge = "auto", ports = [25754, 29754], signal } = options;
  const byBridge = (): Promise<Found | AgentError> => openBridge(ports, language, signal);
  if (bridge === "always") return byBridge();
  if (isForbiddenByPolicy()) return fail("policy_forbids");
  const knocking: KnockOptions = { language, signal, onWaiting: options.onWaiting };
  const found = await tryPorts("http", ports, knocking);
  if (!(found instanceof AgentError) || found.code !== "browser_cannot") return found;
  const secure = await tryPorts("https", options.tlsPorts ?? [25755, 29755], knocking);
  if (!(secure instanceof AgentError)) return secure;
  if (bridge !== "auto") return found;
  // WebKit lets a click open a window from a timer, but not from where a request it made has ended.
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
  return byBridge();
}

/** The first port behind which the agent is, or the failure that tells most. */
async function tryPorts(scheme: "http" | "https", ports: readonly number[], options: KnockOptions): Promise<Found | AgentError> {
  let worst: AgentError | undefined;
  for (const port of ports.slice(0, 2)) {
    const base = `${scheme}://127.0.0.1:${port}`;
    const found = await knock(base, options);
    if (!(found instanceof AgentError)) return { transport: httpTransport(base), version: found.version };
    // The first port is where the agent belongs; what happened there counts, unless the other one knows us.
    if (!worst || found.code === "origin_not_allowed") worst = found;
    // The permission is the same for all ports, and asking again at once would only annoy.
    if (found.code.startsWith("permission_")) return found;
  }
  return worst ?? failure("not_running", options.language);
}
