// Child processes that do not outlive the tests: told by the kernel to end when this process ends, and otherwise ended by
// their id, first kindly.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { until, within } from "./wait.js";

const STOP_LIMIT = 10_000;

/** A running program: its lines so far, and its end. */
export class Child {
  /** What it wrote to standard output and standard error, by line. */
  out = [];
  err = [];
  #watchers = new Set();

  /**
   * @param {string} what names it in failures
   * @param {string[]} command
   * @param {{ env?: Record<string, string>, cwd?: string, stdin?: "ignore" | "pipe" }} [options]
   */
  constructor(what, command, { env = process.env, cwd, stdin = "ignore" } = {}) {
    this.what = what;
    this.process = spawn("setpriv", ["--pdeathsig", "TERM", "--", ...command], {
      env,
      cwd,
      stdio: [stdin, "pipe", "pipe"],
    });
    this.ended = once(this.process, "exit").then(([code, signal]) => ({ code, signal }));
    for (const [pipe, lines] of [
      [this.process.stdout, this.out],
      [this.process.stderr, this.err],
    ]) {
      createInterface({ input: pipe }).on("line", (line) => {
        lines.push(line);
        for (const watcher of this.#watchers) watcher(line);
      });
    }
  }

  get id() {
    return this.process.pid;
  }

  get isRunning() {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Calls `watcher` with each line from now on. */
  onLine(watcher) {
    this.#watchers.add(watcher);
  }

  /** The first line of standard output, from the beginning, that `pattern` matches; gives the match. */
  async line(pattern, limit) {
    const describe = () => [...this.out, ...this.err].slice(-40).join("\n");
    const find = () => this.out.map((line) => line.match(pattern)).find(Boolean);
    return until(`${this.what} says ${pattern}`, () => {
      const found = find();
      if (!found && !this.isRunning) throw new Error(`${this.what} has ended:\n${describe()}`);
      return found;
    }, { limit, describe });
  }

  /** SIGTERM, and SIGKILL if that does not help; how it ended. */
  async stop(signal = "SIGTERM") {
    if (this.isRunning) this.process.kill(signal);
    try {
      return await within(`${this.what} ends`, this.ended, { limit: STOP_LIMIT });
    } catch (error) {
      this.process.kill("SIGKILL");
      await this.ended;
      throw error;
    }
  }
}
