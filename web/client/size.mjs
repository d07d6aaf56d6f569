// Holds the package to its promise: the core entry with everything it imports, minified and compressed with gzip, is
// smaller than 6 KiB. The other entries are measured too, for the record.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 6 * 1024;
const { exports } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));

for (const [name, entry] of Object.entries(exports)) {
  if (typeof entry === "string") continue;
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    entryPoints: [entry.default],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  const [file] = outputFiles;
  const size = gzipSync(file.contents, { level: 9 }).length;
  console.log(`size: jpki-agent-client${name.slice(1)}: ${size} bytes (gzip)`);
  if (name === "." && size >= LIMIT) {
    console.error(`the core entry must be smaller than ${LIMIT} bytes`);
    process.exitCode = 1;
  }
}
