// To the agent, and on until a card lies in the reader.
import { connect, type Agent, type Status } from "jpki-agent-client";

/** What the person is to do before the card can be used. */
export type Waiting = "reader" | "place" | "other" | "mute" | "used";

let bridge: Agent | undefined;

/** Connects; must be called during a click, since some browsers need a window for it, and then the window is kept. */
export async function reach(ports: readonly number[], signal: AbortSignal, onWaiting: () => void): Promise<Agent> {
  if (bridge) return bridge;
  const agent = await connect({ ports, signal, onWaiting });
  if (agent.way === "bridge") bridge = agent;
  return agent;
}

/** Forgets a window that is no longer good. */
export function forget(): void {
  bridge?.close();
  bridge = undefined;
}

/** Resolves as soon as there is a My Number card; tells meanwhile what is missing. */
export function cardPlaced(agent: Agent, signal: AbortSignal, onWaiting: (waiting: Waiting) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    const stop = agent.events(
      (status) => {
        const waiting = missing(status);
        if (waiting) return onWaiting(waiting);
        stop();
        resolve();
      },
      {
        signal,
        onError(error) {
          stop();
          reject(error);
        },
      },
    );
  });
}

function missing({ readers }: Status): Waiting | undefined {
  const has = (...states: string[]): boolean => readers.some(({ card }) => states.includes(card));
  if (has("jpki")) return undefined;
  if (readers.length === 0) return "reader";
  return has("busy") ? "used" : has("mute") ? "mute" : has("other", "unsupported") ? "other" : "place";
}
