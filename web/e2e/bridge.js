// The bridge, the agent's own small window for pages that cannot call it: used, and attacked.

import assert from "node:assert/strict";

import { leaveWorker } from "./bench/earlier.js";
import { SILENCE } from "./bench/person.js";
import { PORTAL, STRANGER } from "./bench/site.js";
import { until, within } from "./bench/wait.js";

const NONCE = "12345678123456781234567812345678912356789123";
const AUTHENTICATION_PIN = "1234";
const FRESH = /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/;

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench whose person has let the portal in before
 */
export async function bridge(t, bench) {
  const { browser, desk } = bench;
  const { person, reader } = desk;
  // A browser that keeps the page from calling the agent itself: whatever arrives has come by the bridge.
  const context = await browser.context("denied");

  /** Connects a page by the bridge on a click. Gives what came of it, and the bridge's window. */
  const open = async (page, options = {}) => {
    const before = new Set(await context.pages());
    await page.evaluate((options) => {
      document.getElementById("go").onclick = () => (window.found = connect(options));
    }, { ports: [desk.port], bridge: "always", ...options });
    await bench.click(page);
    const found = await within("the bridge", page.evaluate(() => window.found), { describe: () => desk.agent.answered.slice(-6).join("\n") });
    const window = (await context.pages()).find((other) => !before.has(other));
    return { found, window };
  };
  /** Firefox makes no tab while a window without room for tabs is in front. */
  const closeWindows = async () => {
    for (const page of await context.pages()) if (page.url().startsWith("http://127.0.0.1:")) await page.close();
  };
  const status = (page) => page.evaluate(() => outcome(agent.status()));

  /** Runs `attack`; nothing of it reaches card or person, and the count does move when the portal asks. */
  const harmless = async (attack) => {
    const commands = reader.commands.length;
    const result = await within("the attack", attack());
    assert.deepEqual(reader.commands.slice(commands), [], "the card was sent something");
    assert.equal(person.prompts.length, 0, "the person was asked something");
    await closeWindows();
    const portal = await bench.visit(context, PORTAL);
    assert.deepEqual((await open(portal)).found, { way: "bridge" });
    assert.equal((await portal.evaluate(() => agent.pins())).pins.length, 2);
    assert.ok(reader.commands.length > commands, "the count does not count");
    await portal.close();
    return result;
  };

  await t.test("where the browser blocks the page: status and a log-in for its origin", async () => {
    const page = await bench.visit(context, PORTAL);
    assert.equal((await bench.connect(page)).code, "permission_denied");
    const { found, window } = await open(page);
    assert.deepEqual(found, { way: "bridge" });
    assert.match(window.url(), FRESH);
    assert.notEqual(new URL(window.url()).port, String(desk.port));
    assert.ok((await window.evaluate(() => document.body.innerText)).includes(browser.origin(PORTAL)), "says for which site it is");

    assert.equal((await status(page)).value.readers[0].card, "jpki");
    person.will(AUTHENTICATION_PIN);
    const { value, ...failure } = await page.evaluate((nonce) => outcome(agent.authenticate(nonce)), NONCE);
    assert.ok(value, JSON.stringify(failure));
    assert.ok(person.prompts[0].texts.SETDESC.includes(browser.origin(PORTAL)));
    person.forget();
    assert.equal(await desk.verifies(value, browser.origin(PORTAL), NONCE), true);
    await page.evaluate(() => agent.close());
    await until("the window closes", () => window.isClosed());
    await page.close();
  });

  await t.test("its window is closed while the person is asked", async () => {
    const page = await bench.visit(context, PORTAL);
    const { window } = await open(page);
    const pins = reader.verifications;
    person.will(SILENCE);
    await page.evaluate((nonce) => void (window.pending = outcome(agent.authenticate(nonce))), NONCE);
    const prompt = await person.seesPrompt(0);
    await window.close();
    await until("the prompt is gone", () => !prompt.isOpen);
    const lost = await within("the page is told", page.evaluate(() => window.pending));
    assert.deepEqual([lost.code, lost.outcomeUnknown], ["bridge_closed", true]);
    assert.equal((await status(page)).code, "bridge_closed");
    assert.equal(reader.verifications, pins);
    person.forget();
    await page.close();
  });

  await t.test("its window is loaded again", async () => {
    const page = await bench.visit(context, PORTAL);
    const { window } = await open(page);
    await window.reload().catch(() => {}); // the port may be closed by then
    assert.equal((await status(page)).code, "bridge_closed");
    await closeWindows();
    await page.close();
  });

  await t.test("opened by a stranger", async () => {
    const page = await bench.visit(context, STRANGER);
    const { found } = await harmless(() => open(page));
    assert.equal(found.code, "origin_not_allowed");
    assert.equal((await desk.home.run("origin", "list", "--refused")).out.includes(browser.origin(STRANGER)), true);
    await page.close();
  });

  await t.test("opened by a stranger that says it is another", async () => {
    const page = await bench.visit(context, STRANGER);
    const heard = await harmless(async () => {
      await page.evaluate(([url, claimed]) => {
        window.heard = [];
        document.getElementById("go").onclick = () => {
          const popup = open(url, "_blank", "popup");
          addEventListener("message", ({ data, origin }) => {
            heard.push(data.type);
            const say = (message) => popup.postMessage({ jpkiAgentBridge: 1, ...message }, origin);
            if (data.type !== "hello") return;
            say({ type: "connect", origin: claimed });
            say({ type: "request", id: 1, method: "GET", path: "/v1/pins", origin: claimed });
          });
        };
      }, [`${desk.agent.url}/bridge`, browser.origin(PORTAL)]);
      await bench.click(page);
      await until("the bridge refuses", () => page.evaluate(() => heard.includes("refused")));
      return page.evaluate(() => heard);
    });
    assert.deepEqual([...new Set(heard)], ["hello", "refused"]);
    await page.close();
  });

  for (const name of [STRANGER, PORTAL]) {
    await t.test(`in a frame of ${name}`, async () => {
      // Let through by the browser, so that the agent is what stops it.
      const granted = await browser.context("granted");
      const page = await bench.visit(granted, name);
      const answered = desk.agent.answered.length;
      const heard = await harmless(async () => {
        await page.evaluate((url) => {
          window.heard = [];
          addEventListener("message", ({ data }) => heard.push(data));
          const frame = document.createElement("iframe");
          Object.assign(frame, { src: url, allow: "loopback-network *; local-network-access *" });
          document.body.append(frame);
        }, `${desk.agent.url}/bridge`);
        await until("the agent refuses", () => desk.agent.answered.slice(answered).includes("GET /bridge 403"), {
          describe: () => desk.agent.answered.slice(answered).join("\n"),
        });
        return page.evaluate(() => heard);
      });
      assert.deepEqual(heard, []);
      await granted.close();
    });
  }

  await t.test("a third window that sends it messages", async () => {
    const page = await bench.visit(context, PORTAL);
    // The page keeps hold of the window the library opens, and shares it with another window of its own site: worse
    // than anything a stranger could get.
    await page.evaluate(() => {
      const { open } = window;
      window.open = (...values) => {
        const opened = open.apply(window, values);
        window.bridge ??= opened;
        return opened;
      };
    });
    const { found, window } = await open(page);
    assert.deepEqual(found, { way: "bridge" });
    const third = await opened(page, browser.origin(PORTAL) + "/");
    await third.waitForFunction(() => window.isReady);
    const heard = await (async () => {
      const commands = reader.commands.length;
      await third.evaluate(() => {
        window.heard = [];
        addEventListener("message", ({ source, data }) => source === window.opener.bridge && heard.push(data));
        const target = window.opener.bridge;
        for (const type of ["connect", "request"]) {
          target.postMessage({ jpkiAgentBridge: 1, type, id: 1, method: "GET", path: "/v1/pins" }, "*");
        }
      });
      // Messages to one window keep their order: once a later one of the page has been answered, those were looked at.
      assert.ok((await status(page)).value);
      assert.deepEqual(reader.commands.slice(commands), []);
      assert.equal((await page.evaluate(() => agent.pins())).pins.length, 2);
      assert.ok(reader.commands.length > commands, "the count does not count");
      return third.evaluate(() => window.heard);
    })();
    assert.deepEqual(heard, []);
    for (const one of [third, window, page]) await one.close();
  });

  await t.test("a third window that plays the bridge to the page", async () => {
    const stranger = await bench.visit(context, STRANGER);
    const page = await opened(stranger, browser.origin(PORTAL) + "/");
    await page.waitForFunction(() => window.isReady);
    // All the time, from before the bridge is opened: "ready" of another agent, and answers to whatever is asked.
    await stranger.evaluate(() => {
      const lie = { product: "jpki-agent", version: "9.9.9", api: 1 };
      setInterval(() => {
        for (const message of [{ type: "hello" }, { type: "ready", health: lie }]) popup.postMessage({ jpkiAgentBridge: 1, ...message }, "*");
        for (let id = 0; id < 5; id++) popup.postMessage({ jpkiAgentBridge: 1, type: "response", id, status: 200, body: { readers: [] } }, "*");
      }, 1);
    });
    const { found } = await open(page);
    assert.deepEqual(found, { way: "bridge" });
    assert.notEqual(await page.evaluate(() => agent.version), "9.9.9");
    assert.equal((await status(page)).value.readers[0].card, "jpki");
    await closeWindows();
    for (const one of [page, stranger]) await one.close();
  });

  await t.test("the page goes to another site", async () => {
    const page = await bench.visit(context, PORTAL);
    const { window } = await open(page);
    await page.evaluate(() => {
      window.seen = [];
      agent.events((status) => seen.push(status));
    });
    await until("events come", () => page.evaluate(() => seen.length > 0));
    await page.goto(`${browser.origin(STRANGER)}/`);
    await page.evaluate(() => {
      window.heard = [];
      addEventListener("message", ({ data }) => heard.push(data));
    });
    // What there is to tell now, the site that is there now must not hear.
    for (const [change, card] of [["pull", "none"], ["insert", "jpki"]]) {
      await reader[change]();
      await desk.sees(card);
    }
    const heard = await page.evaluate(() => window.heard);
    assert.deepEqual(heard, []);
    await closeWindows();
    await page.close();
  });

  await t.test("a service worker on our port that plays the bridge", () => falseBridge({ bench, context, open, harmless }));

  await context.close();
}

/** A window that `page` opens, and keeps as `popup`. */
async function opened(page, url) {
  const popup = new Promise((resolve) => page.once("popup", resolve));
  await page.evaluate((url) => {
    document.getElementById("go").onclick = () => (window.popup = open(url, "_blank", "popup"));
  }, url);
  await page.bringToFront();
  await page.click("#go");
  return within("the window", popup);
}

/** The worker answers for `/bridge`, as far as it can: it says what the bridge says. */
const WORKER = `
  self.oninstall = () => self.skipWaiting();
  self.onactivate = (event) => event.waitUntil(self.clients.claim());
  self.onfetch = (event) => {
    if (new URL(event.request.url).pathname !== "/bridge") return;
    const page = \`<!doctype html><title>the worker's</title><script>
      const tell = (message) => opener.postMessage({ jpkiAgentBridge: 1, ...message }, "*");
      const ask = async (path, init) => (await fetch(path, init)).status;
      onmessage = async ({ data }) => {
        if (data.type === "connect") tell({ type: "ready", health: { product: "jpki-agent", version: "9.9.9", api: 1 } });
        if (data.type !== "request") return;
        // What it could pass on: to the routes, and to the bridge's own.
        const json = { method: "POST", headers: { "content-type": "application/json" } };
        const body = [
          await ask(data.path),
          await ask("/v1/authenticate", { ...json, body: JSON.stringify({ challengeNonce: "\${"A".repeat(44)}" }) }),
          await ask("/bridge/session", { ...json, body: JSON.stringify({ origin: "https://tax.example" }) }),
        ];
        tell({ type: "response", id: data.id, status: 200, body });
      };
      tell({ type: "hello" });
    </script>\`;
    event.respondWith(new Response(page, { headers: { "content-type": "text/html" } }));
  };
`;

async function falseBridge({ bench, context, open, harmless }) {
  const { browser, desk } = bench;
  // A context of its own: the worker stays in it.
  const infected = await browser.context("denied");
  const page = await leaveWorker(desk, () => browser.newPage(infected), WORKER);
  await page.close();

  const portal = await bench.visit(infected, PORTAL);
  const answers = await harmless(async () => {
    await portal.evaluate((options) => {
      document.getElementById("go").onclick = () => (window.found = connect(options));
    }, { ports: [desk.port], bridge: "always" });
    await bench.click(portal);
    // It can play the agent, as any program on our port can: the page cannot tell, and so tells it no secret.
    assert.deepEqual(await portal.evaluate(() => window.found), { way: "bridge" });
    assert.equal(await portal.evaluate(() => agent.version), "9.9.9");
    return portal.evaluate(() => agent.pins());
  });
  // It cannot make the agent listen: it is nobody, and there is no bridge's route on that port.
  assert.deepEqual(answers, [401, 403, 404]);
  await infected.close();
}
