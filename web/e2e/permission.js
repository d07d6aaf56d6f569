// The ground all other tests stand on: to the browser, the sites of these tests are public and the agent is not, so that
// the permission is asked for and decides. Without this every other test would pass for nothing.

import assert from "node:assert/strict";
import { createServer } from "node:net";

import { listen, PORTAL } from "./bench/site.js";
import { within } from "./bench/wait.js";

const ANSWER = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench
 * @param {"refused" | "pending"} unanswered what happens to a request while nobody answers the browser's question
 */
export async function permission(t, bench, unanswered) {
  // Not the agent but something that writes down every byte it gets.
  let bytes = "";
  const listener = createServer((connection) => {
    connection.on("data", (data) => {
      bytes += data;
      connection.end(ANSWER);
    });
    connection.on("error", () => {});
  });
  const url = `http://127.0.0.1:${await listen(listener)}/v1/health`;
  t.after(() => listener.close());

  for (const [state, outcome] of [["granted", "ok"], ["denied", "TypeError"], ["prompt", unanswered === "refused" ? "TypeError" : "pending"]]) {
    await t.test(`${state}: ${outcome}`, async () => {
      const context = await bench.browser.context(state);
      const page = await bench.visit(context, PORTAL);
      bytes = "";
      const found = await within("the page's answer", page.evaluate(async (url) => {
        const { state } = await navigator.permissions.query({ name: "loopback-network" });
        const answer = fetch(url).then((response) => response.text(), (error) => error.name);
        // Long past what a request takes that nobody has to allow.
        const wait = new Promise((resolve) => setTimeout(resolve, 1500, "pending"));
        return { state, isSecure: isSecureContext, answer: await Promise.race([answer, wait]) };
      }, url));
      assert.deepEqual(found, { state, isSecure: true, answer: outcome });
      assert.equal(bytes.startsWith("GET /v1/health"), state === "granted", bytes);
      if (state !== "granted") assert.equal(bytes, "", "nothing is sent before the person has allowed it");
      await context.close();
    });
  }
}
