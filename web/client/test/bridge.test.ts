// The page's side of the bridge. The window is played; what it is asked goes to a real agent. What strangers send is not
// listened to, and what this side sends goes to one origin only.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { openBridge } from "../src/bridge.js";
import { AgentError, connect, type Agent } from "../src/index.js";
import { RealAgent } from "./support/agent.js";
import { SAFARI, enterPage, replaceGlobals, type Page } from "./support/page.js";

const BRIDGE = "http://127.0.0.1:40001";
const NONCE = "12345678123456781234567812345678912356789123";

interface Sent {
  readonly jpkiAgentBridge: 1;
  readonly type: string;
  readonly id?: number;
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly language?: string;
}

/** The window that the page opens, and the page's own window that hears it. */
class PlayedWindow extends EventTarget {
  closed = false;
  /** Addresses it was sent to. */
  readonly visited: string[] = [];
  readonly sent: { readonly message: Sent; readonly to: string }[] = [];
  readonly location = { replace: (address: string): void => void this.visited.push(address) };
  onMessage: (message: Sent) => void = () => undefined;

  postMessage(message: Sent, to: string): void {
    this.sent.push({ message, to });
    queueMicrotask(() => this.onMessage(message));
  }

  close(): void {
    this.closed = true;
  }
}

let real: RealAgent;
let page: Page;
let popup: PlayedWindow;
let own: EventTarget;
let restore: () => void;

before(async () => {
  real = await RealAgent.start();
});
after(() => real.stop());

beforeEach(() => {
  popup = new PlayedWindow();
  own = new EventTarget();
  const open = (address: string): PlayedWindow => (popup.visited.push(address), popup);
  const goOut = globalThis.fetch;
  page = enterPage({ userAgent: SAFARI, lang: "ja", intercept: () => Promise.reject(new TypeError("Load failed")) });
  restore = replaceGlobals({ window: Object.assign(own, { open }) });
  // A well-behaved bridge: it says hello, and after that does for the page what the page asks.
  popup.onMessage = (message) => {
    if (message.type === "connect") {
      say({ type: "ready", health: { product: "jpki-agent", version: "0.1.0", api: 1 } });
    } else if (message.type === "request") {
      const { method, path, body, language, id } = message;
      const headers = { origin: "https://portal.example", "content-type": "application/json", "accept-language": language ?? "" };
      void goOut(`http://127.0.0.1:${real.port}${path}`, { method: method ?? "", headers, body: body ? JSON.stringify(body) : null })
        .then(async (response) => say({ type: "response", id, status: response.status, body: JSON.parse((await response.text()) || "null") }));
    }
  };
});
afterEach(async () => {
  popup.close();
  // The page looks every quarter of a second whether its window is still there; until then it needs its own.
  await new Promise((resolve) => setTimeout(resolve, 300));
  restore();
  page.leave();
});

/** A message to the page; by default from the window and the origin it should come from. */
function say(data: object, source: unknown = popup, origin = BRIDGE): void {
  own.dispatchEvent(Object.assign(new Event("message"), { data: { jpkiAgentBridge: 1, ...data }, source, origin }));
}

async function bridged(): Promise<Agent> {
  const connecting = connect();
  await opened();
  say({ type: "hello" });
  return connecting;
}

/** Once the page has opened its window. */
async function opened(): Promise<void> {
  for (const deadline = Date.now() + 5000; popup.visited.length === 0 && Date.now() < deadline; ) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(popup.visited.length > 0, "no window was opened");
}

describe("the bridge", () => {
  it("carries everything a page may ask", async () => {
    const agent = await bridged();
    assert.deepEqual([agent.way, agent.version], ["bridge", "0.1.0"]);
    assert.deepEqual(popup.visited, ["http://127.0.0.1:25754/bridge"]);
    assert.equal((await agent.status()).backend, "simulator");
    assert.equal((await agent.authenticate(NONCE)).token.format, "web-eid:1.0");
    assert.equal((await agent.sign([{ blob: new Blob(["x"]) }])).signatures.length, 1);
    assert.equal(await agent.release(), undefined);
    const error = await agent.authenticate("short").catch((error: unknown) => error);
    assert.ok(error instanceof AgentError);
    assert.equal(error.code, "invalid_request");
    assert.match(error.detail, /[ぁ-ん]/);
    agent.close();
    assert.ok(popup.closed);
    await assert.rejects(agent.status(), { code: "bridge_closed" });
  });

  it("is tried at once where that is wanted", async () => {
    const connecting = connect({ bridge: "always" });
    await opened();
    say({ type: "hello" });
    assert.equal((await connecting).way, "bridge");
    assert.deepEqual(page.requests, []);
  });

  it("is told everything under one origin, never under `*`", async () => {
    const agent = await bridged();
    await agent.status();
    assert.deepEqual([...new Set(popup.sent.map(({ to }) => to))], [BRIDGE]);
  });

  it("is heard only from its window and from loopback, and later only from the same origin", async () => {
    const connecting = connect();
    await opened();
    const ready = { type: "ready", health: { product: "jpki-agent", version: "6.6.6", api: 1 } };
    for (const [source, origin] of [
      [{}, BRIDGE],
      [null, BRIDGE],
      [popup, "https://evil.example"],
      [popup, "http://127.0.0.1.evil.example:40001"],
      [popup, "http://localhost:40001"],
      [popup, "https://127.0.0.1:40001"],
      [popup, "null"],
    ] as const) {
      say({ type: "hello" }, source, origin);
      say(ready, source, origin);
    }
    say(ready);
    assert.deepEqual(popup.sent, []);
    say({ type: "hello" });
    const agent = await connecting;
    assert.equal(agent.version, "0.1.0");

    popup.onMessage = ({ id }) => {
      say({ type: "response", id, status: 200, body: "forged" }, {}, BRIDGE);
      say({ type: "response", id, status: 200, body: "forged" }, popup, "http://127.0.0.1:40002");
      say({ jpkiAgentBridge: 2, type: "response", id, status: 200, body: "forged" });
      say({ type: "response", id: 999, status: 200, body: "forged" });
      say({ type: "response", id, status: 200, body: "true" });
    };
    assert.equal(await agent.status(), "true");
  });

  it("passes on why the agent refuses", async () => {
    popup.onMessage = () => {
      const problem = { type: "urn:jpki-agent:problem:origin_not_allowed", code: "origin_not_allowed", status: 403, title: "t", detail: "d", remedy: "r", retriable: true };
      say({ type: "refused", problem });
    };
    await assert.rejects(bridged(), { code: "origin_not_allowed", remedy: "r" });
    assert.ok(popup.closed);
  });

  it("of another program is not used", async () => {
    popup.onMessage = () => say({ type: "ready", health: { product: "other" } });
    await assert.rejects(bridged(), { code: "foreign_program" });
    assert.ok(popup.closed);
  });

  it("is looked for behind the second port too, and given up", { timeout: 30_000 }, async () => {
    await assert.rejects(connect(), { code: "not_running" });
    assert.deepEqual(popup.visited, ["http://127.0.0.1:25754/bridge", "http://127.0.0.1:29754/bridge"]);
    assert.ok(popup.closed);
  });

  it("closed by the person ends what is under way", async () => {
    const agent = await bridged();
    popup.onMessage = () => popup.close();
    await assert.rejects(agent.status(), { code: "bridge_closed" });
    const again = await (async () => ((popup = Object.assign(popup, { closed: false })), agent.authenticate(NONCE)))().catch((error: unknown) => error);
    assert.equal((again as { code: string }).code, "bridge_closed");
  });

  it("that gets no answer from the agent says so", async () => {
    const agent = await bridged();
    popup.onMessage = ({ id }) => say({ type: "response", id, status: 0, body: null });
    await assert.rejects(agent.status(), { code: "connection_lost" });
    await assert.rejects(agent.authenticate(NONCE), { code: "connection_lost", outcomeUnknown: true });
  });

  it("that greets and then falls silent is given up", { timeout: 30_000 }, async () => {
    popup.onMessage = () => undefined;
    await assert.rejects(bridged(), { code: "not_running" });
    assert.deepEqual(popup.visited, ["http://127.0.0.1:25754/bridge"]);
    assert.ok(popup.closed);
  });

  it("closed while a signature is made leaves its outcome unknown", async () => {
    const agent = await bridged();
    popup.onMessage = () => say({ type: "closed" });
    await assert.rejects(agent.authenticate(NONCE), { code: "bridge_closed", outcomeUnknown: true });
  });

  it("closed before it is connected is told", async () => {
    const connecting = connect();
    await opened();
    popup.close();
    await assert.rejects(connecting, { code: "bridge_closed" });
  });

  it("hears of an abort, and the call rejects with its reason", async () => {
    const agent = await bridged();
    popup.onMessage = () => undefined;
    const reason = new Error("enough");
    const abort = new AbortController();
    const asking = agent.authenticate(NONCE, { signal: abort.signal });
    abort.abort(reason);
    await assert.rejects(asking, reason);
    const [request, told] = popup.sent.slice(-2).map(({ message }) => message);
    assert.deepEqual([told?.type, told?.id], ["abort", request?.id]);
    await assert.rejects(agent.status({ signal: AbortSignal.abort(reason) }), reason);
  });

  it("carries events", async () => {
    const agent = await bridged();
    const seen: unknown[] = [];
    let stop = (): void => undefined;
    await new Promise<void>((resolve) => {
      popup.onMessage = ({ type, id }) => {
        if (type !== "request") return;
        say({ type: "event", id, data: 1 });
        say({ type: "event", id, data: 2 });
        resolve();
      };
      stop = agent.events((status) => seen.push(status));
    });
    assert.deepEqual(seen, [1, 2]);
    stop();
    assert.equal(popup.sent.at(-1)?.message.type, "abort");
  });

  it("closes when the page goes, and what is asked then ends", async () => {
    const agent = await bridged();
    popup.onMessage = () => undefined;
    const asking = agent.authenticate(NONCE);
    own.dispatchEvent(new Event("pagehide"));
    await assert.rejects(asking, { code: "bridge_closed", outcomeUnknown: true });
    assert.ok(popup.closed);
  });

  it("is told of no page's events any more once it is closed", async () => {
    const errors: string[] = [];
    const agent = await bridged();
    popup.onMessage = () => undefined;
    agent.events(() => undefined, { onError: ({ code }) => errors.push(code) });
    popup.close();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(errors, ["bridge_closed"]);
  });

  it("that is ready only after the page has given up does not stay open", async () => {
    popup.onMessage = () => undefined;
    const abort = new AbortController();
    const connecting = connect({ signal: abort.signal });
    await opened();
    say({ type: "hello" });
    abort.abort(new Error("enough"));
    say({ type: "ready", health: { product: "jpki-agent", version: "0.1.0", api: 1 } });
    await assert.rejects(connecting, /enough/);
    assert.ok(popup.closed);
  });

  it("does not open where the page has given up already", async () => {
    const reason = new Error("enough");
    await assert.rejects(async () => openBridge([1], "en", AbortSignal.abort(reason)), reason);
    assert.deepEqual(popup.visited, []);
  });

  it("is given up before it is connected, with the signal", async () => {
    const abort = new AbortController();
    const connecting = connect({ signal: abort.signal });
    await opened();
    abort.abort(new Error("enough"));
    await assert.rejects(connecting, /enough/);
    assert.ok(popup.closed);
  });
});
