// What was asked of the card and what came of it, from the agent's log.

import { element, replace } from "./dom.js";
import { moment, text } from "./words.js";

const OPERATIONS = {
  authenticate: "did-authenticate", sign: "did-sign", disclose: "did-disclose", "pin-change": "did-change",
  unprotect: "did-unprotect",
};
const OUTCOMES = { done: "outcome-done", failed: "outcome-failed", unknown: "outcome-unknown", abandoned: "outcome-abandoned" };
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

function entry(one) {
  const who = one.origin ?? one.program?.name ?? "";
  const what = one.kind === "request" ? text(OPERATIONS[one.operation] ?? "did-other") : text(EVENTS[one.kind] ?? "did-other");
  return element("li", {},
    element("time", { datetime: one.time }, one.time ? moment(one.time) : "—"),
    element("span", {}, what, one.digests?.length > 1 && ` (${one.digests.length})`),
    element("bdi", { class: "who" }, who),
    one.outcome && element("span", { class: `tag ${one.outcome === "done" ? "good" : "attention"}` }, text(OUTCOMES[one.outcome])));
}
