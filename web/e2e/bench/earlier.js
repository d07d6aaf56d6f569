// A program that held the agent's port before it, and left a service worker in the browser.

import { createServer } from "node:http";

import { listen } from "./site.js";

/**
 * Lets such a program run in place of the agent while a page of its own registers `worker`, then starts the agent again.
 * The page stays open.
 * @param {import("./desk.js").Desk} desk
 * @param {() => Promise<object>} newPage opens an empty page of the driver's
 * @param {string} worker source of the service worker
 */
export async function leaveWorker(desk, newPage, worker) {
  await desk.stopAgent();
  const program = createServer((request, response) => {
    const isWorker = request.url === "/worker.js";
    response.writeHead(200, { "content-type": isWorker ? "text/javascript" : "text/html" });
    response.end(isWorker ? worker : "<!doctype html><title>an earlier program</title>");
  });
  await listen(program, desk.port);
  const page = await newPage();
  await page.goto(`${desk.agent.url}/`);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/worker.js");
    await navigator.serviceWorker.ready;
  });
  program.closeAllConnections();
  await new Promise((resolve) => program.close(resolve));
  await desk.startAgent();
  return page;
}
