// What the page says, from the agent's catalogue, and how it writes days and times.

export const LANGUAGES = ["ja", "en"];

const catalogues = {};
let words = {};
let tag = "en";

/** Fetches the words of every language: once the agent has gone, the page still says so in each of them. */
export async function learn() {
  await Promise.all(LANGUAGES.map(async (language) => {
    const answer = await fetch(`/parts/words-${language}.json`);
    catalogues[language] = await answer.json();
  }));
}

/** Takes up another language. */
export function take(language) {
  words = catalogues[language];
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
export const dayInJapan = (iso) =>
  new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "Asia/Tokyo" }).format(new Date(iso));

/** The agent's own words, with days written as everywhere on the page. */
export const withDays = (words) => words.replace(/\b\d{4}-\d{2}-\d{2}\b/g, day);

/** A moment, in the time of this computer. */
export const moment = (iso) =>
  new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

/** A problem in sentences. The catalogue has its parts as a command line needs them: in English without a full stop. */
export function told({ title, detail, remedy }) {
  if (tag === "ja") return `${title}。${detail}${remedy}`;
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}: ${detail}. ${remedy}`;
}
