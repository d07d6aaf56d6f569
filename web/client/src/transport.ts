// The seam between what is asked and the way it goes: plain HTTP, HTTPS, or the window of the bridge.

/** How the agent is reached. */
export type Way = "http" | "https" | "bridge";

/** One request. */
export interface Request {
  readonly method: "GET" | "POST";
  /** With the leading slash, and the query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** For `Accept-Language`. */
  readonly language?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Makes the answer a stream of server-sent events; called with the data of each. */
  readonly onEvent?: (data: unknown) => void;
}

/** One answer, whatever its status. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON; null if there was none. */
  readonly body: unknown;
}

/** A way to the agent. */
export interface Transport {
  readonly way: Way;
  /** Sends a request once. Rejects with the signal's reason, or with another error if there is no answer. */
  send(request: Request): Promise<Answer>;
  /** Gives the way up. */
  close(): void;
}
