// Pages that mean harm, each in a browser whose person has already let them reach loopback, so that the browser does not
// stand in front of the agent. For each: what it sent did reach the agent, the agent refused it, the card was sent nothing,
// and the same count does move when the portal asks right after.

import assert from "node:assert/strict";
import { createServer } from "node:http";

import { REBOUND } from "./bench/chromium.js";
import { leaveWorker } from "./bench/earlier.js";
import { listen, PORTAL, STRANGER } from "./bench/site.js";
import { until, within } from "./bench/wait.js";

const PINS = "/v1/pins";
const SIGN = "/v1/sign";
const NOTHING_TO_SIGN = JSON.stringify({ digests: [{ algorithm: "SHA-256", value: Buffer.alloc(32).toString("base64") }] });

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench
 */
export async function attacks(t, bench) {
  const { browser, desk } = bench;
  const context = await browser.context("granted");
  const portal = await bench.visit(context, PORTAL);
  const stranger = await bench.visit(context, STRANGER);

  /** What a page of the portal gets, as the measure of all attacks. */
  const ask = () => portal.evaluate(async (url) => (await fetch(url, { cache: "no-store" })).status, desk.agent.url + PINS);

  /**
   * Runs `attack`, which is to cause exactly these answers of the agent, in any order.
   * @param {string[]} answers as `Agent.answered` has them
   */
  const harmless = async (attack, answers) => {
    const [commands, answered] = [desk.reader.commands.length, desk.agent.answered.length];
    const result = await within("the attack", attack());
    // Browsers ask by themselves for the icon of a page in a tab of its own; of a foreign name they get 421.
    const caused = () => desk.agent.answered.slice(answered).filter((answer) => !/^GET - (404|421)$/.test(answer));
    await until(`the agent has answered ${answers}`, () => caused().length >= answers.length, { describe: () => caused().join("\n") });
    // Each at least once: a browser may repeat what was answered 421.
    assert.deepEqual([...new Set(caused())].sort(), [...answers].sort());
    assert.deepEqual(desk.reader.commands.slice(commands), [], "the card was sent something");
    assert.equal(desk.person.prompts.length, 0, "the person was asked something");
    assert.equal(await ask(), 200);
    assert.ok(desk.reader.commands.length > commands, "the count does not count");
    return result;
  };

  await t.test("a name made to resolve to the loopback address", async () => {
    const before = desk.agent;
    await desk.stopAgent();
    // The attacker's own server, where the agent will be once the name points to this machine.
    const server = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"));
    await listen(server, desk.port);
    const page = await browser.newPage(context);
    await page.goto(`http://${REBOUND}:${desk.port}/`);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await desk.startAgent();
    assert.notEqual(desk.agent, before);

    const statuses = await harmless(
      () => probe(page),
      [`GET ${PINS} 421`, `POST ${SIGN} 421`],
    );
    // To the browser the page is of the same origin: it can read every answer, and only the agent's look at `Host` helps.
    assert.deepEqual(statuses, [421, 421]);
    await page.close();
  });

  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    await t.test(`a form sent to a new tab as ${type}`, async () => {
      await stranger.evaluate(([action, type]) => {
        const form = Object.assign(document.createElement("form"), { action, method: "post", enctype: type, target: "_blank" });
        form.append(Object.assign(document.createElement("input"), { name: '{"digests":["', value: '"]}' }));
        document.body.append(form);
        document.getElementById("go").onclick = () => form.submit();
      }, [desk.agent.url + SIGN, type]);
      await harmless(() => bench.click(stranger), [`POST ${SIGN} 403`]);
    });
  }

  for (const [who, page] of [["a stranger", stranger], ["the portal itself", portal]]) {
    await t.test(`a no-cors POST of ${who}`, async () => {
      // What comes back is not even a response that cannot be read: the answer is marked as for its own origin.
      const outcome = await harmless(
        () => page.evaluate((url, body) => fetch(url, { method: "POST", mode: "no-cors", body }).then(String, (error) => error.name),
          desk.agent.url + SIGN, NOTHING_TO_SIGN),
        [`POST ${SIGN} 403`],
      );
      assert.equal(outcome, "TypeError");
    });
  }

  await t.test("a POST of a stranger", async () => {
    // The browser asks first (OPTIONS), and the agent says no.
    const outcome = await harmless(
      () => stranger.evaluate(async ([url, body]) => {
        try {
          await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
          return "answered";
        } catch (error) {
          return error.name;
        }
      }, [desk.agent.url + SIGN, NOTHING_TO_SIGN]),
      [`OPTIONS ${SIGN} 403`],
    );
    assert.equal(outcome, "TypeError");
  });

  for (const [who, page] of [["a stranger", stranger], ["the portal", portal]]) {
    await t.test(`a sandboxed frame in a page of ${who}`, async () => {
      const outcomes = await harmless(
        () => page.evaluate((url) => new Promise((resolve) => {
          addEventListener("message", (event) => resolve(event.data), { once: true });
          const frame = document.createElement("iframe");
          frame.sandbox = "allow-scripts";
          frame.allow = "loopback-network *; local-network-access *";
          frame.srcdoc = `<script>(async () => {
            const outcomes = [];
            for (const mode of ["cors", "no-cors"]) {
              try { outcomes.push((await fetch(${JSON.stringify(url)}, { mode })).type); } catch (error) { outcomes.push(error.name); }
            }
            parent.postMessage(outcomes, "*");
          })()<\/script>`;
          document.body.append(frame);
        }), desk.agent.url + PINS),
        [`GET ${PINS} 403`, `GET ${PINS} 401`],
      );
      assert.equal(outcomes[0], "TypeError");
    });
  }

  for (const tag of ["img", "script"]) {
    await t.test(`the tag ${tag}`, async () => {
      const event = await harmless(
        () => portal.evaluate(([tag, url]) => new Promise((resolve) => {
          const element = document.createElement(tag);
          element.onload = element.onerror = (event) => resolve(event.type);
          element.src = url;
          document.body.append(element);
        }), [tag, desk.agent.url + PINS]),
        [`GET ${PINS} 401`],
      );
      assert.equal(event, "error");
    });
  }

  await t.test("a service worker that an earlier program on our port has left behind", () =>
    staleWorker({ bench, context, portal, harmless }));

  await context.close();
}

/** The worker of a program that had the agent's port before. */
const WORKER = `
  const seen = [];
  self.oninstall = () => self.skipWaiting();
  self.onactivate = (event) => event.waitUntil(self.clients.claim());
  self.onfetch = (event) => {
    const { pathname } = new URL(event.request.url);
    seen.push(pathname);
    if (pathname === "/seen") event.respondWith(new Response(JSON.stringify(seen)));
    if (pathname === "/mine") {
      event.respondWith(new Response("<!doctype html><title>the worker's</title>", { headers: { "content-type": "text/html" } }));
    }
  };
`;

/** What a page of the agent's own origin is told when it asks for the PINs' status and for signatures. */
const probe = (page) => page.evaluate(async ([pins, sign, body]) => {
  const read = await fetch(pins);
  const signed = await fetch(sign, { method: "POST", headers: { "content-type": "application/json" }, body });
  return [read.status, signed.status];
}, [PINS, SIGN, NOTHING_TO_SIGN]);

async function staleWorker({ bench, context, portal, harmless }) {
  const { browser, desk } = bench;
  const page = await leaveWorker(desk, () => browser.newPage(context), WORKER);
  await page.evaluate(async () => {
    while (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  });

  // What it can do: make pages of the agent's own origin, although the agent serves none.
  await page.goto(`${desk.agent.url}/mine`);
  assert.equal(await page.title(), "the worker's");
  // What they cannot: be anybody the agent listens to, though they are of its own origin.
  const statuses = await harmless(
    () => probe(page),
    [`GET ${PINS} 401`, `POST ${SIGN} 403`],
  );
  assert.deepEqual(statuses, [401, 403]);

  // Nor does it see what the portal asks: its own requests are in its list, the portal's are not.
  const own = await page.evaluate(async () => (await fetch("/seen")).json());
  const status = await portal.evaluate(async (url) => (await fetch(url)).status, `${desk.agent.url}/v1/status`);
  assert.equal(status, 200);
  const seen = await page.evaluate(async () => (await fetch("/seen")).json());
  assert.ok(own.includes(PINS) && own.includes(SIGN), `${own}`);
  assert.ok(!seen.includes("/v1/status"), `${seen}`);
  await page.close();
}
