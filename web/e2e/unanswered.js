// The browser asks the person whether the site may reach programs on this computer, and nobody answers.

import assert from "node:assert/strict";

import { PORTAL } from "./bench/site.js";
import { pause, until } from "./bench/wait.js";

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench whose browser leaves questions open
 */
export async function unanswered(t, bench) {
  const { browser, desk } = bench;
  const context = await browser.context("prompt");

  await t.test("the page waits and can say so; giving up leaves nothing behind", async () => {
    const page = await bench.visit(context, PORTAL);
    const answered = desk.agent.answered.length;
    await page.evaluate((options) => {
      window.waits = false;
      window.done = false;
      window.stop = new AbortController();
      window.found = connect({ ...options, signal: stop.signal, onWaiting: () => (window.waits = true) }).finally(() => (window.done = true));
    }, { ports: [desk.port] });
    await until("the page says that it waits", () => page.evaluate(() => waits));
    // As long as the person thinks. Long past every time limit the library has for anything else.
    await pause(2500);
    assert.equal(await page.evaluate(() => done), false);
    assert.equal(desk.agent.answered.length, answered, "the agent was asked something");
    const found = await page.evaluate(() => (stop.abort(), found));
    assert.deepEqual(found, { error: "AbortError" });
    assert.equal(desk.agent.answered.length, answered, "the agent was asked something");
    await page.close();
  });

  await context.close();
}
