// From what a page wants signed to what the agent takes: digests with labels. For SHA-256 large files are read piece by
// piece, so that one of any size needs little memory and the page stays alive. Not in a worker, which a page's policy may
// forbid. With the other algorithms, which the browser hashes only at once, a file must fit in memory.
import type { DigestAlgorithm } from "./api.js";
import { Sha256 } from "./sha256.js";

/** Pieces in which a file is read, in bytes. */
const PIECE = 1 << 20;
/** Up to this size, in bytes, a file is hashed at once by the browser itself. */
const AT_ONCE = 4 * PIECE;
/** Most characters (code points) of a label. */
const LABEL = 200;
/**
 * What the agent refuses in a label: control characters, line and paragraph separators, halves of characters, and what has
 * no mark of its own. Variation selectors may stay: they choose among forms of a character, as in many Japanese names.
 */
const DECEPTIVE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFF9-\uFFFB]|(?![\uFE00-\uFE0F\u{E0100}-\u{E01EF}])\p{DI}/gu;

/** Standard base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/**
 * Hashes a file.
 *
 * @param onBytes - called with the number of bytes read so far.
 */
export async function digestBlob(
  blob: Blob, algorithm: DigestAlgorithm, onBytes: (bytes: number) => void, signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  if (blob.size <= AT_ONCE || algorithm !== "SHA-256") {
    const digest = await crypto.subtle.digest(algorithm, await blob.arrayBuffer());
    onBytes(blob.size);
    return new Uint8Array(digest);
  }
  const hash = new Sha256();
  for (let at = 0; at < blob.size; at += PIECE) {
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
    signal?.throwIfAborted();
    onBytes(Math.min(at + PIECE, blob.size));
  }
  return hash.digest();
}

/**
 * A file's name as the prompt may show it: without control, invisible and direction-changing characters, which the agent
 * refuses, and with its middle left out where it is longer than 200 characters, so that its ending still shows.
 * Undefined if nothing is left.
 */
export function label(name: string | undefined): string | undefined {
  const characters = [...(name ?? "").replace(DECEPTIVE, "")];
  if (characters.length > LABEL) characters.splice(LABEL - 51, characters.length - LABEL + 1, "…");
  return characters.join("") || undefined;
}
