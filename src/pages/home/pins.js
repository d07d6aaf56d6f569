// Tries left for both PINs, what to do when one is blocked, letting the last try be used, and changing one. A PIN is never
// typed here, and the last try not given away: the agent asks for both in its own prompt.

import { act } from "./agent.js";
import { button, element } from "./dom.js";
import { text } from "./words.js";

const NAMES = { authentication: "pin-authentication", signature: "pin-signature" };
const STATES = { ok: "pin-ok", last_try: "pin-last-try", blocked: "pin-blocked", unknown: "pin-unknown" };

export function pins(reader, card, page) {
  return element("section", { class: "part" },
    element("h4", {}, text("pins")),
    card.pins ? card.pins.pins.map((pin) => one(reader, card, pin, page)) : element("p", {}, text("reading")));
}

function one(reader, card, pin, page) {
  const known = pin.triesLeft !== null;
  const bad = pin.state !== "ok";
  return element("div", { class: "pin" },
    element("h5", {}, text(NAMES[pin.kind])),
    known && element("p", { class: "tries", "aria-hidden": "true" },
      Array.from({ length: pin.triesMax }, (_, index) => element("span", { class: index < pin.triesLeft ? "left" : "" }))),
    element("p", { class: bad ? "note warning" : "" },
      text(STATES[pin.state], { left: pin.triesLeft, of: pin.triesMax })),
    pin.guidance && element("p", { class: "note" }, pin.guidance),
    pin.state === "last_try" && unprotect(reader, pin, page),
    pin.state === "ok" && change(reader, card, pin, page));
}

/** The click lets nothing happen but a question on this computer. */
function unprotect(reader, pin, page) {
  const work = async () => {
    page.say(text("prompt-open"));
    await act("POST", `/v1/pins/${pin.kind}/unprotect`, { reader });
    page.say(text("unprotected"));
    await Promise.all([page.readCard(reader), page.readAudit()]);
  };
  return button(text("unprotect"), work, { key: `unprotect-${pin.kind}-${reader}`, told: (problem) => {
    page.fail(problem);
    page.readCard(reader);
    page.readAudit();
  } });
}

/** The change of a PIN on a real card has never been reported to work, so there the holder says that they know. */
function change(reader, card, pin, page) {
  const software = page.isSoftware(card);
  const key = `${pin.kind}-${reader}`;
  const understood = !software && element("input", { type: "checkbox", id: `understood-${key}`, "data-key": `understood-${key}`, "data-keep": true });
  const work = async () => {
    if (understood && !understood.checked) {
      page.say(text("change-not-understood"));
      return understood.focus();
    }
    page.say(text("prompt-open"));
    const body = { reader, iUnderstandThisIsUnproven: !software };
    await act("POST", `/v1/pins/${pin.kind}/change`, body);
    page.say(text("changed"));
    await Promise.all([page.readCard(reader), page.readAudit()]);
  };
  return element("details", { class: "change" },
    element("summary", { "data-key": `change-${key}` }, text("change")),
    element("p", { class: "small" }, text(pin.kind === "signature" ? "change-signature-rules" : "change-authentication-rules")),
    understood && element("p", { class: "note warning" }, text("change-unproven")),
    understood && element("p", {}, understood, " ", element("label", { for: `understood-${key}` }, text("change-understood"))),
    button(text("change-begin"), work, { key: `begin-${key}`, told: (problem) => {
      if (problem.status === 404) return page.say(text("change-missing"));
      page.fail(problem);
      page.readCard(reader);
      page.readAudit();
    } }));
}
