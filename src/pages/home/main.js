// The status page from its beginning: session, language, and which part is drawn when.
//
// What loading it asks of the card: nothing. The status comes by the event stream, for which the agent watches the
// readers anyway. When a card is there, and once for each time it is put in, its counters (which cost no try), its free
// certificates (which the agent reads once per insertion and keeps) and the reminders are asked for. They are asked for
// again when the stream says that the card was used, by whomever, and when the person comes back to the page after that.
// While no card is there, the reminders of those seen before are asked for instead, which no card hears of. Nothing is asked at intervals.

import * as agent from "./agent.js";
import { drawActivity } from "./activity.js";
import { drawCards, stateOf } from "./card.js";
import { drawHelp } from "./help.js";
import { drawSiteForm, drawSites } from "./sites.js";
import { element, replace } from "./dom.js";
import { LANGUAGES, language, learn, take, text, told } from "./words.js";

const part = (id) => document.getElementById(id);
/** How soon after it was read everything is read again for somebody who comes back to the page. */
const FRESH = 5000;
/** How long what was said stays, in ms. */
const SAID = 20000;
/** Between two reads of the same, however often it is used. */
const PACE = 500;
/** Before a stream that has ended is begun anew. */
const AGAIN = 1000;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** What the agent said last. `cards`: by reader id, what is known of the card in it. */
const known = { status: null, cards: new Map(), kept: null, origins: null, audit: null, readAt: 0 };

/** Why nothing can be asked any more. */
let ended = null;
/** Did the connection break while a PIN was changed? */
let changeLost = false;

const page = {
  known,
  /** Says something to everybody, also to those who listen to the page; `stays`: until something else is said. */
  say(message, { stays = false } = {}) {
    clearTimeout(page.silence);
    part("said").textContent = message;
    if (!stays) page.silence = setTimeout(page.hush, SAID);
  },
  hush() {
    clearTimeout(page.silence);
    part("said").replaceChildren();
  },
  /** The agent asks the person something now, and waits for them. */
  sayPromptIsOpen: () => page.say(text("prompt-open"), { stays: true }),
  /** Says why something did not work. */
  fail(problem) {
    if (problem.code === "ended") return end("ended");
    page.say(problem.title ? told(problem) : text("failed"), { stays: true });
  },
  /** No answer to a change of a PIN: nobody knows which one is in force. */
  failChange(problem) {
    const isAnswered = Boolean(problem.title);
    changeLost ||= !isAnswered;
    page.fail(problem);
    if (!isAnswered && problem.code !== "ended") page.say(text("change-lost"), { stays: true });
  },
  isSoftware: (card) => isSoftware([card]),
  drawCards: () => ended || drawCards(part("card"), page),
  drawSites: () => ended || drawSites(part("site-lists"), page),
  readCard,
};

// What is as it was is not drawn anew: somebody may be about to press it.
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const readOrigins = paced(async () => {
  const { warnings, ...before } = known.origins ?? {}; // said with the answer to a change alone
  const origins = await agent.look("/v1/origins");
  if (isSame(origins, before)) return;
  known.origins = origins;
  page.drawSites();
});
const readAudit = paced(async () => {
  const audit = await agent.look("/v1/audit", { limit: 30 });
  if (ended || isSame(audit, known.audit)) return;
  known.audit = audit;
  drawActivity(part("activity"), page);
});

const readKept = paced(async () => {
  if (known.cards.size > 0) return; // each has its own
  const kept = await agent.get("/v1/reminders/kept");
  if (ended || isSame(kept, known.kept)) return;
  known.kept = kept;
  page.drawCards();
});

/** What the stream tells of. */
const news = {
  status: takeStatus,
  used: () => whenSeen(() => readUsed()),
  origins: () => whenSeen(() => readOrigins()),
};

const secret = agent.takeSecret();
start();

async function start() {
  await learn();
  speak(document.documentElement.lang);
  if (!secret) return end("needs-opening");
  try {
    await agent.openSession(secret);
  } catch {
    return end("needs-opening");
  }
  part("page").hidden = false;
  part("wait").remove();
  draw();
  document.addEventListener("visibilitychange", returned);
  addEventListener("pagehide", agent.closeSession);
  // What is said and the banner stay above what is read; the focus is never scrolled to below them.
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingBlockStart = `${part("top").offsetHeight + 8}px`;
  }).observe(part("top"));
  listen();
}

/** This language for everything that is drawn. */
function speak(wanted) {
  take(wanted);
  agent.speak(wanted);
  page.hush();
  setTitle();
  part("title").textContent = text("title");
  part("skip").textContent = text("skip");
  const other = LANGUAGES.find((one) => one !== wanted);
  const label = part("language");
  label.textContent = text("other-language");
  label.lang = other;
  label.onclick = () => {
    speak(other);
    if (ended) return drawEnd();
    draw();
    readAll();
  };
}

/** The stream of events is how each side sees that the other is there. */
async function listen() {
  let isRefused = false;
  for (;;) {
    let isBegun = false;
    try {
      await agent.follow("/v1/events", (name, data) => {
        if (!isBegun) begun();
        if (isRefused) page.hush();
        [isBegun, isRefused] = [true, false];
        hear(name, data);
      });
    } catch (problem) {
      if (problem.code === "ended") return end("ended");
      // Something else than the end, as too many streams: said as it is, and tried again. A network error has no words;
      // whether the agent is there still shows at the next attempt.
      isRefused = Boolean(problem.title);
      if (isRefused) page.fail(problem);
      if (problem.wait) await pause(problem.wait * 1000);
    }
    await pause(AGAIN);
  }
}

/** Between two streams something may have gone by unheard. */
function begun() {
  known.cards.forEach((card) => card.read());
  readOrigins();
  readAudit();
}

/** A fault of the page's own does not end it: the next event may draw it well again. */
function hear(name, data) {
  try {
    news[name]?.(data);
  } catch (fault) {
    console.error(fault);
    page.say(text("failed"));
  }
}

function takeStatus(status) {
  const before = known.status;
  known.status = status;
  for (const reader of status.readers) {
    const had = before?.readers.find(({ id }) => id === reader.id)?.card;
    if (reader.card !== "jpki") known.cards.delete(reader.id);
    else if (had !== "jpki") readCard(reader.id);
    if (before && had !== reader.card) part("heard").textContent = `${reader.displayName}: ${stateOf(reader)}`;
  }
  for (const id of known.cards.keys()) {
    if (!status.readers.some((reader) => reader.id === id)) known.cards.delete(id);
  }
  readKept();
  draw();
}

/** `work` now; whoever asks for it while it is done or shortly after gets it once more, however many ask. */
function paced(work) {
  let isAtWork = false;
  let isWanted = false;
  return async () => {
    isWanted = true;
    if (isAtWork) return;
    isAtWork = true;
    while (isWanted && !ended) {
      isWanted = false;
      await work().catch(page.fail);
      await pause(PACE);
    }
    isAtWork = false;
  };
}

/** Counters, certificates and reminders of the card in this reader. */
function readCard(reader) {
  if (!known.cards.has(reader)) {
    const card = { problems: {}, released: new Map() };
    card.read = paced(() => readMembers(reader, card));
    known.cards.set(reader, card);
  }
  known.cards.get(reader).read();
}

const ROUTES = { pins: "/v1/pins", certificates: "/v1/certificates", reminders: "/v1/reminders" };

async function readMembers(reader, card) {
  const seen = () => [card.pins, card.certificates, card.reminders, card.problems];
  const before = JSON.stringify(seen());
  card.isBeingRead = true;
  known.readAt = Date.now();
  await Promise.all(Object.entries(ROUTES).map(async ([member, path]) => {
    try {
      card[member] = await agent.look(path, { reader });
      delete card.problems[member];
    } catch (problem) {
      if (problem.code === "ended") end("ended");
      card.problems[member] = problem;
      delete card[member];
    }
  }));
  card.isBeingRead = false;
  if (ended || known.cards.get(reader) !== card) return;
  if (JSON.stringify(seen()) === before) showBusy();
  else draw();
}

function readUsed() {
  known.cards.forEach((card) => card.read());
  readKept();
  readAudit();
}

function readAll() {
  readUsed();
  readOrigins();
}

/** Nobody looks at a page in the background, so nothing is asked for it before they come back. */
function whenSeen(read) {
  if (document.visibilityState === "visible") read();
  else known.readAt = 0;
}

function returned() {
  if (document.visibilityState !== "visible" || Date.now() - known.readAt <= FRESH) return;
  known.readAt = Date.now();
  agent.act("GET", "/v1/health").catch(() => {}); // somebody is here, which no read by itself says
  readAll();
}

/** Is one of these cards the software's, by whichever door it comes? */
function isSoftware(cards = [...known.cards.values()]) {
  const certificates = cards.flatMap((card) => card.certificates?.certificates ?? []);
  return known.status?.backend === "simulator" || certificates.some(({ chain }) => chain?.environment === "simulator");
}

function setTitle() {
  document.title = (isSoftware() ? `${text("software-short")} — ` : "") + text("title");
}

let drawnLanguage = null;
function draw() {
  if (ended) return;
  drawBanner();
  showBusy();
  page.drawCards();
  // What does not follow the card is drawn anew for another language only.
  if (drawnLanguage !== language()) {
    drawnLanguage = language();
    if (known.origins) page.drawSites();
    drawSiteForm(part("site-form"), page);
    if (known.audit) drawActivity(part("activity"), page);
    drawHelp(part("help"));
    part("about").textContent = text("about");
  }
}

function showBusy() {
  part("card").ariaBusy = String([...known.cards.values()].some((card) => card.isBeingRead));
}

/** That the card is the software's is said aloud once, not with everything that is drawn. */
function drawBanner() {
  const software = isSoftware();
  document.documentElement.classList.toggle("software", software);
  setTitle();
  for (const [id, words] of [["software", "software-title"], ["software-text", "software-text"]]) {
    const wanted = software ? text(words) : "";
    part(id).hidden = !software;
    if (part(id).textContent !== wanted) part(id).textContent = wanted;
  }
}

/** Nothing can be asked any more, and nothing is shown. */
function end(why) {
  ended ??= why;
  known.cards.clear();
  page.hush();
  part("page").replaceChildren();
  drawEnd().focus();
}

/** Says why, kindly, and how to go on. */
function drawEnd() {
  const [title, words] =
    ended === "ended" ? ["ended-title", "ended-text"] : ["needs-opening-title", "needs-opening-text"];
  const wait = part("wait") ?? part("main").appendChild(element("div", { id: "wait" }));
  const heading = element("h2", { tabindex: "-1" }, text(title));
  replace(wait, heading,
    changeLost && element("p", { class: "note bad" }, text("change-lost")),
    element("p", {}, text(words)), element("p", {}, element("code", {}, "jpki-agent open")));
  part("page").hidden = true;
  return heading;
}
