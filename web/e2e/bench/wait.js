// Bounded waiting. Nothing in these tests proves anything by sleeping: they wait for a condition, and fail when it does
// not come true in time.

/** How long anything may take unless a test says otherwise, in milliseconds. */
export const LIMIT = 15_000;

/**
 * Waits until `condition` gives something true, and gives that.
 * @param {string} what for the failure's text
 * @param {() => unknown} condition may be asynchronous
 * @param {{ limit?: number, describe?: () => string }} [options] `describe` adds to the failure's text
 */
export async function until(what, condition, { limit = LIMIT, describe = () => "" } = {}) {
  const deadline = Date.now() + limit;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${limit} ms: ${what}${described(describe)}`);
    await pause(20);
  }
}

/**
 * What a promise gives, or a failure that names what was waited for.
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 * @param {{ limit?: number, describe?: () => string }} [options]
 * @returns {Promise<T>}
 */
export async function within(what, promise, { limit = LIMIT, describe = () => "" } = {}) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limit} ms: ${what}${described(describe)}`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function described(describe) {
  const text = describe();
  return text ? `\n${text}` : "";
}

/** Only between two looks at a condition, or where the passing of time is itself the matter of a test. */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
