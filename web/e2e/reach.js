// Finding the agent from a page: every answer the client library can give, and why.

import assert from "node:assert/strict";
import { createServer } from "node:http";

import { freePort } from "./bench/agent.js";
import { listen, PORTAL, STRANGER } from "./bench/site.js";
import { until, within } from "./bench/wait.js";

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench
 */
export async function reach(t, bench) {
  const { browser, desk } = bench;
  const granted = await browser.context("granted");
  const portal = await bench.visit(granted, PORTAL);
  const stranger = await bench.visit(granted, STRANGER);

  await t.test("permission granted, origin allowed", async () => {
    assert.deepEqual(await bench.connect(portal), { way: "http" });
    const status = await portal.evaluate(() => agent.status());
    assert.equal(status.readers[0].card, "jpki");
  });

  await t.test("permission denied", async () => {
    const context = await browser.context("denied");
    const page = await bench.visit(context, PORTAL);
    const answered = desk.agent.answered.length;
    const found = await bench.connect(page);
    assert.equal(found.code, "permission_denied");
    // Each browser has its own words for the place where a block is undone.
    assert.match(found.told.remedy, browser.undo);
    assert.equal(desk.agent.answered.length, answered, "the agent was asked nothing");
    await context.close();
  });

  await t.test("origin not allowed, then allowed on the machine, then removed", async () => {
    assert.equal((await bench.connect(stranger)).code, "origin_not_allowed");
    const origin = browser.origin(STRANGER);
    const refused = await desk.home.run("origin", "list", "--refused");
    // Asking who is there does not count as an attempt; asking for the card does.
    await stranger.evaluate((url) => fetch(url).catch(() => {}), `${desk.agent.url}/v1/status`);
    const listed = await desk.home.run("origin", "list", "--refused");
    assert.ok(listed.out.includes(origin), `${refused.out}\n${listed.out}`);

    assert.equal((await desk.home.run("origin", "allow", origin)).code, 0);
    assert.deepEqual(await bench.connect(stranger), { way: "http" });
    const status = await stranger.evaluate(() => agent.status());
    assert.deepEqual(status.grantedScopes, ["status", "authenticate", "sign"]);
    const beyond = await stranger.evaluate(() => outcome(agent.certificates()));
    assert.equal(beyond.code, "scope_not_allowed");
    assert.equal((await desk.home.run("origin", "remove", origin)).code, 0);
    assert.equal((await bench.connect(stranger)).code, "origin_not_allowed");
  });

  await t.test("agent stopped, and started again", async () => {
    await bench.connect(portal);
    await desk.stopAgent();
    const lost = await portal.evaluate(() => outcome(agent.status()));
    assert.equal(lost.code, "connection_lost");
    assert.equal((await bench.connect(portal)).code, "not_running");
    await desk.startAgent();
    const status = await portal.evaluate(() => outcome(agent.status()));
    assert.equal(status.value?.backend, "pcsc", "the page goes on with what it has");
    assert.deepEqual(await bench.connect(portal), { way: "http" });
  });

  await t.test("the agent on its second port", async () => {
    const empty = await freePort();
    assert.deepEqual(await bench.connect(portal, { ports: [empty, desk.port] }), { way: "http" });
  });

  // A program that lets pages read its answers, and one that does not.
  for (const [kind, headers, code] of [
    ["that pages may read", { "access-control-allow-origin": "*" }, "foreign_program"],
    ["that pages may not read", {}, "origin_not_allowed"],
  ]) {
    await t.test(`another program ${kind} on the first port`, async () => {
      const program = createServer((_, response) => response.writeHead(200, headers).end('{"product":"another"}'));
      const port = await listen(program);
      t.after(() => program.close());
      assert.deepEqual(await bench.connect(portal, { ports: [port, desk.port] }), { way: "http" });
      assert.equal((await bench.connect(portal, { ports: [port, await freePort()] })).code, code);
      program.closeAllConnections();
    });
  }

  await t.test("a page whose own policy blocks the request", async () => {
    const page = await bench.visit(granted, PORTAL, "/csp");
    const answered = desk.agent.answered.length;
    assert.equal((await bench.connect(page)).code, "blocked_by_csp");
    assert.equal(desk.agent.answered.length, answered);
    await page.close();
  });

  await t.test("a page whose own header turns the permission off", async () => {
    const page = await bench.visit(granted, PORTAL, "/policy");
    const found = await bench.connect(page);
    if (browser.tellsPolicy) assert.equal(found.code, "policy_forbids");
    // Firefox does not obey the header, so there is nothing to tell.
    else assert.deepEqual(found, { way: "http" });
    await page.close();
  });

  for (const [allow, options, expected] of [
    ["loopback-network; local-network-access", { allowInFrame: true }, { way: "http" }],
    ["loopback-network; local-network-access", {}, "frame_refused"],
    ["", { allowInFrame: true }, browser.tellsPolicy ? "policy_forbids" : "permission_denied"],
  ]) {
    await t.test(`inside a frame of another site, allow="${allow}", ${JSON.stringify(options)}`, async () => {
      // The permission is the embedding site's: the embedded one has none of its own.
      const context = await browser.context("granted", [browser.origin(STRANGER)]);
      const page = await bench.visit(context, STRANGER, "/frame");
      await page.evaluate(([src, allow]) => {
        const frame = document.createElement("iframe");
        Object.assign(frame, { src, allow });
        document.body.append(frame);
      }, [browser.origin(PORTAL) + "/", allow]);
      const frame = await within("the frame", until("the frame", () => page.frames().find((frame) => frame.url().startsWith(browser.origin(PORTAL)))));
      await frame.waitForFunction(() => window.isReady);
      const answered = desk.agent.answered.length;
      const found = await frame.evaluate((options) => connect(options), { ports: [desk.port], ...options });
      if (typeof expected === "string") {
        assert.equal(found.code, expected, JSON.stringify(found));
        assert.equal(desk.agent.answered.length, answered);
      } else {
        assert.deepEqual(found, expected);
      }
      await context.close();
    });
  }

  await granted.close();
}
