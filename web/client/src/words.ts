// The short words with which this package says why the agent was not reached. The full ones, with the names of buttons
// and settings in each browser, are in texts.ts, apart, to keep this part small.

/** Languages of messages. */
export type Language = "ja" | "en";

/** Why the agent was not reached. */
export type ReachCode = keyof typeof WORDS;

// Each: Japanese, English. The ones in NEVER are not cured by trying again.
const WORDS = {
  permission_needed: ["ブラウザーの許可が必要です。", "The browser's permission is needed."],
  permission_denied: ["ブラウザーの設定でブロックされています。", "Blocked in the browser's settings for this site."],
  permission_dismissed: ["ブラウザーの確認が閉じられました。「許可」を選んでください。", "The browser's prompt was closed. Choose “Allow”."],
  not_running: ["jpki-agent が見つかりません。起動してください。", "jpki-agent was not found. Please start it."],
  foreign_program: ["jpki-agent のポートで別のプログラムが動いています。", "Another program uses the port of jpki-agent."],
  unsupported_version: ["jpki-agent を更新してください。", "Please update jpki-agent."],
  origin_not_allowed: ["jpki-agent がこのサイトを許可していません。", "jpki-agent does not allow this site."],
  blocked_by_csp: ["サイトの Content-Security-Policy が接続を止めました。", "Stopped by the site's Content-Security-Policy."],
  browser_cannot: ["このブラウザーは接続を止めます。", "This browser blocks the connection."],
  insecure_context: ["このページは HTTPS ではありません。", "This page is not served over HTTPS."],
  frame_refused: ["別のサイトの枠の中では使えません。", "Not inside another site's frame."],
  policy_forbids: ["Permissions-Policy が接続を止めています。", "Permissions-Policy forbids the connection."],
  click_needed: ["もう一度ボタンを押してください。", "Please click again."],
  bridge_closed: ["小窓が閉じられました。", "The connecting window was closed."],
  connection_lost: ["jpki-agent との接続が切れました。", "The connection to jpki-agent was lost."],
} as const;

const NEVER = /ver|csp|insecure|frame|policy/;

/** One sentence on a failure. */
export function words(code: ReachCode, language: Language): { title: string; detail: string; remedy: string; retriable: boolean } {
  const ja = language === "ja";
  return {
    title: ja ? "jpki-agent に接続できません" : "jpki-agent cannot be reached",
    detail: WORDS[code][ja ? 0 : 1],
    remedy: "",
    retriable: !NEVER.test(code),
  };
}

/** The language of the page if it is one of ours, else of the browser, else English. */
export function pageLanguage(): Language {
  const tag = globalThis.document?.documentElement.lang || globalThis.navigator?.language || "";
  return /^ja\b/i.test(tag) ? "ja" : "en";
}
