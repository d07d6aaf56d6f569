// Finding the agent, and telling apart why not. The agent is real; the browser's permission is played, with the states
// and times that real browsers were seen to go through.
import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";

import { AgentError, connect, onPermissionChange, probe } from "../src/index.js";
import { RealAgent } from "./support/agent.js";
import { CHROMIUM, FIREFOX, SAFARI, enterPage, replaceGlobals, type Page, type PageSettings } from "./support/page.js";

let agent: RealAgent;
let page: Page | undefined;
const servers: Server[] = [];

before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());
afterEach(() => {
  page?.leave();
  page = undefined;
  for (const server of servers.splice(0)) server.close();
});

/** The page for this test. */
function on(settings: PageSettings): Page {
  return (page = enterPage(settings));
}

/** A port where nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Another program. */
async function program(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  return listen(server);
}

const cors = { "access-control-allow-origin": "https://portal.example", "content-type": "application/json" };
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const failToFetch = (): Promise<never> => Promise.reject(new TypeError("Failed to fetch"));

describe("ready", () => {
  it("is said where the permission is there", async () => {
    on({ permission: ["granted"] });
    const found = await probe({ ports: [agent.port] });
    assert.deepEqual(found, { state: "ready", way: "http", version: "0.1.0" });
  });

  it("is said where the browser knows no permission and lets the request through", async () => {
    on({});
    assert.equal((await probe({ ports: [agent.port] })).state, "ready");
  });

  it("is said where the state stays `prompt` although requests work, as under a Firefox policy", async () => {
    on({ permission: ["prompt"], userAgent: FIREFOX });
    assert.equal((await probe({ ports: [agent.port] })).state, "ready");
  });

  it("connects on the second port where nothing listens on the first", async () => {
    on({ permission: ["granted"] });
    const connected = await connect({ ports: [await freePort(), agent.port] });
    assert.equal(connected.way, "http");
    assert.equal((await connected.status()).backend, "simulator");
  });

  it("connects on the second port where a program answers in its own way on the first", async () => {
    on({ permission: ["granted"] });
    const other = await program((_, response) => response.writeHead(200, cors).end("<html>"));
    assert.equal((await probe({ ports: [other, agent.port] })).state, "ready");
  });

  it("tries two ports at most, the first one first", async () => {
    const { requests } = on({ permission: ["granted"] });
    const ports = [await freePort(), await freePort(), agent.port];
    assert.equal((await probe({ ports })).state, "not_running");
    assert.deepEqual([...new Set(requests.map((request) => Number(new URL(request.split(" ")[1] ?? "").port)))], ports.slice(0, 2));
  });
});

describe("the browser's prompt", () => {
  it("is reported while it is open, and waited for without a limit of time", async () => {
    let waiting = 0;
    const goOut = globalThis.fetch;
    on({
      permission: ["prompt", "granted"],
      intercept: (url, init) => later(900).then(() => goOut(url, { ...init, headers: { origin: "https://portal.example" } })),
    });
    const found = await probe({ ports: [agent.port], onWaiting: () => waiting++ });
    assert.equal(found.state, "ready");
    assert.equal(waiting, 1);
  });

  it("closed without an answer is told, and the second port is left alone", async () => {
    const { requests } = on({ permission: ["prompt"], intercept: () => later(800).then(failToFetch) });
    const found = await probe({ ports: [1, 2] });
    assert.equal(found.state, "permission_dismissed");
    assert.deepEqual(requests, ["cors http://127.0.0.1:1/v1/health"]);
  });

  it("answered with a block is told, and the second port is left alone", async () => {
    const { requests } = on({ permission: ["prompt", "denied"], intercept: () => later(800).then(failToFetch) });
    assert.equal((await probe({ ports: [1, 2] })).state, "permission_denied");
    assert.equal(requests.length, 1);
  });

  it("is asked once more if the connection had gone when it was allowed", async () => {
    let first = true;
    const { requests } = on({
      permission: ["prompt", "granted"],
      intercept: () => (first ? ((first = false), failToFetch()) : undefined),
    });
    assert.equal((await probe({ ports: [agent.port] })).state, "ready");
    assert.equal(requests.length, 2);
  });

  it("is not provoked with `ask: false`", async () => {
    const { requests } = on({ permission: ["prompt"] });
    assert.equal((await probe({ ports: [agent.port], ask: false })).state, "permission_needed");
    assert.deepEqual(requests, []);
  });

  it("does not keep `ask: false` from looking where the permission is there", async () => {
    on({ permission: ["granted"] });
    assert.equal((await probe({ ports: [agent.port], ask: false })).state, "ready");
  });

  it("changed by the person is told, until that is ended", async () => {
    on({});
    const status = new EventTarget();
    Object.assign(navigator.permissions, { query: () => Promise.resolve(status) });
    let changes = 0;
    const end = onPermissionChange(() => changes++);
    await later(0);
    status.dispatchEvent(new Event("change"));
    end();
    status.dispatchEvent(new Event("change"));
    assert.equal(changes, 1);
  });

  it("keeps other calls waiting: nothing runs beside the first request", async () => {
    let running = 0;
    let most = 0;
    on({
      permission: ["prompt"],
      intercept: async () => {
        most = Math.max(most, ++running);
        await later(30);
        running--;
        return Response.json({ product: "jpki-agent", version: "1.2.3", api: 1 });
      },
    });
    const found = await Promise.all([probe(), probe(), probe()]);
    assert.deepEqual(found.map(({ state }) => state), ["ready", "ready", "ready"]);
    assert.equal(most, 1);
  });
});

describe("why not", () => {
  const cases: readonly [string, PageSettings, string][] = [
    ["nothing listens, permission there", { permission: ["granted"] }, "not_running"],
    ["nothing listens, permission open", { permission: ["prompt"] }, "not_running"],
    ["nothing listens, no such permission", { userAgent: FIREFOX }, "not_running"],
    ["nothing listens, permission refused earlier", { permission: ["denied"] }, "permission_denied"],
    ["nothing listens, WebKit", { userAgent: SAFARI }, "browser_cannot"],
    ["nothing listens, WebKit, page on this computer", { userAgent: SAFARI, origin: "http://localhost:8080" }, "not_running"],
  ];
  for (const [name, settings, expected] of cases) {
    it(name, async () => {
      on(settings);
      const ports = [await freePort(), await freePort()];
      assert.equal((await probe({ ports, tlsPorts: ports })).state, expected);
    });
  }

  it("the agent does not allow this site", async () => {
    on({ permission: ["granted"], origin: "https://stranger.example" });
    const error = await connect({ ports: [agent.port, await freePort()] }).catch((error: unknown) => error);
    assert.ok(error instanceof AgentError);
    assert.equal(error.code, "origin_not_allowed");
  });

  it("the agent does not allow this site, which is on this computer and so never asked for permission", async () => {
    on({ permission: ["prompt"], origin: "http://localhost:8080" });
    assert.equal((await probe({ ports: [await freePort(), agent.port] })).state, "origin_not_allowed");
  });

  it("another program answers", async () => {
    on({ permission: ["granted"] });
    const other = await program((_, response) => response.writeHead(200, cors).end(`{"product":"other","api":1}`));
    assert.equal((await probe({ ports: [other, await freePort()] })).state, "foreign_program");
  });

  it("another version of the interface", async () => {
    on({ permission: ["granted"] });
    const other = await program((_, response) => response.writeHead(200, cors).end(`{"product":"jpki-agent","version":"9.0.0","api":2}`));
    assert.equal((await probe({ ports: [other, await freePort()] })).state, "unsupported_version");
  });

  it("the agent itself says why", async () => {
    on({ permission: ["granted"] });
    const limited = { type: "urn:jpki-agent:problem:rate_limited", code: "rate_limited", status: 429, title: "t", detail: "d", remedy: "r", retriable: true };
    const busy = await program((_, response) => response.writeHead(429, cors).end(JSON.stringify(limited)));
    const found = await probe({ ports: [busy, await freePort()] });
    assert.equal(found.state, "rate_limited");
    assert.equal(found.error?.retriable, true);
  });

  it("the page's own policy blocks it", async () => {
    on({
      permission: ["granted"],
      intercept(url) {
        const violation = Object.assign(new Event("securitypolicyviolation"), { blockedURI: url, disposition: "enforce" });
        setTimeout(() => page?.document.dispatchEvent(violation), 5);
        return failToFetch();
      },
    });
    assert.equal((await probe()).state, "blocked_by_csp");
  });

  it("a policy that only reports, or blocks something else, is not to blame", async () => {
    on({
      permission: ["granted"],
      intercept(url) {
        for (const [blockedURI, disposition] of [[url, "report"], ["https://tracker.example/", "enforce"]]) {
          page?.document.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), { blockedURI, disposition }));
        }
        return failToFetch();
      },
    });
    assert.equal((await probe()).state, "not_running");
  });

  it("a service worker may be swallowing the requests", async () => {
    on({ permission: ["prompt"], userAgent: CHROMIUM });
    Object.assign(navigator, { serviceWorker: { controller: {} } });
    const { state, error } = await probe({ ports: [await freePort()] });
    assert.equal(state, "not_running");
    assert.equal(error?.serviceWorker, true);
  });

  it("the page is not secure", async () => {
    const { requests } = on({ permission: ["granted"] });
    const restore = replaceGlobals({ isSecureContext: false });
    assert.equal((await probe({ ports: [agent.port] })).state, "insecure_context");
    restore();
    assert.deepEqual(requests, []);
  });

  it("the page is in a frame of another site, unless that is wanted", async () => {
    on({ permission: ["granted"] });
    const top = { location: { get origin(): string { throw new DOMException("cross-origin", "SecurityError"); } } };
    const restore = replaceGlobals({ top, window: globalThis });
    assert.equal((await probe({ ports: [agent.port] })).state, "frame_refused");
    assert.equal((await probe({ ports: [agent.port], allowInFrame: true })).state, "ready");
    restore();
  });

  it("a frame of the same site is no obstacle", async () => {
    on({ permission: ["granted"] });
    const restore = replaceGlobals({ top: { location: { origin: "https://portal.example" } }, window: globalThis });
    assert.equal((await probe({ ports: [agent.port] })).state, "ready");
    restore();
  });

  it("a header or a frame without `allow` forbids it", async () => {
    on({ permission: ["prompt"] });
    const featurePolicy = { features: () => ["camera", "loopback-network"], allowsFeature: (name: string) => name !== "loopback-network" };
    Object.assign(document, { featurePolicy });
    assert.equal((await probe({ ports: [agent.port] })).state, "policy_forbids");
  });

  it("a call can be aborted while another one waits for the prompt", async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    on({ intercept: () => answered.then(() => Response.json({ product: "jpki-agent", version: "0.1.0", api: 1 })) });
    const first = probe();
    const abort = new AbortController();
    const second = probe({ signal: abort.signal });
    const third = probe();
    abort.abort(new Error("enough"));
    await assert.rejects(second, /enough/);
    answer();
    assert.deepEqual([(await first).state, (await third).state], ["ready", "ready"]);
    assert.equal(page?.requests.length, 2);
  });

  it("an aborted call rejects with the reason given", async () => {
    on({ permission: ["granted"], intercept: (_, { signal }) => new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error))) });
    const reason = new Error("enough");
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 20);
    await assert.rejects(probe({ signal: abort.signal }), reason);
    await assert.rejects(connect({ signal: AbortSignal.abort(reason) }), reason);
  });
});

describe("where the browser blocks plain HTTP", () => {
  it("the TLS listener is used if there is one", async () => {
    on({
      userAgent: SAFARI,
      intercept: (url) => (url.startsWith("http:") ? failToFetch() : Promise.resolve(Response.json({ product: "jpki-agent", version: "0.1.0", api: 1 }))),
    });
    const { state, way } = await probe();
    assert.deepEqual({ state, way }, { state: "ready", way: "https" });
    assert.ok(page?.requests.includes("cors https://127.0.0.1:25755/v1/health"));
  });

  it("a window cannot be opened without a click", async () => {
    on({ userAgent: SAFARI, intercept: failToFetch });
    Object.assign(navigator, { userActivation: { isActive: false } });
    await assert.rejects(connect(), { name: "AgentError", code: "click_needed" });
    await assert.rejects(connect({ bridge: "never" }), { name: "AgentError", code: "browser_cannot" });
  });
});
