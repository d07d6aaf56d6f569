// The page's way to the agent: the session, its calls, and the stream of events.
//
// The secret in the address is exchanged at once, and the address cleaned before anything else is done. The token stands
// in this module's memory and nowhere else, so it is gone with the document.

let token = null;
let language = "en";

/** A failure that the agent has words for (RFC 9457), or `code` `ended` where this page has nothing left to ask with. */
export class Problem extends Error {
  constructor({ code = "ended", title = "", detail = "", remedy = "", member, reason } = {}, status = 0, wait = 0) {
    super(title || code);
    Object.assign(this, { code, title, detail, remedy, member, reason, status, wait });
  }
}

/** Takes the secret out of the address. `null`: this document was loaded without one, as by a reload. */
export function takeSecret() {
  const secret = location.hash.slice(1);
  history.replaceState(null, "", "/");
  return secret || null;
}

/** Exchanges the secret for the token. */
export async function openSession(secret) {
  // A service worker on this port is not ours: the agent never had one. It would see what is sent.
  if (navigator.serviceWorker?.controller) throw new Problem();
  const answer = await send("POST", "/v1/session", { opening: secret });
  token = (await answer.json()).token;
}

/** The document goes. What cannot be said in time the agent notices by itself. */
export function closeSession() {
  if (token) send("DELETE", "/v1/session", undefined, { keepalive: true }).catch(() => {});
}

/** The language of the agent's own words from now on. */
export function speak(tag) {
  language = tag;
}

export const get = async (path, query) => (await send("GET", withQuery(path, query))).json();

/** The same without anybody's doing, since something has changed: no sign that the page is used. */
export const look = async (path, query) => {
  const headers = { "Jpki-Agent-Unasked": "yes" };
  return (await send("GET", withQuery(path, query), undefined, { headers })).json();
};

/** For answers that are not looked at: nothing of them is kept. */
export async function act(method, path, body) {
  const answer = await send(method, path, body);
  await answer.body?.cancel();
}

export const put = async (path, body) => (await send("PUT", path, body)).json();

/** Calls `take` with name and data of each event, until the stream ends. EventSource could not send the token. */
export async function follow(path, take) {
  const answer = await send("GET", path);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const field = (name) => event.split("\n").find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
      const data = field("data"); // one line each: the agent writes JSON without line breaks
      if (data) take(field("event"), JSON.parse(data));
    }
  }
}

function withQuery(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

async function send(method, path, body, { headers: more, ...options } = {}) {
  const headers = { "Accept-Language": language, ...more };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit", redirect: "error",
      ...options,
    });
  } catch {
    throw new Problem(); // nobody is there any more
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({ code: "failed" }));
  throw new Problem(answer.status === 401 ? {} : problem, answer.status, Number(answer.headers.get("Retry-After")));
}
