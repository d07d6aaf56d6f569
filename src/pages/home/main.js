// The status page from its beginning: session, language, and which part is drawn when.
//
// What loading it asks of the card: nothing. The status comes by the event stream, for which the agent watches the
// readers anyway. When a card is there, and once for each time it is put in, its counters (which cost no try), its free
// certificates (which the agent reads once per insertion and keeps) and the reminders are asked for. They are asked for
// again after something the person did here, and when they come back to the page. Nothing is asked at intervals.

import * as agent from "./agent.js";
import { drawActivity } from "./activity.js";
import { drawCards } from "./card.js";
import { drawHelp } from "./help.js";
import { drawReminders } from "./reminders.js";
import { drawSites } from "./sites.js";
import { element, replace } from "./dom.js";
import { language, learn, text, told } from "./words.js";

const part = (id) => document.getElementById(id);
/** How soon after it was read everything is read again for somebody who comes back to the page. */
const FRESH = 5000;
/** How long what was said stays, in ms. */
const SAID = 20000;

/** What the agent said last. `cards`: by reader id, what is known of the card in it. */
const known = { status: null, cards: new Map(), origins: null, audit: null, readAt: 0 };

/** Why nothing can be asked any more. */
let ended = null;

const page = {
  known,
  /** Says something to everybody, also to those who listen to the page. */
  say(message) {
    clearTimeout(page.silence);
    part("said").textContent = message;
    page.silence = setTimeout(() => part("said").replaceChildren(), SAID);
  },
  /** Says why something did not work. */
  fail(problem) {
    if (problem.code === "ended") return end("ended");
    page.say(problem.title ? told(problem) : text("failed"));
    clearTimeout(page.silence); // why something failed stays until something else is said
  },
  isSoftware: (card) => isSoftware([card]),
  drawSites: () => drawSites(part("sites"), page),
  readCard,
  readOrigins,
  readAudit,
};

const secret = agent.takeSecret();
start();

async function start() {
  await change(document.documentElement.lang);
  if (!secret) return end("needs-opening");
  try {
    await agent.openSession(secret);
  } catch {
    return end("needs-opening");
  }
  part("page").hidden = false;
  part("wait").remove();
  draw();
  readOrigins();
  readAudit();
  document.addEventListener("visibilitychange", returned);
  addEventListener("pagehide", agent.closeSession);
  listen();
}

/** Another language for everything that is drawn. */
async function change(wanted) {
  await learn(wanted);
  agent.speak(wanted);
  document.title = (isSoftware() ? `${text("software-short")} — ` : "") + text("title");
  part("title").textContent = text("title");
  part("skip").textContent = text("skip");
  const other = wanted === "ja" ? "en" : "ja";
  const switched = async () => {
    await change(other);
    part("language").focus();
    if (ended) return drawEnd();
    draw();
    readAll();
  };
  const label = part("language");
  label.textContent = text("other-language");
  label.lang = other;
  label.onclick = switched;
}

/** The stream of events is how each side sees that the other is there. */
async function listen() {
  for (;;) {
    try {
      await agent.follow("/v1/events", take);
      // Ended in order: the agent is going, or this page was not used for long. If neither, it is begun anew.
      await new Promise((done) => setTimeout(done, 1000));
      take(await agent.get("/v1/status"));
    } catch {
      return end("ended");
    }
  }
}

function take(status) {
  const before = known.status;
  known.status = status;
  for (const { id, card } of status.readers) {
    const had = before?.readers.find((reader) => reader.id === id)?.card;
    if (card !== "jpki") known.cards.delete(id);
    else if (had !== "jpki") readCard(id);
  }
  for (const id of known.cards.keys()) {
    if (!status.readers.some((reader) => reader.id === id)) known.cards.delete(id);
  }
  draw();
}

/** Counters, certificates and reminders of the card in this reader. */
async function readCard(reader) {
  const card = known.cards.get(reader) ?? {};
  known.cards.set(reader, card);
  known.readAt = Date.now();
  const read = async (member, path) => {
    try {
      card[member] = await agent.get(path, { reader });
    } catch (problem) {
      if (problem.code === "ended") return page.fail(problem);
      // A route this agent does not have is no failure; what keeps the card from being read is told in its place.
      if (problem.status !== 404 && member === "pins") card.problem = problem;
      card[member] = null;
    }
    if (known.cards.get(reader) === card) draw();
  };
  delete card.problem;
  card.isBeingRead = true;
  const routes = { pins: "/v1/pins", certificates: "/v1/certificates", reminders: "/v1/reminders" };
  await Promise.all(Object.entries(routes).map(([member, path]) => read(member, path)));
  card.isBeingRead = false;
  draw();
}

async function readOrigins() {
  try {
    known.origins = await agent.get("/v1/origins");
    drawSites(part("sites"), page);
  } catch (problem) {
    page.fail(problem);
  }
}

async function readAudit() {
  try {
    known.audit = await agent.get("/v1/audit", { limit: 30 });
    drawActivity(part("activity"), page);
  } catch (problem) {
    page.fail(problem);
  }
}

async function readAll() {
  await Promise.all([...known.cards.keys()].map(readCard).concat(readOrigins(), readAudit()));
}

function returned() {
  if (document.visibilityState === "visible" && Date.now() - known.readAt > FRESH) {
    known.readAt = Date.now();
    readAll();
  }
}

/** Is one of these cards the software's, by whichever door it comes? */
function isSoftware(cards = [...known.cards.values()]) {
  const certificates = cards.flatMap((card) => card.certificates?.certificates ?? []);
  return known.status?.backend === "simulator" || certificates.some(({ chain }) => chain?.environment === "simulator");
}

let drawnLanguage = null;
function draw() {
  if (ended) return;
  const software = isSoftware();
  document.documentElement.classList.toggle("software", software);
  document.title = (software ? `${text("software-short")} — ` : "") + text("title");
  for (const [id, words] of [["software", "software-title"], ["software-text", "software-text"]]) {
    part(id).hidden = !software;
    part(id).textContent = software ? text(words) : "";
  }
  drawReminders(part("reminders"), page);
  part("card").ariaBusy = String([...known.cards.values()].some((card) => card.isBeingRead));
  drawCards(part("card"), page);
  // What does not follow the card is drawn anew for another language only.
  if (drawnLanguage !== language()) {
    drawnLanguage = language();
    if (known.origins) drawSites(part("sites"), page);
    if (known.audit) drawActivity(part("activity"), page);
    drawHelp(part("help"));
    part("about").textContent = text("about");
  }
}

/** Nothing can be asked any more, and nothing is shown. */
function end(why) {
  ended ??= why;
  known.cards.clear();
  for (const section of part("page").children) section.replaceChildren();
  drawEnd().focus();
}

/** Says why, kindly, and how to go on. */
function drawEnd() {
  const [title, words] =
    ended === "ended" ? ["ended-title", "ended-text"] : ["needs-opening-title", "needs-opening-text"];
  const wait = part("wait") ?? part("main").appendChild(element("div", { id: "wait" }));
  const heading = element("h2", { tabindex: "-1" }, text(title));
  replace(wait, heading, element("p", {}, text(words)), element("p", {}, element("code", {}, "jpki-agent open")));
  part("page").hidden = true;
  return heading;
}
