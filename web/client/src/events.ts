// A stream of events that is open while the page is visible and is opened anew when it was lost.
import type { AgentError } from "./error.js";

/** Waits between attempts, in milliseconds: from the first to the longest, doubling. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/** What the site's own code throws is the site's: reported as any of its errors, and no loss of the stream. */
function call<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/**
 * Follows a stream until the returned function is called or the signal aborts.
 *
 * @param open - opens the stream; resolves at its end, rejects if it fails.
 */
export function follow(
  open: (onEvent: (data: unknown) => void, signal: AbortSignal) => Promise<unknown>,
  listener: (data: unknown) => void,
  onError: ((error: AgentError) => void) | undefined,
  signal: AbortSignal | undefined,
): () => void {
  const page = globalThis.document as Document | undefined;
  let stream: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;
  let ended = false;

  const pause = (): void => {
    clearTimeout(timer);
    stream?.abort();
    stream = undefined;
  };
  const run = async (): Promise<void> => {
    pause();
    if (ended || page?.hidden) return;
    const mine = new AbortController();
    stream = mine;
    try {
      await open((data) => {
        wait = FIRST_WAIT;
        if (stream === mine) call(listener, data);
      }, mine.signal);
    } catch (error) {
      if (stream !== mine) return;
      const failed = error as AgentError;
      // Forbidden, or the window closed: only a change outside cures that, and the site then connects anew.
      const isFinal = (failed.status !== undefined && failed.status < 429) || failed.code === "bridge_closed";
      if (isFinal) stop();
      if (onError) call(onError, failed);
    }
    if (stream !== mine) return;
    timer = setTimeout(() => void run(), wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };
  const turned = (): void => {
    wait = FIRST_WAIT;
    void run();
  };
  const stop = (): void => {
    ended = true;
    pause();
    page?.removeEventListener("visibilitychange", turned);
    signal?.removeEventListener("abort", stop);
  };

  if (signal?.aborted) return stop;
  page?.addEventListener("visibilitychange", turned);
  signal?.addEventListener("abort", stop);
  void run();
  return stop;
}
