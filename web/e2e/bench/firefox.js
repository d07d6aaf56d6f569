// Firefox through WebDriver BiDi, with the site's address declared public.

import puppeteer from "puppeteer-core";

import { REBOUND } from "./chromium.js";
import { temporaryFolder } from "./folder.js";
import { NAMES } from "./site.js";
import { until } from "./wait.js";

export const FIREFOX = "/usr/bin/firefox-esr";

/** A running Firefox. */
export class Firefox {
  name = "Firefox";
  /** A page of the window with tabs, which stays open. */
  #first;
  /** Does a page learn that a Permissions-Policy, not a person, stands in its way? */
  tellsPolicy = false;
  /** Where a person takes a block back. */
  undo = /“Device apps and services”/;

  /** @param {import("./site.js").Site} site */
  static async launch(site) {
    const self = new Firefox();
    self.site = site;
    self.browser = await puppeteer.launch({
      protocolTimeout: 30_000,
      browser: "firefox",
      executablePath: FIREFOX,
      headless: true,
      acceptInsecureCerts: true,
      env: { ...process.env, HOME: temporaryFolder("firefox") },
      extraPrefsFirefox: {
        "network.lna.address_space.public.override": `127.0.0.1:${site.port}`,
        "network.dns.localDomains": [...NAMES, REBOUND].join(","),
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "app.normandy.enabled": false,
        "browser.safebrowsing.malware.enabled": false,
        "browser.safebrowsing.phishing.enabled": false,
        "services.settings.server": "data:,",
        "datareporting.policy.dataSubmissionEnabled": false,
        "browser.aboutwelcome.enabled": false,
        "termsofuse.bypassNotification": true,
      },
    });
    self.version = await self.browser.version();
    [self.#first] = await self.browser.pages();
    return self;
  }

  /** The origin of one of the sites, as this browser sees it: names can be mapped here, ports cannot. */
  origin(name) {
    return `https://${name}:${this.site.port}`;
  }

  /**
   * A context as fresh as a new profile, in which `origins` have this permission.
   * @param {"granted" | "denied" | "prompt"} permission
   */
  async context(permission, origins = NAMES.map((name) => this.origin(name))) {
    const context = await this.browser.createBrowserContext();
    for (const origin of origins) {
      await this.browser.connection.send("permissions.setPermission", {
        descriptor: { name: "loopback-network" },
        state: permission,
        origin,
        userContext: context.id,
      });
    }
    return context;
  }

  /** A new tab. Firefox makes it in the window in front, which may be one without tabs, or one that is just closing. */
  async newPage(context) {
    return until("a new tab", async () => {
      await this.#first.bringToFront();
      return context.newPage().catch((error) => {
        if (!String(error).includes("no such frame")) throw error;
      });
    });
  }

  async close() {
    await this.browser.close();
  }
}
