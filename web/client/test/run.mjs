// Bundles each test file, since Node.js 18 does not read TypeScript, and runs them all. Usage: node test/run.mjs [FILE…]
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const wanted = process.argv.slice(2).map((name) => join(process.cwd(), name));
const files = wanted.length ? wanted : readdirSync(here).filter((name) => name.endsWith(".test.ts")).map((name) => join(here, name));
const folder = mkdtempSync(join(tmpdir(), "jpki-agent-client-"));
// Ctrl-C reaches the tests too; this process ends after them, and cleans up.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
try {
  await build({
    entryPoints: files,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    sourcemap: "inline",
    logLevel: "error",
  });
  const bundles = readdirSync(folder).map((name) => join(folder, name));
  // scripts/test-summary counts suites by such lines.
  console.log("     Running web/client");
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test-reporter=spec", "--test", ...bundles], {
    stdio: "inherit",
    // Whatever the tests leave behind lies in the folder too.
    env: { ...process.env, TMPDIR: folder, JPKI_AGENT: process.env.JPKI_AGENT ?? fileURLToPath(new URL("../../../target/debug/jpki-agent", import.meta.url)) },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
