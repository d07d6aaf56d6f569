// WebKitGTK through WebKitWebDriver (W3C WebDriver), in its small browser MiniBrowser. It is Safari's engine, not Safari.
//
// Names are given to it by a proxy that takes every site for ours; loopback addresses are reached without it. It has no
// permission for loopback: it blocks plain HTTP from HTTPS pages altogether.

import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";

import { Child } from "./child.js";
import { Display } from "./display.js";
import { temporaryFolder } from "./folder.js";
import { listen } from "./site.js";
import { until } from "./wait.js";

export const WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver";
/** The key under which WebDriver hands out elements. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Every architecture and release keeps it in a folder of its own; WebKitWebDriver comes with it. */
function miniBrowser() {
  const found = readdirSync("/usr/lib").flatMap((folder) =>
    ["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"].map((version) => path.join("/usr/lib", folder, version, "MiniBrowser")),
  ).find(existsSync);
  if (!found) throw new Error("MiniBrowser is missing: apt-get install webkit2gtk-driver");
  return found;
}

export class WebKit {
  name = "WebKitGTK";
  #session;

  /** @param {import("./site.js").Site} site */
  static async launch(site) {
    const self = new WebKit();
    self.site = site;
    self.display = await Display.start();
    const port = await unusedPort();
    const home = temporaryFolder("webkit");
    self.driver = new Child("WebKitWebDriver", [WEBKIT_DRIVER, `--port=${port}`], {
      env: {
        ...process.env, HOME: home, XDG_RUNTIME_DIR: home, DISPLAY: self.display.name,
        // No sandbox in a container, no accelerated drawing without a graphics card, no accessibility bus.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1", NO_AT_BRIDGE: "1", GDK_BACKEND: "x11",
      },
    });
    self.base = `http://127.0.0.1:${port}`;
    await until("WebKitWebDriver answers", () => fetch(`${self.base}/status`).then((answer) => answer.ok, () => false));
    const { sessionId, capabilities } = await self.#call("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          acceptInsecureCerts: true,
          "webkitgtk:browserOptions": {
            binary: miniBrowser(),
            args: ["--automation", `--proxy=http://127.0.0.1:${site.proxyPort}`, "--ignore-host=127.0.0.1"],
          },
        },
      },
    });
    self.#session = `/session/${sessionId}`;
    self.version = `${capabilities.browserName} ${capabilities.browserVersion}`;
    await self.#call("POST", `${self.#session}/timeouts`, { script: 20_000, pageLoad: 20_000 });
    return self;
  }

  origin(name) {
    return `https://${name}`;
  }

  async goto(url) {
    await this.#call("POST", `${this.#session}/url`, { url });
  }

  /** Runs a function in the page; it may be asynchronous. */
  async evaluate(work, ...values) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve((${work})(...[...arguments].slice(0, -1))).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#call("POST", `${this.#session}/execute/async`, { script, args: values });
    if (error) throw new Error(error);
    return value;
  }

  /** A real click, as WebKit wants before a window may open. */
  async click(selector) {
    const found = await this.#call("POST", `${this.#session}/element`, { using: "css selector", value: selector });
    await this.#call("POST", `${this.#session}/element/${found[ELEMENT]}/click`, {});
  }

  /** The window that is driven. */
  async window() {
    return this.#call("GET", `${this.#session}/window`);
  }

  /** All windows, in no order. */
  async windows() {
    return this.#call("GET", `${this.#session}/window/handles`);
  }

  async switchTo(handle) {
    await this.#call("POST", `${this.#session}/window`, { handle });
  }

  async #call(method, path, body) {
    const answer = await fetch(this.base + path, {
      method,
      body: body && JSON.stringify(body),
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(20_000),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  async close() {
    if (this.#session) await this.#call("DELETE", this.#session).catch(() => {});
    await this.driver?.stop();
    await this.display?.stop();
  }
}

async function unusedPort() {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
