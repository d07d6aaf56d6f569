// Writes the client's types from openapi/jpki-agent.json, or checks that they are as they would be written.
// Usage: node generate.mjs [--check] FILE
import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../openapi/jpki-agent.json", import.meta.url);
const header = `// Types of the agent's HTTP interface. Generated from openapi/jpki-agent.json: \`make openapi\` writes this file anew.\n\n`;

const check = process.argv[2] === "--check";
const file = process.argv[check ? 3 : 2];
if (file === undefined) {
  console.error("usage: node generate.mjs [--check] FILE");
  process.exit(2);
}

const text = header + astToString(await openapiTS(document, { alphabetize: false, immutable: true }));
if (check) {
  const found = await readFile(file, "utf8").catch(() => "");
  if (found !== text) {
    console.error(`${file} differs from openapi/jpki-agent.json: run \`make openapi\` and commit it`);
    process.exit(1);
  }
} else {
  await writeFile(file, text);
}
