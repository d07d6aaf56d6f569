// Every failure has its words, in both languages and for each browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { AgentError } from "../src/index.js";
import { failure } from "../src/error.js";
import { explain, type Browser, type Language, type ReachCode } from "../src/texts.js";
import { FIREFOX, enterPage } from "./support/page.js";

// Written out once more, so that a code cannot go without a word unnoticed.
const CODES: Record<ReachCode, boolean> = {
  permission_needed: true, permission_denied: true, permission_dismissed: true, not_running: true, foreign_program: true,
  unsupported_version: false, origin_not_allowed: true, blocked_by_csp: false, browser_cannot: true, insecure_context: false,
  frame_refused: false, policy_forbids: false, click_needed: true, bridge_closed: true, connection_lost: true,
};

describe("texts", () => {
  for (const [code, retriable] of Object.entries(CODES) as [ReachCode, boolean][]) {
    it(`of ${code}`, () => {
      for (const language of ["ja", "en"] satisfies Language[]) {
        const error = failure(code, language);
        assert.equal(error.retriable, retriable);
        const japanese = /[ぁ-んァ-ヶ一-龠]/;
        for (const text of [error.title, error.message]) assert.equal(japanese.test(text), language === "ja", text);
        for (const browser of ["chromium", "firefox", "other"] satisfies Browser[]) {
          for (const text of Object.values(explain(error, language, browser))) assert.equal(japanese.test(text), language === "ja", text);
        }
      }
    });
  }

  it("name the browser's own settings where a block is undone", () => {
    const error = failure("permission_denied", "ja");
    assert.match(explain(error, "ja", "chromium").remedy, /「サイト情報を表示」.*「デバイス上のアプリ」.*「サイトの設定」/);
    assert.match(explain(error, "en", "chromium").remedy, /“Apps on device”/);
    assert.match(explain(error, "ja", "firefox").remedy, /「端末のアプリとサービス」/);
    assert.match(explain(error, "en", "firefox").remedy, /“Device apps and services”/);
  });

  it("are by default for this browser and the page's language", () => {
    const page = enterPage({ userAgent: FIREFOX, lang: "ja-JP" });
    const said = explain(failure("permission_denied", "en"));
    page.leave();
    assert.deepEqual(said, explain(failure("permission_denied", "en"), "ja", "firefox"));
  });

  it("say that the outcome is unknown, and that a service worker may be to blame", () => {
    assert.match(explain(failure("connection_lost", "en", { outcomeUnknown: true }), "en").remedy, /not known/);
    assert.match(explain(failure("not_running", "en", { serviceWorker: true }), "en").remedy, /service worker/);
  });

  it("of the agent's own failures are the agent's", () => {
    const error = new AgentError({ code: "pin_blocked", title: "t", detail: "d", remedy: "r", guidance: "g", retriable: false, requestId: "0123456789abcdef" });
    assert.deepEqual(explain(error, "ja"), { title: "t", detail: "d", remedy: "r g" });
    const refused = new AgentError({ code: "origin_not_allowed", title: "t", detail: "d", remedy: "r", retriable: true, requestId: "0123456789abcdef" });
    assert.equal(explain(refused, "ja").title, "t");
  });
});

describe("the documents", () => {
  it("import what there is, and nothing for an effect it does not have", async () => {
    const modules: Record<string, object> = {
      "jpki-agent-client": await import("../src/index.js"),
      "jpki-agent-client/texts": await import("../src/texts.js"),
      "jpki-agent-client/web-eid": await import("../src/web-eid.js"),
      "jpki-agent-client/web-eid-shim": await import("../src/web-eid-shim.js"),
    };
    for (const name of ["README.md", "../../docs/integrate.md"]) {
      const imports = [...readFileSync(name, "utf8").matchAll(/^ *import (?:(.*) from )?"(.*)";/gm)];
      assert.ok(imports.length > 3, name);
      for (const [line, what = "", from = ""] of imports) {
        const names = /^\{(.*)\}$/.exec(what)?.[1]?.split(",").map((name) => name.trim()) ?? [];
        assert.ok(modules[from] && (names.length > 0 || what.startsWith("* as ")), `${name}: ${line}`);
        for (const wanted of names) assert.ok(wanted in modules[from], `${name}: ${wanted}`);
      }
    }
  });
});
