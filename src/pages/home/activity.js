// What was asked of the card and what came of it, from the agent's log.

import { element, replace } from "./dom.js";
import { moment, text } from "./words.js";

const OPERATIONS = {
  authenticate: "did-authenticate", sign: "did-sign", disclose: "did-disclose", "pin-change": "did-change",
  unprotect: "did-unprotect",
};
const OUTCOMES = { done: "outcome-done", failed: "outcome-failed", unknown: "outcome-unknown", abandoned: "outcome-abandoned" };
/** Why not, where the holder should know; the rest is not done for reasons of the site's or program's. */
const REASONS = {
  pin_incorrect: "why-pin-incorrect", pin_blocked: "why-pin-blocked", last_try_protected: "why-last-try-protected",
  user_declined: "why-declined", consent_timeout: "why-no-answer", certificate_absent: "why-certificate-absent",
  card_removed: "why-card-removed",
};
const EVENTS = {
  origin_allowed: "did-allow", origin_removed: "did-remove", gap: "did-gap", mended: "did-mend", dropped: "did-drop",
  cleared: "did-clear", unreadable: "did-unreadable",
};

export function drawActivity(container, page) {
  const { entries, intact } = page.known.audit;
  const shown = entries.toReversed();
  replace(container, element("h2", {}, text("activity")),
    !intact && element("p", { class: "note warning" }, text("activity-changed")),
    shown.length ? element("ol", { class: "activity" }, shown.map(entry)) : element("p", { class: "small" }, text("activity-none")));
}

/** Who asked; a program's log-in is for a site. */
function asker(one) {
  const site = one.onBehalfOf && `→ ${one.onBehalfOf}`;
  return one.origin ?? [one.program?.name, site].filter(Boolean).join(" ");
}

function entry(one) {
  const what = one.kind === "request" ? text(OPERATIONS[one.operation] ?? "did-other") : text(EVENTS[one.kind] ?? "did-other");
  const outcome = one.outcome === "failed" && REASONS[one.code] || OUTCOMES[one.outcome];
  return element("li", {},
    element("time", { datetime: one.time }, one.time ? moment(one.time) : "—"),
    element("span", {}, what, one.digests?.length > 1 && ` (${one.digests.length})`),
    element("bdi", { class: "who" }, asker(one)),
    outcome && element("span", { class: `tag ${one.outcome === "done" ? "good" : "attention"}` }, text(outcome)));
}
