// The real agent as a child process, in the folders of a made-up user.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { isFree } from "./card.js";
import { Child } from "./child.js";
import { temporaryFolder } from "./folder.js";
import { PROGRAM } from "./parts.js";
import { within } from "./wait.js";

/** Below every range the system hands out ports from by itself, and clear of the agent's own and of virtual readers. */
const FIRST_PORT = 26_000;
const PORTS = 3_000;

/** Ports that nobody listens on just now; each is given out once. */
const given = new Set();
export async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error("no free port for the agent");
}

/** Folders of a made-up user, with settings. */
export class Home {
  constructor() {
    this.folder = temporaryFolder("home");
    for (const name of ["run", "config/jpki-agent", "state", "cache", "data"]) {
      mkdirSync(path.join(this.folder, name), { recursive: true, mode: 0o700 });
    }
  }

  /** @param {string} toml */
  configure(toml) {
    writeFileSync(path.join(this.folder, "config/jpki-agent/config.toml"), toml);
  }

  /** The settings of a user who lets `origins` ask everything, and answers prompts with `pinentry`; `more` are further settings. */
  allow(origins, pinentry, more = "") {
    // In these tests the person says no more often than the agent's patience with a site lasts.
    const settings = `[consent]\npinentry_program = "${pinentry}"\nguard_seconds = 0\n\n[limits]\ndeclines_before_wait = 50\n`;
    const entries = origins.map(
      (origin) => `[[origins]]\norigin = "${origin}"\nallow = ["status", "certificates", "authenticate", "sign"]\n`,
    );
    this.configure([settings, more, ...entries].join("\n"));
  }

  /** What the program sees of its user; nothing of the developer's own session. */
  get environment() {
    const { PATH } = process.env;
    const at = (name) => path.join(this.folder, name);
    return {
      PATH,
      LANG: "C.UTF-8",
      HOME: this.folder,
      XDG_RUNTIME_DIR: at("run"),
      XDG_CONFIG_HOME: at("config"),
      XDG_STATE_HOME: at("state"),
      XDG_CACHE_HOME: at("cache"),
      XDG_DATA_HOME: at("data"),
    };
  }

  /** Runs one command of the program to its end. */
  async run(...command) {
    const child = new Child(command.join(" "), [PROGRAM, ...command], { env: this.environment });
    const { code } = await within(`jpki-agent ${command.join(" ")}`, child.ended);
    return { code, out: child.out.join("\n"), err: child.err.join("\n") };
  }
}

/** A running agent. */
export class Agent {
  /**
   * @param {Home} home
   * @param {{ port: number, arguments?: string[], environment?: Record<string, string> }} options
   */
  static async start(home, { port, arguments: more = [], environment = {} }) {
    const self = new Agent();
    self.home = home;
    self.port = port;
    self.process = new Child("the agent", [PROGRAM, "serve", "--port", String(port), ...more], {
      env: { ...home.environment, ...environment },
    });
    await self.process.line(/^listening on /);
    return self;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The requests it has answered so far, `GET /v1/status 200`; a path that is no route is `-`. */
  get answered() {
    const lines = this.process.err.map((line) => line.replace(/\x1b\[[0-9;]*m/g, ""));
    return lines.map((line) => line.match(/ answered .*?method=(\S+) path="([^"]*)".* status=(\d+)/)).filter(Boolean)
      .map(([, method, path, status]) => `${method} ${path} ${status}`);
  }

  async stop() {
    return this.process.stop();
  }
}
