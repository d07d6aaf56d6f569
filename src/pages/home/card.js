// Readers and what lies in them, with what to do where nothing can be done yet; for each My Number card what its holder
// should not forget, its certificates and its PINs. With none there, what is known of the cards that were seen before.

import { act } from "./agent.js";
import { certificates } from "./certificates.js";
import { button, element, replace } from "./dom.js";
import { checkComputer } from "./help.js";
import { pins } from "./pins.js";
import { unread } from "./unread.js";
import { text, withDays } from "./words.js";

const STATES = {
  none: "card-none", jpki: "card-jpki", other: "card-other", unsupported: "card-unsupported", mute: "card-mute",
  busy: "card-busy",
};
/** What to do about it. */
const REMEDIES = {
  none: "card-none-text", other: "card-other-text", unsupported: "card-other-text", mute: "card-mute-text",
  busy: "card-busy-text",
};

export const stateOf = (reader) => text(STATES[reader.card] ?? "card-other");

export function drawCards(container, page) {
  const { status, cards } = page.known;
  if (!status) return replace(container, element("h2", {}, text("card")), element("p", {}, text("looking")));
  const readers = status.readers.map((reader) => drawReader(reader, cards.get(reader.id), page));
  replace(container, kept(page.known), element("h2", {}, text("card")), readers.length ? readers : noReader(status));
}

/** Reminders of cards that lie elsewhere and of the stay, while no card is here to show its own. */
function kept({ kept, cards }) {
  return cards.size === 0 && kept?.kept.length > 0 && element("section", { class: "panel" },
    element("h2", {}, text("reminders")),
    kept.kept.flatMap(({ simulated, reminders }) => [
      simulated && element("p", {}, element("strong", {}, text("software-short"))),
      list(reminders),
    ]),
    element("p", { class: "small" }, kept.note));
}

function noReader({ problem }) {
  return element("div", { class: "panel" },
    element("p", { class: "note warning" }, text(problem ? "no-service" : "no-reader")),
    button(text("doctor"), checkComputer, { key: "check-computer", kind: "quiet" }));
}

function drawReader(reader, card, page) {
  const heading = `reader-${reader.id}`;
  const release = async () => {
    await act("POST", "/v1/release", { reader: reader.id });
    page.say(text("released"));
  };
  const remedy = REMEDIES[reader.card];
  return element("article", { class: "panel", "aria-labelledby": heading },
    element("div", { class: "row" },
      element("div", {},
        element("h3", { id: heading }, stateOf(reader)),
        element("p", { class: "small" }, reader.displayName)),
      reader.card === "jpki" && element("div", { class: "release" },
        button(text("release"), release, { key: `release-${reader.id}`, kind: "quiet", told: page.fail }),
        element("p", { class: "small" }, text("release-text")))),
    remedy && element("p", { class: "note" }, text(remedy)),
    card && (card.problems.pins ? unread(card, card.problems.pins, reader.id) : [
      reminders(card),
      element("div", { class: "two" }, certificates(reader.id, card, page), pins(reader.id, card, page)),
    ]));
}

/** What the holder should not forget: the agent's own words. That a certificate ends soon says that it can be renewed. */
function reminders(card) {
  const all = card.reminders?.reminders ?? [];
  const endsSoon = (about) => all.some((one) => one.about === about && one.code === "expires_soon");
  const shown = all.filter(({ about, code }) => code !== "renewal_open" || !endsSoon(about));
  return shown.length > 0 && element("section", {},
    element("h4", {}, text("reminders")),
    list(shown));
}

function list(reminders) {
  return element("ul", { class: "reminders" }, reminders.map(({ code, text: words }) =>
    element("li", { class: `note ${code === "expired" ? "bad" : "attention"}` }, withDays(words))));
}
