// Chromium through the DevTools protocol, with the site's address declared public and the permission for loopback set per
// context: `granted`, `denied`, or left at `prompt`.

import puppeteer from "puppeteer-core";

import { temporaryFolder } from "./folder.js";
import { NAMES } from "./site.js";

export const CHROMIUM = "/usr/bin/chromium";
/** A name whose address an attacker changes to the loopback address, see `attacks.js`. */
export const REBOUND = "rebound.example";

/** A running Chromium. */
export class Chromium {
  name = "Chromium";
  /** Does a page learn that a Permissions-Policy, not a person, stands in its way? */
  tellsPolicy = true;
  /** Where a person takes a block back. */
  undo = /“Apps on device”/;
  /** Kept: permissions given through a session are taken back with it. */
  #control;

  /**
   * @param {import("./site.js").Site} site
   * @param {{ display?: string }} [options] with a display it has windows, and asks the person for permissions
   */
  static async launch(site, { display } = {}) {
    const self = new Chromium();
    self.site = site;
    self.browser = await puppeteer.launch({
      protocolTimeout: 30_000,
      executablePath: CHROMIUM,
      headless: !display,
      env: { ...process.env, HOME: temporaryFolder("chromium"), ...(display ? { DISPLAY: display } : {}) },
      userDataDir: temporaryFolder("chromium"),
      args: [
        ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--host-resolver-rules=${NAMES.map((name) => `MAP ${name} 127.0.0.1:${site.port}`).join(",")},MAP ${REBOUND} 127.0.0.1`,
        `--ip-address-space-overrides=127.0.0.1:${site.port}=public`,
        `--ignore-certificate-errors-spki-list=${site.publicKeyHash}`,
      ],
    });
    self.#control = await self.browser.target().createCDPSession();
    self.version = await self.browser.version();
    return self;
  }

  /** The origin of one of the sites, as this browser sees it. */
  origin(name) {
    return `https://${name}`;
  }

  /**
   * A context as fresh as a new profile, in which `origins` have this permission.
   * @param {"granted" | "denied" | "prompt"} permission
   */
  async context(permission, origins = NAMES.map((name) => this.origin(name))) {
    const context = await this.browser.createBrowserContext();
    // A fresh context asks; told to, it would answer "no" by itself even with windows.
    for (const origin of permission === "prompt" ? [] : origins) {
      await this.#control.send("Browser.setPermission", {
        permission: { name: "loopback-network" },
        setting: permission,
        origin,
        browserContextId: context.id,
      });
    }
    return context;
  }

  /** A new tab. */
  async newPage(context) {
    return context.newPage();
  }

  async close() {
    await this.browser.close();
  }
}
