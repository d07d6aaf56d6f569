// Several tabs of one site: one prompt at a time, and a stream of events for each that none of them has to wait for.

import assert from "node:assert/strict";

import { SILENCE } from "./bench/person.js";
import { PORTAL } from "./bench/site.js";
import { until, within } from "./bench/wait.js";

const NONCE = "12345678123456781234567812345678912356789123";
const AUTHENTICATION_PIN = "1234";
/** One more than a browser's connections to one server. */
const TABS = 7;

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench whose person has let the portal in before
 */
export async function tabs(t, bench) {
  const { browser, desk } = bench;
  const { person, reader } = desk;
  const context = await browser.context("granted");
  const authenticate = (page) => page.evaluate((nonce) => outcome(agent.authenticate(nonce)), NONCE);

  await t.test("two tabs at once: one prompt, and the other tab is told", async () => {
    const first = await bench.visit(context, PORTAL);
    const second = await bench.visit(context, PORTAL);
    for (const page of [first, second]) assert.deepEqual(await bench.connect(page), { way: "http" });

    const pins = reader.verifications;
    person.will(SILENCE);
    await first.evaluate((nonce) => {
      window.stop = new AbortController();
      window.pending = outcome(agent.authenticate(nonce, { signal: stop.signal }));
    }, NONCE);
    const prompt = await person.seesPrompt(0);
    assert.equal((await authenticate(second)).code, "prompt_busy");
    // Everything that needs no prompt goes on.
    assert.equal((await second.evaluate(() => agent.status())).readers[0].card, "jpki");
    assert.equal((await second.evaluate(() => agent.pins())).pins.length, 2);
    assert.equal(person.prompts.length, 1);
    assert.equal(reader.verifications, pins);

    await first.evaluate(() => stop.abort());
    await until("the first prompt is gone", () => !prompt.isOpen);
    person.will(AUTHENTICATION_PIN);
    const found = await authenticate(second);
    assert.ok(found.value, JSON.stringify(found));
    assert.equal(reader.verifications, pins + 1);
    person.forget();
    await first.close();
    await second.close();
  });

  await t.test("a page waits for the card by events, and logs in when it comes", async () => {
    const page = await bench.visit(context, PORTAL);
    await bench.connect(page);
    await reader.pull();
    await desk.sees("none");
    const pins = reader.verifications;
    person.will(AUTHENTICATION_PIN);
    await page.evaluate((nonce) => {
      window.seen = [];
      window.result = new Promise((resolve) => {
        const stop = agent.events((status) => {
          const { card } = status.readers[0];
          seen.push(card);
          if (card !== "jpki") return;
          stop();
          resolve(outcome(agent.authenticate(nonce)));
        });
      });
    }, NONCE);
    await until("the page knows that there is no card", () => page.evaluate(() => seen.includes("none")));
    await reader.insert();
    const found = await within("the log-in", page.evaluate(() => result));
    assert.ok(found.value, JSON.stringify(found));
    assert.deepEqual(await page.evaluate(() => [seen[0], seen.at(-1)]), ["none", "jpki"]);
    assert.equal(reader.verifications, pins + 1);
    person.forget();
    await page.close();
  });

  await t.test("seven tabs with events", async () => {
    await desk.sees("jpki");
    const pages = [];
    for (let number = 0; number < TABS; number++) {
      const page = await bench.visit(context, PORTAL);
      await page.bringToFront();
      await bench.connect(page);
      await page.evaluate(() => {
        window.seen = [];
        window.stop = agent.events((status) => seen.push(status.readers[0].card));
      });
      await until(`events in tab ${number}`, () => page.evaluate(() => seen.length > 0), {
        describe: () => desk.agent.answered.slice(-10).join("\n"),
      });
      pages.push(page);
    }
    // Hidden tabs have let go of their connections, so the last one has what it needs: events and requests beside them.
    const states = await Promise.all(pages.map((page) => page.evaluate(() => document.visibilityState)));
    assert.deepEqual(states, [...Array(TABS - 1).fill("hidden"), "visible"]);
    const last = pages.at(-1);
    await reader.pull();
    await until("the last tab knows", () => last.evaluate(() => seen.at(-1) === "none"));
    assert.equal((await last.evaluate(() => agent.status())).readers[0].card, "none");
    await reader.insert();
    await until("the last tab knows", () => last.evaluate(() => seen.at(-1) === "jpki"));

    // A tab that comes to the front again learns how things are now.
    await pages[0].evaluate(() => (seen.length = 0));
    await pages[0].bringToFront();
    await until("the first tab knows", () => pages[0].evaluate(() => seen.at(-1) === "jpki"));
    for (const page of pages) await page.close();
  });

  await context.close();
}
