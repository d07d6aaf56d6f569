// Tries left for both PINs, what to do when one is blocked, letting the last try be used, and changing one. A PIN is never
// typed here, and the last try not given away: the agent asks for both in its own prompt.

import { act } from "./agent.js";
import { button, element } from "./dom.js";
import { moment, text } from "./words.js";

const NAMES = { authentication: "pin-authentication", signature: "pin-signature" };
const STATES = { ok: "pin-ok", last_try: "pin-last-try", blocked: "pin-blocked", unknown: "pin-unknown" };
/** How long the agent lets a last try be used that the holder has let go, in ms. */
const RELEASED = 5 * 60 * 1000;

export function pins(reader, card, page) {
  return element("section", { class: "part" },
    element("h4", {}, text("pins")),
    card.pins ? card.pins.pins.map((pin) => one(reader, card, pin, page)) : element("p", {}, text("reading")));
}

function one(reader, card, pin, page) {
  const isKnown = pin.triesLeft !== null;
  const isProtected = pin.state === "last_try" || pin.state === "unknown";
  const until = isProtected && releasedUntil(card, pin);
  return element("div", { class: "pin" },
    element("h5", {}, text(NAMES[pin.kind])),
    isKnown && element("p", { class: "tries", "aria-hidden": "true" },
      Array.from({ length: pin.triesMax }, (_, index) => element("span", { class: index < pin.triesLeft ? "left" : "" }))),
    element("p", { class: pin.state === "ok" ? "" : "note warning" },
      until ? text("pin-released", { time: moment(until) })
        : text(STATES[pin.state], { left: pin.triesLeft, of: pin.triesMax })),
    !until && pin.guidance && element("p", { class: "note" }, pin.guidance),
    isProtected && !until && unprotect(reader, card, pin, page),
    (pin.state === "ok" || until) && change(reader, card, pin, page));
}

/** Until when this try may be used, if the holder has let it go here. Other tries than then: it was used. */
function releasedUntil(card, pin) {
  const released = card.released.get(pin.kind);
  return released && released.triesLeft === pin.triesLeft && released.until > Date.now() ? released.until : null;
}

/** The click lets nothing happen but a question on this computer. */
function unprotect(reader, card, pin, page) {
  const work = async () => {
    page.sayPromptIsOpen();
    await act("POST", `/v1/pins/${pin.kind}/unprotect`, { reader });
    card.released.set(pin.kind, { triesLeft: pin.triesLeft, until: Date.now() + RELEASED });
    setTimeout(page.drawCards, RELEASED);
    page.say(text("unprotected"));
    page.drawCards();
  };
  return button(text("unprotect"), work, { key: `unprotect-${pin.kind}-${reader}`, kind: "quiet", told: (problem) => {
    page.fail(problem);
    page.readCard(reader);
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
    page.sayPromptIsOpen();
    const body = { reader, iUnderstandThisIsUnproven: !software };
    await act("POST", `/v1/pins/${pin.kind}/change`, body);
    page.say(text("changed"));
  };
  return element("details", { class: "change" },
    element("summary", { "data-key": `change-${key}` }, text("change")),
    element("p", { class: "small" }, text(pin.kind === "signature" ? "change-signature-rules" : "change-authentication-rules")),
    understood && element("p", { class: "note warning" }, text("change-unproven")),
    understood && element("p", {}, understood, " ", element("label", { for: `understood-${key}` }, text("change-understood"))),
    button(text("change-begin"), work, { key: `begin-${key}`, told: (problem) => {
      page.failChange(problem);
      page.readCard(reader);
    } }));
}
