// The agent's own page, opened as a person opens it: by the command, and by the file it leads the browser to.

import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { Child } from "./child.js";
import { PROGRAM } from "./parts.js";
import { until } from "./wait.js";

/** Begins an opening; `file` is what a browser is to be given. */
export async function announce(desk) {
  const command = new Child("jpki-agent open", [PROGRAM, "open", "--print"], { env: desk.home.environment });
  const [file] = await command.line(/^\/.*\.html$/);
  return { command, file };
}

/** A tab with the page, all of it drawn. `before` runs in it before the page's own scripts. */
export async function openPage(bench, context, { width = 1000, scheme = "light", before } = {}) {
  const { command, file } = await announce(bench.desk);
  const page = await bench.browser.newPage(context);
  await page.setViewport({ width, height: 800 });
  if (bench.browser.name === "Chromium") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  if (before) await page.evaluateOnNewDocument(before);
  // The file moves on by itself, so its own loading may count as given up.
  await page.goto(pathToFileURL(file).href).catch(() => {});
  await until("the page is drawn", () => isDrawn(page), { describe: () => bench.desk.agent.answered.slice(-20).join("\n") });
  const { code } = await command.ended;
  return { page, file, code, isFileThere: existsSync(file) };
}

/** With sites, activity, and, if a card lies in the reader, what is on it. */
export const isDrawn = (page) =>
  page.evaluate(() => Boolean(document.querySelector("#card h3") && document.querySelector("#sites h3")
    && document.querySelector("#activity h2") && document.querySelector("#card").ariaBusy === "false")).catch(() => false);

/** The text a person sees in one part of the page. */
export const shown = (page, selector = "body") => page.$eval(selector, (element) => element.innerText);
