// What the page says, from the agent's catalogue, and how it writes days and times.

let words = {};
let tag = "en";

/** Takes up another language. */
export async function learn(language) {
  const answer = await fetch(`/parts/words-${language}.json`);
  words = await answer.json();
  tag = language;
  document.documentElement.lang = language;
}

export const language = () => tag;

/** The text of this name, with `{name}` replaced by each value. */
export const text = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);

/** As `text`, in the form for one where a language has it. */
export const count = (one, other, number) => text(number === 1 ? one : other, { number });

/** A day in Japan, written `YYYY-MM-DD`. */
export const day = (iso) => new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
/** The day in Japan of a moment. */
export const dayOf = (moment) =>
  new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "Asia/Tokyo" }).format(new Date(moment));

/** A moment, in the time of this computer. */
export const moment = (iso) =>
  new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

/** A problem in sentences. The catalogue has its parts as a command line needs them: in English without a full stop. */
export function told({ title, detail, remedy }) {
  if (tag === "ja") return `${title}。${detail}${remedy}`;
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}: ${detail}. ${remedy}`;
}
