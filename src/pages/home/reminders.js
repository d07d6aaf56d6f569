// What the holder should not forget, for each card that is there: the agent's own words.

import { element, replace } from "./dom.js";
import { text } from "./words.js";

export function drawReminders(container, page) {
  const all = [...page.known.cards.values()].flatMap((card) => card.reminders?.reminders ?? []);
  container.hidden = !all.length;
  replace(container, all.length && [
    element("h2", {}, text("reminders")),
    element("ul", {}, all.map(({ code, text: words }) =>
      element("li", { class: `note ${code === "expired" ? "bad" : "attention"}` }, words))),
  ]);
}
