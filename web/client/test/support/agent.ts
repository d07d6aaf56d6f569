// A real agent with its software card, which approves by itself, in a folder and on a port of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The page the agent lets in. */
export const PORTAL = "https://portal.example";

export class RealAgent {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, port: number) {
    this.#process = process;
    this.#folder = folder;
    this.port = port;
  }

  /** Starts it; resolves once it listens. */
  static async start({ port = 0, scopes = ["status", "certificates", "authenticate", "sign"] } = {}): Promise<RealAgent> {
    const program = process.env["JPKI_AGENT"];
    if (program === undefined) throw new Error("JPKI_AGENT must name the agent's program; `npm test` sets it");
    const folder = mkdtempSync(join(tmpdir(), "jpki-"));
    const config = join(folder, "config.toml");
    writeFileSync(config, `[[origins]]\norigin = "${PORTAL}"\nallow = ${JSON.stringify(scopes)}\n`);
    const env = { PATH: process.env["PATH"], HOME: folder, XDG_RUNTIME_DIR: folder, XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder };
    const child = spawn(program, ["serve", "--simulator", "--auto-approve", "--port", String(port), "--config", config], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    const listening = await new Promise<number>((resolve, reject) => {
      let text = "";
      child.on("error", reject);
      child.on("exit", () => reject(new Error("the agent ended: " + said)));
      child.stdout.on("data", (data) => {
        const found = /listening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec((text += data));
        if (found) resolve(Number(found[1]));
      });
    });
    return new RealAgent(child, folder, listening);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
