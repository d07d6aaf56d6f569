// The example tax portal: log in, choose documents, sign, keep the receipt. The two jobs, `logIn` and `sign`, are what to
// copy; the rest is the page around them.
import * as card from "./card.js";
import * as documents from "./documents.js";
import * as server from "./server.js";
import { announce, element, fail, progress, say, show, speak, step, work } from "./view.js";

let ports: readonly number[] = [25754, 29754];
let account: server.Account | null = null;
/** Ends the job that is under way. */
let controller = new AbortController();
/** Does the failed job again. */
let retry: () => void = () => undefined;

/** Log in: reach the agent, wait for the card, get a nonce, have it signed, let the server judge. */
async function logIn(signal: AbortSignal): Promise<void> {
  work("connect");
  const agent = await card.reach(ports, signal, () => work("permission"));
  await card.cardPlaced(agent, signal, work);
  // Fetched late: it is good for five minutes, and the person may have looked for the card for longer.
  const nonce = await server.nonce(signal);
  work("pin");
  const { token } = await agent.authenticate(nonce, { signal });
  work("check");
  account = await server.logIn(token, signal);
  home();
}

/** Sign: reach the agent, wait for the card, hash and sign all files with one password, let the server judge. */
async function sign(signal: AbortSignal): Promise<void> {
  const files = documents.chosen();
  work("connect");
  const agent = await card.reach(ports, signal, () => work("permission"));
  await card.cardPlaced(agent, signal, work);
  work("hash");
  const items = files.map((blob) => ({ blob, name: blob.name }));
  const signed = await agent.sign(items, {
    signal,
    onProgress({ bytes, total }) {
      progress(bytes, total);
      if (bytes === total) work("password");
    },
  });
  work("check");
  const found = await server.check(signed, signal);
  documents.setReceipt(files, signed, found, account?.environment === "simulator");
  documents.clear();
  step(3);
  show("receipt");
}

/** Runs a job to its end; a failure is explained, and can be tried again. */
async function run(job: (signal: AbortSignal) => Promise<void>): Promise<void> {
  controller.abort();
  const mine = (controller = new AbortController());
  retry = () => void run(job);
  try {
    await job(mine.signal);
  } catch (error) {
    if (mine.signal.aborted) {
      if (mine !== controller) return;
      home();
      announce(say("canceled"));
      return;
    }
    if (error instanceof server.ServerError && ["no_session", "not_logged_in"].includes(error.code)) await lookAgain();
    card.forget();
    fail(error);
  }
}

/** After the session has ended: get a new one, in which nobody is logged in. */
async function lookAgain(): Promise<void> {
  account = await server.session().then((found) => found.account, () => null);
  retry = home;
  writeAccount();
}

/** To where one can go on: the documents if logged in, else the start. */
function home(): void {
  documents.dropReceipt();
  writeAccount();
  step(account ? 2 : 1);
  show(account ? "documents" : "start");
}

function writeAccount(): void {
  element("account").hidden = !account;
  if (!account) return;
  const key = account.environment === "simulator" ? "accountTest" : "account";
  element("account-text").textContent = say(key, { key: account.key.slice(0, 8) });
}

function setLanguage(language: "ja" | "en"): void {
  localStorage.setItem("language", language);
  speak(language);
  writeAccount();
  documents.writeDocuments();
  documents.writeReceipt();
}

function setTheme(dark: boolean): void {
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  element("theme").setAttribute("aria-pressed", String(dark));
}

function listen(): void {
  const on = (id: string, act: () => void): void => element(id).addEventListener("click", act);
  // The jobs start in the click itself: some browsers open the agent's window only then.
  on("log-in", () => void run(logIn));
  on("sign", () => void run(sign));
  on("cancel", () => controller.abort());
  on("retry", () => retry());
  on("back", home);
  on("again", home);
  on("samples", () => void documents.addSamples());
  on("log-out", async () => {
    controller.abort();
    await server.logOut().catch(() => undefined);
    account = null;
    documents.clear();
    home();
  });
  on("theme", () => {
    const dark = element("theme").getAttribute("aria-pressed") !== "true";
    localStorage.setItem("theme", dark ? "dark" : "light");
    setTheme(dark);
  });
  for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
    button.addEventListener("click", () => setLanguage(button.dataset["language"] === "en" ? "en" : "ja"));
  }
  const input = element<HTMLInputElement>("files");
  input.addEventListener("change", () => {
    documents.add(input.files ?? []);
    input.value = "";
  });
  listenForDrops();
}

function listenForDrops(): void {
  const drop = element("drop");
  // A file dropped beside the box must not take the place of the page.
  for (const type of ["dragover", "drop"]) window.addEventListener(type, (event) => event.preventDefault());
  drop.addEventListener("dragover", () => drop.classList.add("over"));
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    documents.add(event.dataTransfer?.files ?? []);
  });
}

async function start(): Promise<void> {
  const theme = localStorage.getItem("theme");
  setTheme(theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const japanese = /^ja\b/i.test(localStorage.getItem("language") ?? navigator.language);
  speak(japanese ? "ja" : "en");
  documents.writeDocuments();
  listen();
  try {
    const found = await server.session();
    ({ account } = found);
    ports = found.agentPorts;
    element("test-card").hidden = !found.acceptsSoftwareCard;
    home();
  } catch (error) {
    retry = () => location.reload();
    step(1);
    fail(error);
  }
}

void start();
