// What of a card could not be read.

import { button, element } from "./dom.js";
import { text, told } from "./words.js";

/** Why, and another attempt for whoever has seen to it. */
export function unread(card, problem, key) {
  return element("div", {}, element("p", { class: "note warning" }, problem.title ? told(problem) : text("failed")),
    button(text("read-again"), card.read, { key: `read-again-${key}`, kind: "quiet" }));
}
