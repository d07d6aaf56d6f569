// Builds the page into dist: what stands in public as it is, and the program with the client in one file.
import { build } from "esbuild";
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
rmSync(`${here}dist`, { recursive: true, force: true });
cpSync(`${here}public`, `${here}dist`, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/app.ts"],
  outfile: "dist/app.js",
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  logLevel: "error",
});
