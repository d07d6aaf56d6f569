// The example portal's real server as a child process, and its page as a visitor sees it.

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import axe from "axe-core";

import { freePort } from "../../../e2e/bench/agent.js";
import { Child } from "../../../e2e/bench/child.js";
import { temporaryFolder } from "../../../e2e/bench/folder.js";
import { within } from "../../../e2e/bench/wait.js";
import { PORTAL_SERVER } from "../../../e2e/bench/parts.js";

const PAGE = fileURLToPath(new URL("../../dist", import.meta.url));
/** Where pictures of each state go, if somebody wants to look at them. */
const PICTURES = process.env.JPKI_DEMO_PICTURES;

/** A running portal behind the front with TLS, under one of its names. */
export class Portal {
  /** @param {{ front: import("./front.js").Front, name: string, agentPort: number, arguments?: string[] }} options */
  static async start({ front, name, agentPort, arguments: more = ["--accept-software-card"] }) {
    const self = new Portal();
    const port = await freePort();
    self.origin = `https://${name}`;
    self.process = new Child("the portal", [
      ...[PORTAL_SERVER, "--port", String(port), "--origin", self.origin, "--page", PAGE, "--agent-port", String(agentPort)],
      ...more,
    ]);
    await self.process.line(/^listening on /);
    front.leads(name, port);
    return self;
  }

  /** As `make demo` serves it: no proxy, no TLS, and a page that this computer itself serves. */
  static async local({ port, agentPort }) {
    const self = new Portal();
    self.process = new Child("the portal", [
      ...[PORTAL_SERVER, "--port", String(port), "--page", PAGE, "--agent-port", String(agentPort), "--accept-software-card"],
    ]);
    [, self.origin] = await self.process.line(/^listening on (.*)$/);
    return self;
  }

  async stop() {
    return this.process.stop();
  }
}

/** The portal's page in a browser of its own context. */
export class Visit {
  /** Everything the browser complained about: refused by the policy, unheard-of errors. */
  complaints = [];

  /** @param {{ language?: "ja" | "en", dark?: boolean, width?: number, permission?: "granted" | "denied" | "prompt" }} [options] */
  static async begin(browser, portal, { language = "ja", dark = false, width = 900, permission = "granted" } = {}) {
    const self = new Visit();
    self.context = await browser.context(permission);
    self.page = await self.context.newPage();
    self.page.on("pageerror", (error) => self.complaints.push(String(error)));
    self.page.on("console", (message) => /Content Security Policy|Trusted/.test(message.text()) && self.complaints.push(message.text()));
    await self.page.setViewport({ width, height: 900 });
    await self.page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    await self.page.evaluateOnNewDocument((wanted) => localStorage.language ?? localStorage.setItem("language", wanted), language);
    await self.page.goto(portal.origin);
    self.name = `${language}-${dark ? "dark" : "light"}`;
    await self.sees("start");
    return self;
  }

  /** Waits for a section; with `what`, a failure of that code. */
  async sees(view, what) {
    const selector = `#view-${view}:not([hidden])${what ? `[data-code="${what}"]` : ""}`;
    try {
      await this.page.waitForSelector(selector, { timeout: 15_000 });
    } catch {
      throw new Error(`not seen: ${selector}; the page shows:\n${await this.page.$eval("main", (main) => main.innerText)}`);
    }
  }

  /** Waits until the page says this to the person while it works. */
  async isTold(title) {
    await this.page.waitForFunction(
      (title) => !document.getElementById("view-busy").hidden && document.getElementById("busy-title").textContent === title,
      { timeout: 15_000 }, title,
    );
  }

  async text(selector) {
    return this.page.$eval(selector, (found) => found.innerText);
  }

  async click(selector) {
    await this.page.bringToFront();
    await this.page.click(selector);
  }

  /** Serious and critical findings of axe in the present state, in words; none is good. Takes a picture, too, if wanted. */
  async findings(state) {
    if (PICTURES) await this.page.screenshot({ path: path.join(PICTURES, `${this.name}-${state}.png`), fullPage: true });
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${this.name} ${state}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`);
  }

  /** What a link saves: the bytes, after a look at the name. */
  async saves(selector, name) {
    const folder = temporaryFolder("downloads");
    const session = await this.page.createCDPSession();
    await session.send("Browser.setDownloadBehavior", {
      behavior: "allow", downloadPath: folder, eventsEnabled: true, browserContextId: this.context.id,
    });
    const done = new Promise((resolve) => session.on("Browser.downloadProgress", ({ state }) => state === "completed" && resolve()));
    await this.click(selector);
    await within(`${name} is saved`, done);
    await session.detach();
    return readFileSync(path.join(folder, name));
  }

  async end() {
    await this.context.close();
  }
}
