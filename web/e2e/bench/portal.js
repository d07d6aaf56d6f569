// The portal's pages: blank but for the client library of this repository, bundled from its source as a site would do it,
// and a few words that make its outcomes plain values.

import path from "node:path";

import { build } from "esbuild";

import { ROOT } from "./parts.js";

/** Blank, with one thing to click: windows open only on a click. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>portal</title><button id="go">go</button>
<script type="module" src="/page.js"></script>`;

/** In the page: `client` is the library, `outcome` what became of a promise, in plain values, with what a person is told. */
const SCRIPT = `
  import * as client from "/client.js";
  import { explain } from "/texts.js";
  window.client = client;
  window.outcome = (promise) => promise.then((value) => ({ value }), (error) =>
    error instanceof client.AgentError ? { ...error, told: explain(error, "en") } : { error: error.name });
  // Connects, and keeps the agent for what comes.
  window.connect = async (options) => {
    const found = await outcome(client.connect(options));
    if (!found.value) return found;
    window.agent?.close();
    window.agent = found.value;
    return { way: agent.way };
  };
  window.isReady = true;
`;

/** Puts the portal's pages on a site. `headers` of further paths show what a site's own headers do. */
export async function furnish(site) {
  const bundles = await build({
    entryPoints: { client: path.join(ROOT, "web/client/src/index.ts"), texts: path.join(ROOT, "web/client/src/texts.ts") },
    outdir: "/",
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    write: false,
  });
  const javascript = "text/javascript";
  for (const file of bundles.outputFiles) site.put(file.path, { body: file.text, type: javascript });
  site.put("/page.js", { body: SCRIPT, type: javascript });
  site.put("/", { body: PAGE });
  site.put("/csp", { body: PAGE, headers: { "content-security-policy": "default-src 'self'" } });
  site.put("/policy", { body: PAGE, headers: { "permissions-policy": "loopback-network=(), local-network-access=()" } });
  site.put("/frame", { body: "<!doctype html><title>embeds</title>" });
}
