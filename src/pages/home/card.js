// Readers and what lies in them; for each My Number card its certificates and PINs.

import { act } from "./agent.js";
import { certificates } from "./certificates.js";
import { button, element, replace } from "./dom.js";
import { pins } from "./pins.js";
import { text, told } from "./words.js";

const STATES = {
  none: "card-none", jpki: "card-jpki", other: "card-other", unsupported: "card-unsupported", mute: "card-mute",
  busy: "card-busy",
};

export function drawCards(container, page) {
  const { status, cards } = page.known;
  if (!status) return replace(container, element("h2", {}, text("card")), element("p", {}, text("looking")));
  const readers = status.readers.map((reader) => drawReader(reader, cards.get(reader.id), page));
  const none = status.problem ? text("no-service") : text("no-reader");
  replace(container, element("h2", {}, text("card")),
    readers.length ? readers : element("p", { class: "note warning" }, none));
}

function drawReader(reader, card, page) {
  const heading = `reader-${reader.id}`;
  const release = async () => {
    await act("POST", "/v1/release", { reader: reader.id });
    page.say(text("released"));
  };
  return element("article", { class: "panel", "aria-labelledby": heading },
    element("div", { class: "row" },
      element("div", {},
        element("h3", { id: heading }, text(STATES[reader.card] ?? "card-other")),
        element("p", { class: "small" }, reader.name)),
      reader.card === "jpki" &&
        button(text("release"), release, { key: `release-${reader.id}`, kind: "quiet", told: page.fail })),
    reader.card === "busy" && element("p", { class: "note" }, text("card-busy-text")),
    reader.card === "mute" && element("p", { class: "note" }, text("card-mute-text")),
    card && (card.problem ? element("p", { class: "note warning" }, told(card.problem))
      : element("div", { class: "two" }, certificates(reader.id, card, page), pins(reader.id, card, page))));
}
