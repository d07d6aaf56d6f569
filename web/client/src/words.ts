// What this package says by itself, in Japanese and English: why the agent could not be reached, and what to do.
// The names of buttons and settings are those of Chromium 156 and Firefox 153 in that language.

/** Languages of messages. */
export type Language = "ja" | "en";

/** Why the agent could not be reached. */
export type ReachCode = keyof typeof TEXTS;

/** What is said of a failure. */
export interface Words {
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
  readonly retriable: boolean;
}

// Each: title, detail, remedy in Japanese; the same in English; 1 if the same call can succeed later.
// `%` in a remedy stands for where this browser lets the person undo a block.
const TEXTS = {
  permission_needed: [
    "ブラウザーの許可が必要です", "ブラウザーの許可がまだありません。", "ボタンを押して、ブラウザーの確認に「許可」と答えてください。",
    "permission needed", "The browser has not been allowed to reach the agent yet.", "Press the button and allow it when the browser asks.", 1,
  ],
  permission_denied: [
    "ブラウザーでブロックされています", "このサイトからエージェントへの接続が、ブラウザーの設定でブロックされています。", "%",
    "blocked in the browser", "The browser's settings block this site from reaching the agent.", "%", 1,
  ],
  permission_dismissed: [
    "許可の確認が閉じられました", "ブラウザーの確認が、答えのないまま閉じられました。", "もう一度お試しになり、「許可」を選んでください。",
    "prompt closed", "The browser's question was closed without an answer.", "Try again and choose “Allow”.", 1,
  ],
  not_running: [
    "エージェントが動いていません", "このパソコンで jpki-agent が見つかりません。", "jpki-agent をインストールして起動し、もう一度お試しください。",
    "agent not running", "jpki-agent was not found on this computer.", "Install and start jpki-agent, then try again.", 1,
  ],
  foreign_program: [
    "別のプログラムが応答しました", "jpki-agent のポートで別のプログラムが動いています。", "そのプログラムを終了し、jpki-agent を起動し直してください。",
    "another program answered", "Another program uses the port of jpki-agent.", "Close that program and start jpki-agent again.", 1,
  ],
  unsupported_version: [
    "エージェントの版が合いません", "この jpki-agent の版に、このサイトは対応していません。", "jpki-agent を更新してください。",
    "version does not fit", "This site does not know this version of jpki-agent.", "Update jpki-agent.", 0,
  ],
  origin_not_allowed: [
    "このサイトは許可されていません", "jpki-agent がこのサイトを許可していません。", "このサイトを信頼する場合は、jpki-agent で許可してください。",
    "site not allowed", "jpki-agent has not been told to let this site in.", "If you trust this site, allow it in jpki-agent.", 1,
  ],
  blocked_by_csp: [
    "サイトの設定に誤りがあります", "サイトの Content-Security-Policy が接続を止めました。", "サイト管理者の方へ: connect-src に http://127.0.0.1:25754 と http://127.0.0.1:29754 を加えてください。",
    "fault in the site", "The site's Content-Security-Policy stopped the connection.", "For the site's author: add http://127.0.0.1:25754 and http://127.0.0.1:29754 to connect-src.", 0,
  ],
  browser_cannot: [
    "このブラウザーでは直接接続できません", "このブラウザーは jpki-agent への接続を止めます。", "ボタンを押して小窓を開くか、Chrome、Edge、Firefox をお使いください。",
    "browser cannot connect", "This browser blocks connections to jpki-agent.", "Press the button to open the connecting window, or use Chrome, Edge or Firefox.", 1,
  ],
  insecure_context: [
    "安全な接続ではありません", "このページは HTTPS で開かれていません。", "https:// のアドレスで開いてください。",
    "not a secure page", "This page was not opened over HTTPS.", "Open its https:// address.", 0,
  ],
  frame_refused: [
    "枠の中では使えません", "このページは別のサイトの枠の中に表示されています。", "ページを単独で開いてください。",
    "not inside a frame", "This page is shown inside a frame of another site.", "Open the page by itself.", 0,
  ],
  policy_forbids: [
    "サイトの設定に誤りがあります", "Permissions-Policy か枠の allow 属性が接続を止めています。", "サイト管理者の方へ: loopback-network を許可してください。",
    "fault in the site", "Permissions-Policy, or the frame's allow attribute, forbids the connection.", "For the site's author: permit loopback-network.", 0,
  ],
  click_needed: [
    "もう一度ボタンを押してください", "ブラウザーが小窓を開かせませんでした。", "ポップアップを許可し、もう一度ボタンを押してください。",
    "click again", "The browser did not let the connecting window open.", "Allow pop-ups and press the button again.", 1,
  ],
  bridge_closed: [
    "小窓が閉じられました", "jpki-agent につなぐ小窓が閉じられました。", "もう一度ボタンを押し、終わるまで小窓を開いたままにしてください。",
    "window closed", "The window that connects to jpki-agent was closed.", "Press the button again and leave the window open.", 1,
  ],
  connection_lost: [
    "接続が切れました", "jpki-agent との接続が切れました。", "jpki-agent が動いていることを確かめ、もう一度お試しください。",
    "connection lost", "The connection to jpki-agent was lost.", "Make sure that jpki-agent is running and try again.", 1,
  ],
} as const;

// Where a block is undone: Chromium, Firefox, others.
const UNDO = {
  ja: [
    "アドレスバー左の「サイト情報を表示」から「デバイス上のアプリ」を許可してください(または「サイトの設定」)。",
    "アドレスバーの許可アイコンからブロックを解除するか、「設定」の「端末のアプリとサービス」で許可してください。",
    "ブラウザーのサイト設定で許可してください。",
  ],
  en: [
    "Click the icon left of the address and allow “Apps on device” (or open “Site settings”).",
    "Click the permission icon in the address bar and remove the block, or allow it in Settings under “Device apps and services”.",
    "Allow it in the browser's settings for this site.",
  ],
} as const;

/** The words for a failure, in the given language and for this browser. */
export function words(code: ReachCode, language: Language): Words {
  const texts = TEXTS[code];
  const [title, detail, remedy] = language === "ja" ? texts : texts.slice(3) as unknown as readonly [string, string, string];
  const agent = globalThis.navigator?.userAgent ?? "";
  const browser = /Chrome\//.test(agent) ? 0 : /Firefox\//.test(agent) ? 1 : 2;
  return { title, detail, remedy: remedy === "%" ? UNDO[language][browser] : remedy, retriable: texts[6] === 1 };
}

/** The language of the page if it is one of ours, else of the browser, else English. */
export function pageLanguage(): Language {
  const tag = globalThis.document?.documentElement.lang || globalThis.navigator?.language || "";
  return /^ja\b/i.test(tag) ? "ja" : "en";
}
