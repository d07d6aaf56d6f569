// The one class of errors this package throws: what the agent reported (RFC 9457), or what kept the page from reaching it.
// An aborted call is no AgentError: it rejects with the signal's reason, as fetch does.
import type { Problem, ProblemCode } from "./api.js";
import { words, type Language, type ReachCode } from "./words.js";

/** Stable name of a failure: one of the agent's, or one of {@link ReachCode} for what happened before it. */
export type ErrorCode = ProblemCode | ReachCode;

/** Members of an {@link AgentError}, beside its message. */
export interface ErrorDetails {
  /** Stable name; the same in every language and version. */
  readonly code: ErrorCode;
  /** What kind of failure it is, in a few words for the person at the screen. */
  readonly title: string;
  /** What happened this time. */
  readonly detail: string;
  /** What the person, or the site's author, can do. */
  readonly remedy: string;
  /** May the same call succeed once the person has done what the remedy says? */
  readonly retriable: boolean;
  /** Tries left, where a PIN is concerned; null if the card does not say. */
  readonly triesLeft?: number | null;
  /** True if nobody knows whether the card acted: it, or the agent, went away in the middle. */
  readonly outcomeUnknown?: boolean;
  /** Where and how to have a blocked PIN reset. */
  readonly guidance?: string;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** Names the request in the agent's log, for a help desk. */
  readonly requestId?: string;
  /** The page has a service worker: if it responds to requests for other origins, that alone makes them fail. */
  readonly serviceWorker?: boolean;
}

/** A failure. `code` is for programs; the rest can be shown, best as `explain` of `jpki-agent-client/texts` puts it. */
export class AgentError extends Error implements ErrorDetails {
  override readonly name = "AgentError";
  declare readonly code: ErrorCode;
  declare readonly title: string;
  declare readonly detail: string;
  declare readonly remedy: string;
  declare readonly retriable: boolean;
  declare readonly triesLeft?: number | null;
  declare readonly outcomeUnknown?: boolean;
  declare readonly guidance?: string;
  declare readonly status?: number;
  declare readonly requestId?: string;
  declare readonly serviceWorker?: boolean;

  /** Takes the members as they are; members of newer agents too. */
  constructor(details: ErrorDetails) {
    super(details.detail);
    Object.assign(this, details);
  }
}

/** An error of this package's own, in words of the given language. */
export function failure(code: ReachCode, language: Language, more?: Partial<ErrorDetails>): AgentError {
  return new AgentError({ code, ...words(code, language), ...more });
}

/** The agent's problem as an error, or nothing if the body is no problem of the agent. */
export function problem(body: unknown): AgentError | undefined {
  const found = body as Partial<Problem> | null;
  return found?.code && found.type === `urn:jpki-agent:problem:${found.code}` ? new AgentError(found as Problem) : undefined;
}
