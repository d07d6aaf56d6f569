// What is on the screen: one section at a time, in one of two languages. Focus goes to the heading of what has changed; what
// changes without that is told to screen readers by the live region.
import { AgentError } from "jpki-agent-client";
import { explain, type Language } from "jpki-agent-client/texts";
import { ServerError } from "./server.js";
import { isTextKey, serverTexts, text, type TextKey } from "./texts.js";

/** The sections. */
export type View = "start" | "busy" | "documents" | "receipt" | "failure";
const VIEWS: readonly View[] = ["start", "busy", "documents", "receipt", "failure"];

/** What the person is waited for, or what is being done. */
export type Busy = "connect" | "permission" | "reader" | "place" | "other" | "mute" | "used" | "pin" | "hash" | "password" | "check";
const ART: Record<Busy, "look" | "ask" | "card" | "pin"> = {
  connect: "look", permission: "ask", reader: "card", place: "card", other: "card", mute: "card", used: "card",
  pin: "pin", hash: "look", password: "pin", check: "look",
};

let language: Language = "ja";
let shown: View | undefined;
let busy: Busy | undefined;
let failed: unknown;

/** The element with this id, which stands in index.html. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found as T;
}

/** A new element with text, attributes and children. No HTML is ever parsed. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The text in the page's language. */
export function say(key: TextKey, values?: Record<string, string | number>): string {
  return text(language, key, values);
}

/** Turns all there is into this language. */
export function speak(wanted: Language): void {
  language = wanted;
  document.documentElement.lang = wanted;
  document.title = say("name");
  for (const found of document.querySelectorAll<HTMLElement>("[data-text]")) {
    if (isTextKey(found.dataset["text"])) found.textContent = say(found.dataset["text"]);
  }
  for (const found of document.querySelectorAll<HTMLElement>("[data-label]")) {
    if (isTextKey(found.dataset["label"])) found.setAttribute("aria-label", say(found.dataset["label"]));
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset["language"] === wanted));
  }
  if (busy) writeBusy(busy);
  if (failed !== undefined) writeFailure(failed);
}

/** Shows a section and moves the focus to its heading. */
export function show(view: View): void {
  if (view !== "busy") busy = undefined;
  if (view !== "failure") failed = undefined;
  for (const name of VIEWS) element(`view-${name}`).hidden = name !== view;
  const again = shown === view;
  const first = shown === undefined;
  shown = view;
  announce("");
  // At the start the focus stays where the browser has it: the top of the page.
  if (!first && !again) element(`${view}-title`).focus();
}

/** Marks how far it has come: 1 log-in, 2 documents, 3 receipt. */
export function step(now: 1 | 2 | 3): void {
  for (const item of document.querySelectorAll<HTMLElement>("[data-step]")) {
    const number = Number(item.dataset["step"]);
    item.dataset["state"] = number < now ? "done" : "open";
    if (number === now) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}

/** Tells screen readers, without moving the focus. */
export function announce(message: string): void {
  element("announcer").textContent = message;
}

/** Shows what is being done, or what the person is to do. */
export function work(what: Busy): void {
  if (busy === what) return;
  const already = shown === "busy";
  busy = what;
  writeBusy(what);
  show("busy");
  if (already) announce(`${say(`busy_${what}`)} ${say(`busy_${what}_text`)}`);
}

function writeBusy(what: Busy): void {
  element("busy-title").textContent = say(`busy_${what}`);
  element("busy-text").textContent = say(`busy_${what}_text`);
  element("busy-progress").hidden = what !== "hash";
  const art = document.querySelector<HTMLElement>(".art");
  if (art) art.dataset["art"] = ART[what];
}

/** Shows how much of the files was read. */
export function progress(done: number, total: number): void {
  const bar = element<HTMLProgressElement>("progress");
  bar.max = total || 1;
  bar.value = done;
  bar.setAttribute("aria-label", say("busy_hash"));
  element("progress-text").textContent = say("progress", { done: size(done), total: size(total) });
}

/** Bytes for people. */
export function size(bytes: number): string {
  const [value, unit] = bytes < 1e3 ? [bytes, "byte"] : bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: 1 }).format(value);
}

/** A day for people, of one written as `2030-02-17`: the same day wherever the reader is. */
export function day(written: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${written}T00:00:00Z`));
}

/** A moment for people, in the time zone of their computer. */
export function moment(written: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(new Date(written));
}

/** Shows what went wrong and what can be done. */
export function fail(error: unknown): void {
  failed = error;
  writeFailure(error);
  show("failure");
}

function writeFailure(error: unknown): void {
  const { title, detail, remedy } = words(error);
  const known = error instanceof AgentError ? error : undefined;
  element("failure-title").textContent = title;
  element("failure-detail").textContent = detail;
  element("failure-remedy").textContent = remedy;
  element("failure-remedy-box").hidden = !remedy;
  const command = known?.code === "origin_not_allowed" ? `jpki-agent origin allow ${location.origin}`
    : known?.code === "not_running" ? "jpki-agent serve" : "";
  element("failure-command").textContent = command;
  element("failure-command-box").hidden = !command;
  element("failure-reference").textContent = known?.requestId ? say("reference", { id: known.requestId }) : "";
  element("view-failure").dataset["code"] = known?.code ?? (error instanceof ServerError ? error.code : "unknown");
}

function words(error: unknown): { title: string; detail: string; remedy: string } {
  if (error instanceof AgentError) {
    const { title, detail, remedy } = explain(error, language);
    // The agent writes titles and details to stand within a line; here each stands alone.
    return error.requestId ? { title: capital(title), detail: capital(detail), remedy } : { title, detail, remedy };
  }
  const code = error instanceof ServerError ? error.code : String(error);
  const known = serverTexts(language, code);
  return known ?? { title: say("unknownTitle"), detail: say("unknownDetail", { what: code }), remedy: say("unknownRemedy") };
}

function capital(line: string): string {
  return line.charAt(0).toUpperCase() + line.slice(1);
}
