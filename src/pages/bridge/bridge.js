
// The bridge's script: between the page that opened this window (its opener) and the agent that served it.
//
// It trusts nobody with anything but this: messages count only if they come from the opener; the first of them says, by
// `event.origin` as the browser states it, for which origin this bridge works; the agent decides whether it may and binds
// the ticket to it. From then on requests go to the agent with the ticket, and answers to that one origin.
//
// Messages are plain objects with `jpkiAgentBridge: 1` and a `type`:
//   to the page    hello · ready {health} · refused {problem} · response {id, status, body, retryAfter?}
//                  event {id, data} · closed
//   from the page  connect · request {id, method, path, body?, language?} · abort {id} · close
"use strict";
(() => {
  const PROTOCOL = 1;
  const HELLO_EVERY = 500; // ms; the page may not listen yet
  const OPENER_EVERY = 500; // ms

  const opener = window.opener;
  const pending = new Map(); // of requests: id → AbortController
  const heart = new AbortController(); // the connection whose end is the bridge's end
  let site = null; // the origin this bridge works for
  let ready = false;
  let ended = false;
  let hello = 0; // timer
  let binding = null; // a promise, from the first message on

  const opening = document.getElementById("opening");
  let { ticket } = JSON.parse(opening.textContent);
  opening.remove();

  function show(stage) {
    for (const section of document.querySelectorAll("[data-stage]")) {
      section.hidden = section.dataset.stage !== stage;
    }
    for (const place of document.querySelectorAll("[data-site]")) place.textContent = site;
  }

  // A service worker on this port is not ours: the agent never had one. It would see the ticket.
  const controlled = () => Boolean(navigator.serviceWorker?.controller);

  function tell(type, members = {}, targetOrigin = site) {
    try {
      opener.postMessage({ jpkiAgentBridge: PROTOCOL, type, ...members }, targetOrigin);
    } catch {
      // The opener is gone, or has an origin nobody can be addressed by ("null").
    }
  }

  function call(path, { method = "GET", body, language, signal } = {}) {
    if (controlled()) {
      end();
      throw new Error("a service worker stands between this window and the agent");
    }
    const headers = { Authorization: `Bearer ${ticket}` };
    if (language !== undefined) headers["Accept-Language"] = language;
    const init = { method, headers, signal, cache: "no-store", credentials: "omit", redirect: "error" };
    if (method !== "GET") {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body ?? {});
    }
    return fetch(path, init);
  }

  // Nothing is asked for the page any more. Requests under way are dropped, unless the agent itself is ending: then it
  // answers what it has begun.
  function end({ stage = "ended", dropRequests = true } = {}) {
    if (ended) return;
    ended = true;
    show(stage);
    ticket = null;
    clearInterval(hello);
    clearInterval(watch);
    heart.abort();
    if (dropRequests) for (const request of pending.values()) request.abort();
    if (site !== null && stage !== "refused") tell("closed");
    if (opener?.closed) window.close();
  }

  // The agent answers this with a stream that lasts as long as the bridge: each side sees by it that the other is gone.
  async function stayAlive() {
    try {
      const answer = await call("/bridge/alive", { signal: heart.signal });
      if (answer.ok) {
        const reader = answer.body.getReader();
        while (!(await reader.read()).done);
      }
    } catch {
      // Ended here, or the agent is gone.
    }
    await binding; // a refusal ends the bridge too, and says why
    end({ dropRequests: false });
  }

  // The first message of the opener: its origin is the one this bridge works for, if the agent allows it.
  async function bind() {
    let problem = null;
    try {
      const answer = await call("/bridge/session", { method: "POST", body: { origin: site }, language: language() });
      const body = await answer.json();
      if (ended) return;
      if (answer.ok) {
        ready = true;
        show("open");
        tell("ready", { health: body });
        return;
      }
      problem = body;
    } catch {
      if (ended) return;
    }
    if (problem === null) {
      end();
      return;
    }
    for (const place of document.querySelectorAll("[data-problem]")) {
      place.textContent = problem[place.dataset.problem] ?? "";
    }
    tell("refused", { problem });
    end({ stage: "refused" });
  }

  const language = () => document.documentElement.lang;

  async function request({ id, method, path, body, language }) {
    if (!isId(id) || pending.has(id)) return;
    const controller = new AbortController();
    pending.set(id, controller);
    let response = { status: 0, body: null }; // could not be asked
    try {
      const answer = await call(ofApi(path), { method, body, language, signal: controller.signal });
      response = { status: answer.status, body: await read(id, answer) };
      const wait = Number(answer.headers.get("Retry-After"));
      if (wait > 0) response.retryAfter = wait;
    } catch {
      if (controller.signal.aborted) return; // nobody waits for it
    } finally {
      pending.delete(id);
    }
    tell("response", { id, ...response });
  }

  const isId = (id) => typeof id === "string" || typeof id === "number";

  // The page reaches the routes of the API and nothing else here.
  function ofApi(path) {
    const url = new URL(path, location.origin);
    if (url.origin !== location.origin || !url.pathname.startsWith("/v1/")) throw new Error("not a route of the API");
    return url.pathname + url.search;
  }

  async function read(id, answer) {
    const type = answer.headers.get("Content-Type") ?? "";
    if (type.startsWith("text/event-stream")) {
      await readEvents(answer.body, (data) => tell("event", { id, data }));
      return null;
    }
    return /\bjson\b/.test(type) ? answer.json() : null;
  }

  // Server-sent events as the agent writes them (HTML standard, 9.2): lines, `data:` fields of JSON, comments.
  async function readEvents(stream, deliver) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let data = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) deliver(JSON.parse(data.join("\n")));
          data = [];
        } else if (line.startsWith("data:")) {
          data.push(line.slice("data:".length).trimStart());
        }
      }
    }
  }

  function receive(event) {
    if (ended || event.source !== opener) return;
    if (site !== null && event.origin !== site) {
      end(); // the opener shows another site now
      return;
    }
    const message = event.data;
    if (message?.jpkiAgentBridge !== PROTOCOL) return;
    if (site === null) {
      site = event.origin;
      clearInterval(hello);
      binding = bind();
    } else if (message.type === "request" && ready) {
      request(message);
    } else if (message.type === "abort") {
      pending.get(message.id)?.abort();
    } else if (message.type === "close") {
      end();
      window.close();
    }
  }

  const watch = setInterval(() => {
    if (opener?.closed) end();
  }, OPENER_EVERY);

  if (!opener || window.top !== window || controlled()) {
    end({ stage: "no-opener" });
    return;
  }
  window.addEventListener("message", receive);
  // The earlier one while the opener can still be told; not every browser has it.
  window.addEventListener("beforeunload", () => end());
  window.addEventListener("pagehide", () => end());
  navigator.serviceWorker?.addEventListener("controllerchange", () => end());
  stayAlive();
  const greet = () => tell("hello", {}, "*"); // nothing secret: anybody may have opened this window
  greet();
  hello = setInterval(greet, HELLO_EVERY);
})();
