// The agent in WebKitGTK, the engine of Safari, which lets no page reach it but by the bridge.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Bench } from "./bench/bench.js";
import { freePort } from "./bench/agent.js";
import { BENCH, suite } from "./bench/parts.js";
import { AGREE } from "./bench/person.js";
import { PORTAL, STRANGER } from "./bench/site.js";
import { until } from "./bench/wait.js";
import { WebKit, WEBKIT_DRIVER } from "./bench/webkit.js";

const NONCE = "12345678123456781234567812345678912356789123";

suite("WebKitGTK", [...BENCH, WEBKIT_DRIVER, "Xvfb"], () => {
  let bench, browser, desk, options;

  before(async () => {
    bench = await Bench.set((site) => WebKit.launch(site));
    ({ browser, desk } = bench);
    options = { ports: [desk.port], tlsPorts: [await freePort()] };
  });
  after(() => bench?.clear());

  /** Opens one of the sites. */
  async function visit(name) {
    await browser.goto(`${browser.origin(name)}/`);
    await browser.evaluate(async () => {
      while (!window.isReady) await new Promise((done) => setTimeout(done, 10));
    });
  }

  /** Connects on a click; the window of the bridge, if one opens, is left alone. */
  async function connectOnClick() {
    await browser.evaluate((options) => {
      document.getElementById("go").onclick = () => (window.found = connect(options));
    }, options);
    await browser.click("#go");
    return browser.evaluate(() => window.found);
  }

  test("plain HTTP is blocked: nothing is sent, and the page is told so", async () => {
    await visit(PORTAL);
    const answered = desk.agent.answered.length;
    const found = await browser.evaluate(async (url) => [isSecureContext, await fetch(url).then(String, (error) => error.name)], `${desk.agent.url}/v1/health`);
    assert.deepEqual(found, [true, "TypeError"]);
    const told = await browser.evaluate((options) => connect(options), { ...options, bridge: "never" });
    assert.equal(told.code, "browser_cannot", JSON.stringify(told));
    assert.equal(desk.agent.answered.length, answered, "the agent was asked something");
  });

  test("without a click no window opens, and the page is told so", async () => {
    await visit(PORTAL);
    const told = await browser.evaluate((options) => connect(options), options);
    assert.equal(told.code, "click_needed", JSON.stringify(told));
  });

  test("on a click the bridge opens: status, events, and a log-in for this site", async () => {
    await visit(PORTAL);
    assert.deepEqual(await connectOnClick(), { way: "bridge" });
    assert.equal((await browser.windows()).length, 2);
    const status = await browser.evaluate(() => agent.status());
    assert.equal(status.readers[0].card, "jpki");

    await browser.evaluate(() => {
      window.seen = [];
      window.stop = agent.events((status) => seen.push(status.readers[0].card));
    });
    await until("the first event", () => browser.evaluate(() => seen.length > 0));
    await desk.reader.pull();
    await until("the card is gone for the page", () => browser.evaluate(() => seen.at(-1) === "none"));
    await desk.reader.insert();
    await until("the card is back for the page", () => browser.evaluate(() => seen.at(-1) === "jpki"));
    await browser.evaluate(() => stop());

    const pins = desk.reader.verifications;
    desk.person.will(AGREE, "1234");
    const { value, ...failure } = await browser.evaluate((nonce) => outcome(agent.authenticate(nonce)), NONCE);
    assert.ok(value, JSON.stringify(failure));
    assert.equal(desk.reader.verifications, pins + 1);
    for (const { texts } of desk.person.prompts) assert.ok(texts.SETDESC.includes(browser.origin(PORTAL)), texts.SETDESC);
    assert.equal(await desk.verifies(value, browser.origin(PORTAL), NONCE), true);
    assert.equal(await desk.verifies(value, browser.origin(STRANGER), NONCE), false);

    await browser.evaluate(() => agent.close());
    await until("the bridge's window closes", async () => (await browser.windows()).length === 1);
  });

  test("a stranger's bridge is refused, and the card is sent nothing", async () => {
    await visit(STRANGER);
    const commands = desk.reader.commands.length;
    const told = await connectOnClick();
    assert.equal(told.code, "origin_not_allowed", JSON.stringify(told));
    assert.deepEqual(desk.reader.commands.slice(commands), []);
  });

  test("with HTTPS turned on no window is needed", async () => {
    await desk.stopAgent();
    const [tlsPort] = options.tlsPorts;
    desk.home.allow(desk.origins, desk.person.program, `[tls]\nport = ${tlsPort}\n`);
    const enabled = await desk.home.run("tls", "enable");
    assert.equal(enabled.code, 0, enabled.err);
    await desk.startAgent();
    await visit(PORTAL);
    // Here the certificate is taken by a switch of the driver; whether browsers trust it is for the tests of `tls`.
    const found = await browser.evaluate((options) => connect(options), options);
    assert.deepEqual(found, { way: "https" });
    assert.equal((await browser.evaluate(() => agent.status())).readers[0].card, "jpki");
    await visit(STRANGER);
    const commands = desk.reader.commands.length;
    const told = await browser.evaluate((options) => connect(options), { ...options, bridge: "never" });
    assert.equal(told.way, undefined, JSON.stringify(told));
    assert.deepEqual(desk.reader.commands.slice(commands), []);
  });
});
