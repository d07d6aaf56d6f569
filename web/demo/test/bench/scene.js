// All that is on stage: the portal behind TLS, a browser, and the desk of the person with agent, card and reader.

import { Chromium, CHROMIUM } from "../../../e2e/bench/chromium.js";
import { Desk } from "../../../e2e/bench/desk.js";
import { BENCH, PORTAL_SERVER, suite } from "../../../e2e/bench/parts.js";
import { AGREE } from "../../../e2e/bench/person.js";
import { PORTAL } from "../../../e2e/bench/site.js";
import { Front } from "./front.js";
import { Portal, Visit } from "./portal.js";

export const PIN = "1234";
export const PASSWORD = "ABC123";
/** Declares tests that need all of it, if it is here. */
export const onStage = (declare) => suite("the example portal", [...BENCH, CHROMIUM, PORTAL_SERVER], declare);

export class Scene {
  /** Whether the person has said before that this site is meant. */
  isKnown = false;

  static async set() {
    const self = new Scene();
    self.desk = await Desk.set([`https://${PORTAL}`]);
    self.front = await Front.start();
    self.portal = await Portal.start({ front: self.front, name: PORTAL, agentPort: self.desk.port });
    self.browser = await Chromium.launch(self.front);
    return self;
  }

  /** The person will enter this PIN; the first time, the agent asks before whether the site is meant. */
  answers(pin) {
    this.desk.person.will(...(this.isKnown ? [] : [AGREE]), pin);
    this.isKnown = true;
  }

  /** A visit that has got past the log-in. */
  async loggedIn(options) {
    const visit = await Visit.begin(this.browser, this.portal, options);
    this.answers(PIN);
    await visit.click("#log-in");
    await visit.sees("documents");
    return visit;
  }

  async clear() {
    await this.browser?.close();
    await this.portal?.stop();
    this.front?.stop();
    await this.desk?.clear();
  }
}
