// A real PC/SC service with a virtual reader, our software card that can be put in and pulled out, and a count of the
// commands it is sent, taken on the wire between the two (`card_tap.py`).

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { Child } from "./child.js";
import { temporaryFolder } from "./folder.js";
import { PCSCD, PROGRAM, VPCD_DRIVER } from "./parts.js";
import { pause, until } from "./wait.js";

/** The instruction byte of COMPUTE DIGITAL SIGNATURE. */
export const SIGN = "2A";
/** The instruction byte of VERIFY, and of the query of tries left: that is VERIFY without data. */
const VERIFY = "20";
/** Bytes of a command that has a head and no data. */
const HEAD_ONLY = 4;

/** Ports for virtual readers: below the range the system hands out by itself, and clear of the agent's own. */
const FIRST_PORT = 20_000;
const PORTS = 2_500;
/** How long a card has to stay out to be missed, in milliseconds: the service looks every 400. */
const OUT_OF_READER = 700;

/** `pcscd` with one virtual reader in which a software card may lie. */
export class CardReader {
  #tap;
  #card;
  /** When the card was pulled last. */
  #pulled = 0;

  static async start() {
    const self = new CardReader();
    const folder = temporaryFolder("pcscd");
    const port = await freePair();
    const readers = path.join(folder, "readers");
    mkdirSync(readers);
    writeFileSync(
      path.join(readers, "vpcd"),
      `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${port}\nLIBPATH ${VPCD_DRIVER}\nCHANNELID ${port}\n`,
    );
    self.socket = path.join(folder, "pcscd.comm");
    self.port = port;
    self.service = new Child("pcscd", [
      ...["systemd-socket-activate", "-l", self.socket, PCSCD, "--foreground", "--config", readers],
      ...(knowsDisablePolkit() ? ["--disable-polkit"] : []),
    ], { env: { ...process.env, PCSCLITE_FILTER_IGNORE_READER_NAMES: "CCID:ACS:SCM:Identiv:Sony:Gemalto:HID:Feitian:Yubi" } });
    await until("pcscd's socket", () => existsSync(self.socket));
    return self;
  }

  /** For the environment of whoever shall use this service. */
  get environment() {
    return { PCSCLITE_CSOCK_NAME: this.socket };
  }

  /** Makes a new card with all its tries, and puts it in. The service must have a client, which starts it. */
  async newCard() {
    if (this.#tap) {
      await this.#card.stop();
      await this.#tap.stop();
      this.#pulled = Date.now();
    }
    await until("the virtual reader", () => isListening(this.port));
    const tap = fileURLToPath(new URL("card_tap.py", import.meta.url));
    this.#tap = new Child("the tap", ["python3", tap, String(this.port)], { stdin: "pipe" });
    this.#tap.onLine((line) => line === "pulled" && (this.#pulled = Date.now()));
    const [, port] = await this.#tap.line(/^listening (\d+)$/);
    this.#card = new Child("the card", [PROGRAM, "simulate", "--vpcd", `127.0.0.1:${port}`]);
    await this.insert();
  }

  /** Puts the card in. The service notices within half a second; one that is back sooner than that it may never see. */
  async insert() {
    await pause(this.#pulled + OUT_OF_READER - Date.now());
    await this.#order("insert", "inserted");
  }

  /** Takes the card out. */
  async pull() {
    await this.#order("pull", "pulled");
  }

  /** Takes the card out in the moment a command with this instruction byte comes. */
  pullAt(instruction) {
    this.#tap.process.stdin.write(`pull-at ${instruction}\n`);
  }

  /** Every command the card was sent since it was made: `00A4040C 15`, its head and its length. */
  get commands() {
    return this.#lines("command ").map((line) => line.slice("command ".length));
  }

  /** How many PINs the card was sent. */
  get verifications() {
    return this.commands.filter((command) => command.slice(2, 4) === VERIFY && Number(command.split(" ")[1]) > HEAD_ONLY).length;
  }

  /** How many signatures it was asked for. */
  get signatures() {
    return this.commands.filter((command) => command.slice(2, 4) === SIGN).length;
  }

  #lines(word) {
    return this.#tap.out.filter((line) => line.startsWith(word));
  }

  async #order(order, answer) {
    const before = this.#lines(answer).length;
    this.#tap.process.stdin.write(`${order}\n`);
    await until(`the card is ${answer}`, () => this.#lines(answer).length > before);
  }

  async stop() {
    await this.#card?.stop();
    await this.#tap?.stop();
    await this.service.stop();
  }
}

/** Two neighbouring free ports. */
async function freePair() {
  for (let tries = 0; tries < 100; tries++) {
    const port = FIRST_PORT + 2 * Math.floor(Math.random() * PORTS);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error("no two free ports for the virtual reader");
}

/** Whether nobody listens on this port, on any address. */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "0.0.0.0", () => server.close(() => resolve(true)));
  });
}

/** Asked of the kernel: to connect would be to insert a card. */
function isListening(port) {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"].some((table) =>
    readFileSync(table, "utf8").split("\n").some((row) => {
      const fields = row.trim().split(/\s+/);
      return fields[1]?.endsWith(wanted) && fields[3] === "0A";
    }),
  );
}

/** pcscd 2.0 and later may be built to ask polkit, which refuses users without a seat; earlier ones end at the option. */
function knowsDisablePolkit() {
  return execFileSync(PCSCD, ["--help"], { encoding: "utf8" }).includes("--disable-polkit");
}
