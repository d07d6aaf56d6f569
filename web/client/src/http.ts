// The agent over HTTP or HTTPS on loopback, with the browser's own fetch.
import type { Answer, Request, Transport } from "./transport.js";

/** A transport to an agent at this address. */
export function httpTransport(base: string): Transport {
  return {
    way: base.startsWith("https") ? "https" : "http",
    send: (request) => send(base, request),
    close() {},
  };
}

async function send(base: string, { method, path, body, language, signal, onEvent }: Request): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (language) headers["accept-language"] = language;
  if (method === "POST") headers["content-type"] = "application/json";
  const response = await fetch(base + path, {
    method,
    headers,
    body: method === "POST" ? JSON.stringify(body ?? {}) : null,
    signal: signal ?? null,
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
  });
  if (onEvent && response.ok && response.body) {
    await readEvents(response.body, onEvent);
    return { status: response.status, body: null };
  }
  const text = await response.text();
  return { status: response.status, body: parse(text) };
}

/** JSON, or null: another program on the port may answer anything. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Server-sent events (HTML standard, 9.2), as the agent writes them: one line of JSON each, comments as heartbeat. */
async function readEvents(stream: ReadableStream<Uint8Array<ArrayBuffer>>, onEvent: (data: unknown) => void): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data:")) onEvent(parse(line.slice(5)));
    }
  }
}
