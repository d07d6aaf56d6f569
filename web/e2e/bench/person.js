// The person at the computer: answers the agent's real prompts in the place of pinentry, as each test says.
//
// The agent starts the program of its settings, a small relay (`relay.js`), for each prompt. The relay is connected to
// this process, which speaks pinentry's protocol (Assuan) and keeps what the prompt said.

import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { until } from "./wait.js";

/** Says no. */
export const DECLINE = Symbol("decline");
/** Says nothing, until the prompt goes away by itself. */
export const SILENCE = Symbol("silence");
/** Agrees, where no PIN is asked. */
export const AGREE = Symbol("agree");

const CANCELED = "ERR 83886179 Operation cancelled";

/** One prompt as the person saw it. */
class Prompt {
  /** What was set, by command: `SETDESC`, `SETTITLE`, `SETERROR` … */
  texts = {};
  /** `GETPIN` or `CONFIRM`, once it is shown. */
  kind = null;
  /** The person has been asked, and says nothing. */
  isLeftWaiting = false;
  isOpen = true;
}

/** A person with answers prepared. */
export class Person {
  /** Every prompt so far. */
  prompts = [];
  #answers = [];

  /** @param {string} folder where the program for the settings is put */
  static async sitDown(folder) {
    const self = new Person();
    const socket = path.join(folder, "person.sock");
    self.server = createServer((relay) => self.#converse(relay));
    await new Promise((resolve) => self.server.listen(socket, resolve));
    self.program = path.join(folder, "pinentry");
    const relay = fileURLToPath(new URL("relay.js", import.meta.url));
    writeFileSync(self.program, `#!/bin/sh\nexec '${process.execPath}' '${relay}' '${socket}'\n`, { mode: 0o700 });
    return self;
  }

  /** What to answer to the next prompts, in this order: a PIN as a string, or one of the words above. */
  will(...answers) {
    this.#answers.push(...answers);
  }

  /** Forgets prompts and answers; gives what was shown, in words. */
  forget() {
    const shown = this.prompts.map(({ kind, texts }) => `${kind}: ${texts.SETDESC}`);
    const left = this.#answers.splice(0).length;
    this.prompts = [];
    return [...shown, `${left} answers not asked for`].join("\n");
  }

  /** The prompt of this number, from 0, once it is shown. */
  async seesPrompt(number) {
    return until(`prompt ${number} is shown`, () => this.prompts[number]?.kind && this.prompts[number]);
  }

  /** Waits until the person has been asked and leaves the prompt waiting: only then can it be taken away. */
  async keepsSilent() {
    await until("a prompt is left waiting", () => this.prompts.at(-1)?.isLeftWaiting);
  }

  /** Waits until the latest prompt has gone. */
  async isLeftAlone() {
    await until("the prompt has gone", () => !this.prompts.at(-1)?.isOpen);
  }

  #converse(relay) {
    const prompt = new Prompt();
    this.prompts.push(prompt);
    const say = (text) => relay.write(`${text}\n`);
    relay.on("close", () => (prompt.isOpen = false));
    relay.on("error", () => {});
    createInterface({ input: relay }).on("line", (line) => {
      const [, keyword, text] = line.match(/^(\S+) ?(.*)$/);
      switch (keyword) {
        case "GETPIN":
        case "CONFIRM":
          prompt.kind = keyword;
          this.#answer(prompt, say);
          break;
        case "BYE":
          say("OK");
          relay.end();
          break;
        default:
          prompt.texts[keyword] = unescape(text);
          say("OK");
      }
    });
    say("OK a person");
  }

  #answer(prompt, say) {
    const { kind: keyword } = prompt;
    // Whoever is asked more than was foreseen says no: no PIN is ever typed by accident.
    const answer = this.#answers.length > 0 ? this.#answers.shift() : DECLINE;
    if (answer === SILENCE) {
      prompt.isLeftWaiting = true;
      return;
    }
    if (typeof answer === "string" && keyword === "GETPIN") {
      say(`D ${answer}`);
      say("OK");
    } else if (answer === AGREE && keyword === "CONFIRM") {
      say("OK");
    } else {
      say(CANCELED);
    }
  }

  async leave() {
    this.server.close();
  }
}

/** Assuan writes `%`, line feeds and the like as `%25`, `%0A`. */
function unescape(text) {
  return text.replace(/%([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
