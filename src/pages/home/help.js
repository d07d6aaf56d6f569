// What to do and where to turn, what may be wrong with this computer, and the settings. Each is asked for when somebody
// opens it; none of it asks the card anything. A route this agent does not have is not shown.

import { get } from "./agent.js";
import { element, folded, replace } from "./dom.js";
import { text, told } from "./words.js";

const LEVELS = { ok: ["good", "level-ok"], warning: ["attention", "level-warning"], error: ["bad", "level-error"] };

/** Looks at this computer again, and leads the person there. */
export function checkComputer() {
  const summary = document.querySelector("[data-key=doctor]");
  const part = summary.parentElement;
  part.open = false; // what is opened is asked for
  part.open = true;
  summary.focus();
}

export function drawHelp(container) {
  const parts = [
    ["guide", text("guide"), "/v1/guide", ({ topics }) => topics.map(topic)],
    ["doctor", text("doctor"), "/v1/doctor", ({ findings }) => element("ul", { class: "findings" }, findings.map(finding))],
    ["settings", text("settings"), "/v1/settings", settings],
  ];
  replace(container, element("h2", {}, text("help")), parts.map(([key, title, path, draw]) => {
    const made = folded(title, key, async (inside) => {
      replace(inside, element("p", {}, text("looking")));
      try {
        replace(inside, draw(await get(path)));
      } catch (problem) {
        if (problem.status === 404) made.remove();
        else replace(inside, element("p", { class: "note warning" }, problem.title ? told(problem) : text("failed")));
      }
    });
    made.classList.add("panel");
    return made;
  }));
}

function topic({ title, sections }) {
  return element("details", {}, element("summary", {}, title), element("div", { class: "inside" }, sections.map(({ heading, steps, links }) => [
    element("h3", {}, heading),
    // Some are facts, most can be done in any order: a number would promise more.
    element("ul", {}, steps.map((step) => element("li", {}, step))),
    links?.length ? element("ul", {}, links.map(link)) : null,
  ]).flat()));
}

/** Only to the web, and with nothing said of where it comes from. */
const link = ({ label, url }) => element("li", {}, url.startsWith("https://")
  ? element("a", { href: url, target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" }, label) : label);

function finding({ level, text: words, cause, remedy }) {
  const [kind, name] = LEVELS[level] ?? LEVELS.warning;
  return element("li", {}, element("span", { class: `tag ${kind}` }, text(name)), " ", words,
    cause && element("p", { class: "small" }, cause), remedy && element("p", {}, `→ ${remedy}`));
}

/** What each setting is, by its name in the settings file. */
const SETTINGS = {
  language: "setting-language",
  "server.port": "setting-server-port",
  "server.idle_exit_minutes": "setting-server-idle-exit",
  "card.reader": "setting-card-reader",
  "card.idle_release_seconds": "setting-card-idle-release",
  "card.sharing": "setting-card-sharing",
  "card.extended_reads": "setting-card-extended-reads",
  "card.roots_dir": "setting-card-roots",
  "consent.pinentry_program": "setting-consent-program",
  "consent.timeout_seconds": "setting-consent-timeout",
  "consent.guard_seconds": "setting-consent-guard",
  "consent.phrase": "setting-consent-phrase",
  "limits.requests_per_minute": "setting-limits-requests",
  "limits.declines_before_wait": "setting-limits-declines",
  "notifications.signatures": "setting-notifications-signatures",
  "notifications.refused_origins": "setting-notifications-refused",
  "notifications.expiry": "setting-notifications-expiry",
  "notifications.password_yearly": "setting-notifications-password",
  "notifications.stay_until": "setting-notifications-stay",
  "tls.enabled": "setting-tls",
  "tls.port": "setting-tls-port",
  "audit.retention_days": "setting-audit-retention",
};
/** Those with other names in the API, where nothing is to sound like something that carries a PIN. */
const IN_THE_FILE = { promptProgram: "pinentry_program", phraseSet: "phrase", changeYearly: "password_yearly" };
const snake = (name) => IN_THE_FILE[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function settings({ file, ...groups }) {
  const rows = (prefix, group) => Object.entries(group ?? {}).flatMap(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value) ? rows(`${prefix}${snake(name)}.`, value)
      : [[`${prefix}${snake(name)}`, value]]);
  return [
    element("p", { class: "small" }, file ? text("settings-file", { file }) : text("settings-none")),
    element("dl", { class: "settings" }, rows("", groups).flatMap(([name, value]) => [
      element("dt", {}, SETTINGS[name] && text(SETTINGS[name]), " ", element("code", { class: "small" }, name)),
      element("dd", {}, inWords(value)),
    ])),
  ].flat();
}

function inWords(value) {
  if (value === null) return text("setting-unset");
  return typeof value === "boolean" ? text(value ? "setting-yes" : "setting-no") : String(value);
}
