// What the page asks of its own server. The cookie goes along by itself.
import type { Authentication, SignResult } from "jpki-agent-client";

/** Who is logged in. */
export interface Account {
  readonly key: string;
  readonly notAfter: string;
  readonly environment: string;
}

/** What the server says at the start. */
export interface Session {
  readonly account: Account | null;
  /** Where the agent listens. A real site leaves that to the client. */
  readonly agentPorts: readonly number[];
  readonly acceptsSoftwareCard: boolean;
}

/** What the server found about signatures; `verdicts` in the order of the documents. */
export interface Verdicts {
  readonly signer: string | null;
  readonly notAfter: string;
  readonly verdicts: readonly string[];
  readonly checkedAt: string;
}

/** The server said no, or nothing. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export const session = (): Promise<Session> => ask("GET", "/api/session");
export const logOut = (): Promise<unknown> => ask("POST", "/api/logout", {});

export async function nonce(signal: AbortSignal): Promise<string> {
  return (await ask<{ nonce: string }>("POST", "/api/nonce", {}, signal)).nonce;
}

export async function logIn(token: Authentication["token"], signal: AbortSignal): Promise<Account> {
  return (await ask<{ account: Account }>("POST", "/api/login", token, signal)).account;
}

/** Has signatures checked. The files stay here. */
export function check({ certificate, signatures, digests }: SignResult, signal: AbortSignal): Promise<Verdicts> {
  const documents = digests.map(({ algorithm, value }, at) => ({ algorithm, digest: value, signature: signatures[at]?.value ?? "" }));
  return ask("POST", "/api/signatures", { certificate, documents }, signal);
}

async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal: signal ?? null,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    signal?.throwIfAborted();
    throw new ServerError("unreachable");
  }
  const answer = (await response.json().catch(() => ({}))) as T & { code?: string };
  if (!response.ok) throw new ServerError(answer.code ?? `HTTP ${response.status}`);
  return answer;
}
