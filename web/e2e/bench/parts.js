// Parts of the system the browser tests need. With JPKI_AGENT_TEST_REQUIRE=all, as in `make test`, a missing part fails the
// tests. Without it they are skipped, with the word `SKIPPED:` that `scripts/test-summary` counts.

import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** The package's root folder. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BUILT = path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, "target"), "debug");
/** The agent under test. */
export const PROGRAM = path.join(BUILT, "jpki-agent");
/** The example portal's server. */
export const PORTAL_SERVER = path.join(BUILT, "examples/tax-portal");
export const PCSCD = "/usr/sbin/pcscd";
export const VPCD_DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/** What to do about each part that is not here. */
export const remedies = new Map([
  [PROGRAM, "cargo build"],
  [PORTAL_SERVER, "cargo build --example tax-portal"],
  [PCSCD, "apt-get install pcscd"],
  [VPCD_DRIVER, "apt-get install vsmartcard-vpcd"],
  ["/run/pcscd", "as root: install -d /run/pcscd"],
  ["/usr/bin/chromium", "apt-get install chromium"],
  ["/usr/bin/firefox-esr", "apt-get install firefox-esr"],
  ["/usr/bin/WebKitWebDriver", "apt-get install webkit2gtk-driver"],
  ["Xvfb", "apt-get install xvfb"],
  ["openssl", "apt-get install openssl"],
  ["python3", "apt-get install python3 python3-venv"],
  ["setpriv", "apt-get install util-linux"],
  ["systemd-socket-activate", "apt-get install systemd"],
]);

/** What every bench needs. */
export const BENCH = [PROGRAM, PCSCD, VPCD_DRIVER, "/run/pcscd", "openssl", "python3", "setpriv", "systemd-socket-activate"];

/**
 * Declares the tests of a file, if what they need is here.
 * @param {string} name
 * @param {string[]} parts files, or programs on the path
 * @param {() => void} declare
 */
export function suite(name, parts, declare) {
  const absent = parts.filter((part) => !(part.startsWith("/") ? existsSync(part) : isProgram(part)));
  if (absent.length === 0) return declare();
  const reasons = absent.map((part) => `${part} is missing: ${remedies.get(part) ?? "install it"}`).join("; ");
  test(name, () => {
    if (process.env.JPKI_AGENT_TEST_REQUIRE === "all") throw new Error(`${reasons}; or run \`make setup\``);
    process.stderr.write(`SKIPPED: ${name}: ${reasons}; or run \`make setup\`\n`);
  });
}

function isProgram(name) {
  return (process.env.PATH ?? "").split(":").some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
