// A browser, the web sites it visits, and the desk of the person who sits before it.

import { Desk } from "./desk.js";
import { furnish } from "./portal.js";
import { PORTAL, Site } from "./site.js";

export class Bench {
  /** @param {(site: Site) => Promise<any>} launch of one of the launchers */
  static async set(launch) {
    const self = new Bench();
    self.site = await Site.start();
    await furnish(self.site);
    self.browser = await launch(self.site);
    self.desk = await Desk.set([self.browser.origin(PORTAL)]);
    return self;
  }

  /** A page of one of the sites, with the client library loaded. */
  async visit(context, name, path = "/") {
    const page = await this.browser.newPage(context);
    await page.goto(this.browser.origin(name) + path);
    if (path !== "/frame") await page.waitForFunction(() => window.isReady);
    return page;
  }

  /**
   * Connects a page with the agent by the client library; what came of it: `{ way }`, or the members of the error.
   * @param {object} [options] for the library's `connect`; the port is that of this desk
   */
  async connect(page, options = {}) {
    return page.evaluate((options) => connect(options), { ports: [this.desk.port], ...options });
  }

  /** A person's click, which browsers want before a window may open. Windows behind others are not clicked. */
  async click(page, selector = "#go") {
    await page.bringToFront();
    await page.click(selector);
  }

  async clear() {
    await this.browser?.close();
    await this.desk?.clear();
    await this.site?.stop();
  }
}
