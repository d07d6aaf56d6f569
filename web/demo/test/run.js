// Builds the page and runs its tests. Usage: node run.js [FILE…]

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
await import("../build.mjs");
const wanted = process.argv.slice(2);
const files = wanted.length ? wanted : readdirSync(here).filter((name) => name.endsWith(".test.js")).sort();
// scripts/test-summary counts suites by such lines.
console.log("     Running web/demo");
const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...files], { cwd: here, stdio: "inherit" });
process.exitCode = status ?? 1;
