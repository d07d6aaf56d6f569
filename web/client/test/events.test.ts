// The stream of events: open while the page is seen, opened anew when lost, ended for good when told or forbidden.
// The stream itself is a real one over HTTP, from a server that this test rules.
import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Agent, AgentError, type Status } from "../src/index.js";
import { httpTransport } from "../src/http.js";
import { enterPage, type Page } from "./support/page.js";

let server: Server;
let open: Set<ServerResponse>;
let opened: number;
let refuse: boolean;
let page: Page;
let agent: Agent;

beforeEach(async () => {
  open = new Set();
  opened = 0;
  refuse = false;
  server = createServer((_, response) => {
    opened++;
    const cors = { "access-control-allow-origin": "https://portal.example" };
    if (refuse) {
      const problem = { type: "urn:jpki-agent:problem:scope_not_allowed", code: "scope_not_allowed", status: 403, title: "t", detail: "d", remedy: "r", retriable: false };
      response.writeHead(403, cors).end(JSON.stringify(problem));
      return;
    }
    open.add(response);
    response.on("close", () => open.delete(response));
    response.writeHead(200, { ...cors, "content-type": "text/event-stream" });
    response.write(": listening\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  page = enterPage({ permission: ["granted"] });
  agent = new Agent(httpTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), "0", "en");
});

afterEach(() => {
  page.leave();
  server.closeAllConnections();
  server.close();
});

function tell(text: string): void {
  for (const response of open) response.write(text);
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const status = (id: string): string => `event: status\ndata: {"readers":[{"id":"${id}","name":"リーダー","displayName":"リーダー","card":"none"}]}\n\n`;

describe("events", () => {
  it("are told one by one, however they are cut on the way", async () => {
    const ids: (string | undefined)[] = [];
    const stop = agent.events(({ readers }) => ids.push(readers[0]?.id));
    await until(() => open.size === 1);
    tell(status("r1"));
    await until(() => ids.length === 1);
    const bytes = Buffer.from(status("r2") + ": heartbeat\n\n" + status("r3").replaceAll("\n", "\r\n"));
    for (const byte of bytes) {
      for (const response of open) response.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await until(() => ids.length === 3);
    assert.deepEqual(ids, ["r1", "r2", "r3"]);
    stop();
  });

  it("stop when told, and the connection is let go", async () => {
    const stop = agent.events(() => assert.fail("told after the end"));
    await until(() => open.size === 1);
    stop();
    await until(() => open.size === 0);
    tell(status("r1"));
    assert.equal(opened, 1);
  });

  it("stop when the signal aborts", async () => {
    const abort = new AbortController();
    agent.events(() => undefined, { signal: abort.signal });
    await until(() => open.size === 1);
    abort.abort();
    await until(() => open.size === 0);
    agent.events(() => undefined, { signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(opened, 1);
  });

  it("hold no connection while the page is hidden", async () => {
    const seen: Status[] = [];
    const stop = agent.events((status) => seen.push(status));
    await until(() => open.size === 1);
    page.show(false);
    await until(() => open.size === 0);
    page.show(true);
    await until(() => open.size === 1);
    tell(status("r1"));
    await until(() => seen.length === 1);
    assert.equal(opened, 2);
    stop();
    page.show(false);
    page.show(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(opened, 2);
  });

  it("wait for a page that begins hidden", async () => {
    page.show(false);
    const stop = agent.events(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(opened, 0);
    page.show(true);
    await until(() => open.size === 1);
    stop();
  });

  it("are opened anew after a loss, which is told, and after an end", async () => {
    const errors: AgentError[] = [];
    const stop = agent.events(() => undefined, { onError: (error) => errors.push(error) });
    await until(() => open.size === 1);
    for (const response of open) response.destroy();
    await until(() => opened === 2 && open.size === 1);
    assert.deepEqual(errors.map(({ code }) => code), ["connection_lost"]);
    tell(status("r1"));
    for (const response of open) response.end();
    await until(() => opened === 3);
    assert.equal(errors.length, 1);
    stop();
  });

  it("go on where the site's own code throws, whose error stays its own", async () => {
    const thrown: unknown[] = [];
    const before = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => thrown.push((error as Error).message));
    const errors: AgentError[] = [];
    const seen: Status[] = [];
    const stop = agent.events((status) => {
      seen.push(status);
      throw new Error("in the listener");
    }, {
      onError: (error) => {
        errors.push(error);
        throw new Error("in onError");
      },
    });
    await until(() => open.size === 1);
    tell(status("r1"));
    tell(status("r2"));
    await until(() => seen.length === 2);
    assert.deepEqual([opened, errors.length], [1, 0]);
    for (const response of open) response.destroy();
    await until(() => opened === 2);
    stop();
    assert.deepEqual(errors.map(({ code }) => code), ["connection_lost"]);
    assert.deepEqual(thrown, ["in the listener", "in the listener", "in onError"]);
    process.removeAllListeners("uncaughtException");
    for (const listener of before) process.on("uncaughtException", listener);
  });

  it("end for good where they are forbidden", async () => {
    refuse = true;
    const errors: AgentError[] = [];
    agent.events(() => undefined, { onError: (error) => errors.push(error) });
    await until(() => errors.length === 1);
    assert.equal(errors[0]?.code, "scope_not_allowed");
    await new Promise((resolve) => setTimeout(resolve, 700));
    page.show(true);
    assert.equal(opened, 1);
  });
});
