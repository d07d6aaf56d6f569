// Full texts for the person at the screen: why the agent was not reached and what to do, in Japanese and English. The
// names of buttons and settings are those of Chromium 156 and Firefox 153 in that language.
import type { AgentError } from "./error.js";
import { pageLanguage, type Language, type ReachCode } from "./words.js";

export type { Language, ReachCode } from "./words.js";

/** What to show of a failure. */
export interface Explanation {
  /** What kind of failure it is, in a few words. */
  readonly title: string;
  /** What happened. */
  readonly detail: string;
  /** What the person, or the site's author, can do. */
  readonly remedy: string;
}

/** Whose names of buttons and settings to use. */
export type Browser = "chromium" | "firefox" | "other";

type Texts = Record<Language, readonly [title: string, detail: string, remedy: string | Record<Browser, string>]>;

const PORTS = "http://127.0.0.1:25754 http://127.0.0.1:29754";

const TEXTS: Record<ReachCode, Texts> = {
  permission_needed: {
    ja: ["ブラウザーの許可が必要です", "このサイトは、このパソコンの jpki-agent に接続する許可をまだ受けていません。", {
      chromium: "ボタンを押し、ブラウザーの確認「このデバイス上の他のアプリやサービスにアクセスする」に「許可する」と答えてください。",
      firefox: "ボタンを押し、ブラウザーの確認「端末上の他のアプリとサービスへのアクセス許可」に「許可」と答えてください。",
      other: "ボタンを押し、ブラウザーの確認に「許可」と答えてください。",
    }],
    en: ["The browser's permission is needed", "This site has not been allowed yet to reach jpki-agent on this computer.", {
      chromium: "Press the button. When the browser says that the site wants to “Access other apps and services on this device”, choose “Allow”.",
      firefox: "Press the button. When the browser asks about access to “other apps and services on this device”, choose “Allow”.",
      other: "Press the button, and choose “Allow” when the browser asks.",
    }],
  },
  permission_denied: {
    ja: ["ブラウザーでブロックされています", "このサイトから jpki-agent への接続が、ブラウザーの設定でブロックされています。", {
      chromium: "アドレスの左の「サイト情報を表示」を開き、「デバイス上のアプリ」を許可してください。見当たらないときは「サイトの設定」から変更できます。",
      firefox: "アドレスバーの許可アイコンからブロックを解除するか、「設定」の「端末のアプリとサービス」でこのサイトを許可してください。",
      other: "ブラウザーのサイトごとの設定で、このデバイスのアプリへの接続を許可してください。",
    }],
    en: ["Blocked in the browser", "The browser's settings keep this site from reaching jpki-agent.", {
      chromium: "Open the icon left of the address (“View site information”) and allow “Apps on device”. If it is not there, open “Site settings”.",
      firefox: "Remove the block at the permission icon in the address bar, or allow this site in Settings under “Device apps and services”.",
      other: "In the browser's settings for this site, allow access to apps on this device.",
    }],
  },
  permission_dismissed: {
    ja: ["確認が閉じられました", "ブラウザーの確認が、答えのないまま閉じられました。", {
      chromium: "もう一度ボタンを押し、「許可する」を選んでください。",
      firefox: "もう一度ボタンを押し、「許可」を選んでください。",
      other: "もう一度ボタンを押し、「許可」を選んでください。",
    }],
    en: ["The question was closed", "The browser's question was closed without an answer.", "Press the button again and choose “Allow”."],
  },
  not_running: {
    ja: ["jpki-agent が動いていません", "このパソコンで jpki-agent が見つかりませんでした。", "jpki-agent をインストールして起動し、もう一度ボタンを押してください。"],
    en: ["jpki-agent is not running", "jpki-agent was not found on this computer.", "Install and start jpki-agent, then press the button again."],
  },
  foreign_program: {
    ja: ["別のプログラムが応答しました", "jpki-agent が使うポートで、別のプログラムが動いています。", "そのプログラムを終了してから jpki-agent を起動し直してください。"],
    en: ["Another program answered", "Another program uses the port of jpki-agent.", "Close that program, then start jpki-agent again."],
  },
  unsupported_version: {
    ja: ["版が合いません", "このサイトは、このパソコンの jpki-agent の版に対応していません。", "jpki-agent を更新してください。最新の版をお使いの場合は、サイトにお問い合わせください。"],
    en: ["The version does not fit", "This site does not know the version of jpki-agent on this computer.", "Update jpki-agent. If it is the newest version, ask the site."],
  },
  origin_not_allowed: {
    ja: ["このサイトは許可されていません", "jpki-agent に、このサイトの利用が許可されていません。", "このサイトを信頼する場合は、このパソコンの jpki-agent で許可してください。"],
    en: ["This site is not allowed", "jpki-agent has not been told to let this site in.", "If you trust this site, allow it in jpki-agent on this computer."],
  },
  blocked_by_csp: {
    ja: ["サイトの設定に誤りがあります", "サイトの Content-Security-Policy が接続を止めました。", `サイト管理者の方へ: connect-src に ${PORTS} を加えてください。`],
    en: ["A fault in the site", "The site's Content-Security-Policy stopped the connection.", `For the site's author: add ${PORTS} to connect-src.`],
  },
  browser_cannot: {
    ja: ["このブラウザーからは直接つなげません", "このブラウザーは、サイトから jpki-agent への接続を止めます。", "ボタンを押して接続用の小窓を開くか、Chrome、Edge、Firefox のいずれかをお使いください。"],
    en: ["This browser cannot connect directly", "This browser stops sites from reaching jpki-agent.", "Press the button to open the connecting window, or use Chrome, Edge or Firefox."],
  },
  insecure_context: {
    ja: ["安全な接続ではありません", "このページは HTTPS で開かれていません。", "https:// で始まるアドレスで開いてください。"],
    en: ["Not a secure page", "This page was not opened over HTTPS.", "Open the page by its https:// address."],
  },
  frame_refused: {
    ja: ["枠の中では使えません", "このページは、別のサイトの枠の中に表示されています。", "このページを単独のタブで開いてください。"],
    en: ["Not inside a frame", "This page is shown inside a frame of another site.", "Open this page in a tab of its own."],
  },
  policy_forbids: {
    ja: ["サイトの設定に誤りがあります", "Permissions-Policy、または iframe の allow 属性が接続を止めています。", "サイト管理者の方へ: loopback-network を許可してください。iframe には allow=\"loopback-network\" が必要です。"],
    en: ["A fault in the site", "Permissions-Policy, or the frame's allow attribute, forbids the connection.", "For the site's author: permit loopback-network; a frame needs allow=\"loopback-network\"."],
  },
  click_needed: {
    ja: ["もう一度ボタンを押してください", "接続用の小窓を、ブラウザーが開かせませんでした。", "このサイトのポップアップを許可し、もう一度ボタンを押してください。"],
    en: ["Please press the button again", "The browser did not let the connecting window open.", "Allow pop-ups for this site and press the button again."],
  },
  bridge_closed: {
    ja: ["小窓が閉じられました", "jpki-agent につなぐ小窓が閉じられました。", "もう一度ボタンを押し、終わるまで小窓を開いたままにしてください。"],
    en: ["The window was closed", "The window that connects to jpki-agent was closed.", "Press the button again and leave the window open until you are done."],
  },
  connection_lost: {
    ja: ["接続が切れました", "jpki-agent との接続が切れました。", "jpki-agent が動いていることを確かめ、もう一度ボタンを押してください。"],
    en: ["The connection was lost", "The connection to jpki-agent was lost.", "Make sure that jpki-agent is running and press the button again."],
  },
};

const OUTCOME_UNKNOWN: Record<Language, string> = {
  ja: "処理が済んだかどうかは分かりません。やり直す前に確かめてください。",
  en: "Whether it was done is not known; make sure before you do it again.",
};

const SERVICE_WORKER: Record<Language, string> = {
  ja: "サイト管理者の方へ: サービスワーカーが他のオリジンへの要求に応答していないか確かめてください。",
  en: "For the site's author: make sure that the service worker does not respond to requests for other origins.",
};

/** The browser this page is in, as far as it matters here. */
export function thisBrowser(): Browser {
  const agent = globalThis.navigator?.userAgent ?? "";
  return /Chrome\//.test(agent) ? "chromium" : /Firefox\//.test(agent) ? "firefox" : "other";
}

/**
 * The failure in full words. What the agent itself reports comes in the language of the connection and is passed on.
 *
 * @param language - default: that of the page, else of the browser.
 * @param browser - default: this one.
 */
export function explain(error: AgentError, language: Language = pageLanguage(), browser: Browser = thisBrowser()): Explanation {
  const known = Object.hasOwn(TEXTS, error.code) && !error.requestId ? TEXTS[error.code as ReachCode][language] : undefined;
  if (!known) return { title: error.title, detail: error.detail, remedy: [error.remedy, error.guidance].filter(Boolean).join(" ") };
  const [title, detail, remedy] = known;
  const remedies = [typeof remedy === "string" ? remedy : remedy[browser]];
  if (error.outcomeUnknown) remedies.unshift(OUTCOME_UNKNOWN[language]);
  if (error.serviceWorker) remedies.push(SERVICE_WORKER[language]);
  return { title, detail, remedy: remedies.join(language === "ja" ? "" : " ") };
}
