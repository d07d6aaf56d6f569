// Everything on the person's desk: agent, card reader, card, and the person. One for each browser under test.

import { writeFileSync } from "node:fs";
import path from "node:path";

import { Agent, freePort, Home } from "./agent.js";
import { CardReader } from "./card.js";
import { Person } from "./person.js";
import { until } from "./wait.js";

/** A user of the agent with a card in the reader. */
export class Desk {
  /** @param {string[]} origins who may ask everything */
  static async set(origins) {
    const self = new Desk();
    self.origins = origins;
    self.reader = await CardReader.start();
    self.home = new Home();
    self.person = await Person.sitDown(self.home.folder);
    self.home.allow(origins, self.person.program);
    self.port = await freePort();
    await self.startAgent();
    await self.newCard();
    return self;
  }

  async startAgent(port = this.port) {
    this.agent = await Agent.start(this.home, { port, environment: this.reader.environment });
  }

  async stopAgent() {
    await this.agent.stop();
  }

  async newCard() {
    await this.reader.newCard();
    await this.sees("jpki");
  }

  /** Waits until the agent knows what lies in the reader: `none` or `jpki`. */
  async sees(card) {
    let last = "";
    await until(`the agent sees ${card}`, async () => {
      const { out } = await this.home.run("--json", "status");
      last = out;
      return out && JSON.parse(out).readers?.[0]?.card === card;
    }, { describe: () => last });
  }

  /** Does our own validator take this log-in for one of `origin`? The independent one has its word in `card.js`. */
  async verifies(authentication, origin, nonce) {
    const file = path.join(this.home.folder, "token.json");
    writeFileSync(file, JSON.stringify(authentication));
    const { code, err } = await this.home.run("verify", "token", "--origin", origin, "--nonce", nonce, "--simulator", file);
    if (code !== 0 && code !== 1) throw new Error(err);
    return code === 0;
  }

  async clear() {
    await this.agent?.stop();
    await this.person?.leave();
    await this.reader?.stop();
  }
}
