// What the tests miss on a machine without it, `scripts/setup` installs: nothing else brings it to a bare one.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { remedies, ROOT } from "./bench/parts.js";

/** The packages that `scripts/setup test` looks for. */
function installed() {
  const script = readFileSync(path.join(ROOT, "scripts/setup"), "utf8");
  const [, group] = script.match(/^ +test\)\n(.*?)^ +;;$/ms);
  return new Set([...group.matchAll(/^ +need (\S+) /gm)].map(([, name]) => name));
}

/** The packages that a remedy names. */
const named = (remedy) => remedy.match(/^apt-get install (.*)$/)?.[1].split(" ") ?? [];

test("every package that a browser test needs is installed by make test", () => {
  const wanted = [...remedies.values()].flatMap(named);
  assert.ok(wanted.includes("firefox-esr") && wanted.includes("pcscd"), `${wanted}`);
  assert.deepEqual(wanted.filter((name) => !installed().has(name)), []);
});

test("and so is every one that a test in Rust needs", () => {
  const parts = readFileSync(path.join(ROOT, "tests/support/parts.rs"), "utf8");
  const wanted = [...parts.matchAll(/"(apt-get install [^"]*)"/g)].flatMap(([, remedy]) => named(remedy));
  assert.ok(wanted.includes("opensc"), `${wanted}`);
  assert.deepEqual(wanted.filter((name) => !installed().has(name)), []);
});
