// SHA-256, SHA-384 and SHA-512 (FIPS 180-4) over data that comes in pieces. WebCrypto hashes only what lies in memory as a
// whole; this is for files too large for that. 64-bit words are pairs of 32-bit halves.
import type { DigestAlgorithm } from "./api.js";

/** A hash that takes its input piece by piece. */
export interface Hash {
  /** Takes the next piece. */
  update(data: Uint8Array): void;
  /** The digest. Nothing may follow. */
  digest(): Uint8Array<ArrayBuffer>;
}

/** The first 64 bits of the fractional part of the square (2) or cube (3) root of n: the standard's constants. */
function fraction(n: bigint, root: 2n | 3n): bigint {
  const target = n << (64n * root);
  let low = 0n;
  // The roots of the first 80 primes are below 32.
  for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) if ((low + bit) ** root <= target) low += bit;
  return low & 0xffffffffffffffffn;
}

function primes(count: number): bigint[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found.map(BigInt);
}

/** High and low halves, one after the other. */
function halves(words: bigint[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(words.flatMap((word) => [Number(word >> 32n) | 0, Number(word & 0xffffffffn) | 0]));
}

let roundConstants: Int32Array<ArrayBuffer> | undefined;

/** A new hash. */
export function sha2(algorithm: DigestAlgorithm): Hash {
  // SHA-256 uses the upper halves of the first 64 constants of SHA-512.
  const k = (roundConstants ??= halves(primes(80).map((prime) => fraction(prime, 3n))));
  const seeds = algorithm === "SHA-384" ? primes(16).slice(8) : primes(8);
  const state = halves(seeds.map((prime) => fraction(prime, 2n)));
  const short = algorithm === "SHA-256";
  const size = short ? 64 : 128;
  const block = new Uint8Array(size);
  const view = new DataView(block.buffer);
  const w = new Int32Array(160);
  const compress = short ? compress256 : compress512;
  let filled = 0;
  let length = 0;

  const update = (data: Uint8Array): void => {
    length += data.length;
    for (let at = 0; at < data.length; ) {
      const piece = data.subarray(at, at + size - filled);
      block.set(piece, filled);
      at += piece.length;
      filled += piece.length;
      if (filled === size) {
        compress(state, view, w, k);
        filled = 0;
      }
    }
  };
  return {
    update,
    digest() {
      const lengthBytes = short ? 8 : 16;
      const zeros = (2 * size - 1 - lengthBytes - filled) % size;
      const padding = new DataView(new ArrayBuffer(1 + zeros + lengthBytes));
      padding.setUint8(0, 0x80);
      padding.setBigUint64(padding.byteLength - 8, BigInt(length) * 8n);
      update(new Uint8Array(padding.buffer));
      const out = new DataView(new ArrayBuffer({ "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 }[algorithm]));
      for (let i = 0; i < out.byteLength / 4; i++) out.setInt32(i * 4, state[short ? i * 2 : i] as number);
      return new Uint8Array(out.buffer);
    },
  };
}

type Compress = (state: Int32Array, block: DataView, w: Int32Array, k: Int32Array) => void;

const compress256: Compress = (state, block, w, k) => {
  for (let i = 0; i < 16; i++) w[i] = block.getInt32(i * 4);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!, y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = state[0]!, b = state[2]!, c = state[4]!, d = state[6]!, e = state[8]!, f = state[10]!, g = state[12]!, h = state[14]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[2 * i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => { state[2 * i] = (state[2 * i]! + value) | 0; });
};

/** The low half of x rotated right by n; the high half is that of the swapped pair. */
const turn = (high: number, low: number, n: number): number =>
  n < 32 ? (low >>> n) | (high << (32 - n)) : (high >>> (n - 32)) | (low << (64 - n));

const compress512: Compress = (state, block, w, k) => {
  for (let i = 0; i < 32; i++) w[i] = block.getInt32(i * 4);
  for (let i = 32; i < 160; i += 2) {
    const xh = w[i - 30]!, xl = w[i - 29]!, yh = w[i - 4]!, yl = w[i - 3]!;
    const low = (w[i - 31]! >>> 0) + (w[i - 13]! >>> 0)
      + ((turn(xh, xl, 1) ^ turn(xh, xl, 8) ^ turn(xh, xl, 7)) >>> 0)
      + ((turn(yh, yl, 19) ^ turn(yh, yl, 61) ^ turn(yh, yl, 6)) >>> 0);
    w[i + 1] = low | 0;
    w[i] = (w[i - 32]! + w[i - 14]!
      + (turn(xl, xh, 1) ^ turn(xl, xh, 8) ^ (xh >>> 7))
      + (turn(yl, yh, 19) ^ turn(yl, yh, 61) ^ (yh >>> 6)) + Math.floor(low / 2 ** 32)) | 0;
  }
  const v = state.slice();
  for (let i = 0; i < 160; i += 2) {
    const ah = v[0]!, al = v[1]!, bh = v[2]!, bl = v[3]!, ch = v[4]!, cl = v[5]!;
    const eh = v[8]!, el = v[9]!;
    const low1 = (v[15]! >>> 0) + ((turn(eh, el, 14) ^ turn(eh, el, 18) ^ turn(eh, el, 41)) >>> 0)
      + (((el & v[11]!) ^ (~el & v[13]!)) >>> 0) + (k[i + 1]! >>> 0) + (w[i + 1]! >>> 0);
    const high1 = (v[14]! + (turn(el, eh, 14) ^ turn(el, eh, 18) ^ turn(el, eh, 41))
      + ((eh & v[10]!) ^ (~eh & v[12]!)) + k[i]! + w[i]! + Math.floor(low1 / 2 ** 32)) | 0;
    const low2 = ((turn(ah, al, 28) ^ turn(ah, al, 34) ^ turn(ah, al, 39)) >>> 0) + (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
    const high2 = (turn(al, ah, 28) ^ turn(al, ah, 34) ^ turn(al, ah, 39)) + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + Math.floor(low2 / 2 ** 32);
    v.copyWithin(2, 0, 14);
    const lowE = (v[9]! >>> 0) + (low1 % 2 ** 32);
    v[9] = lowE | 0;
    v[8] = (v[8]! + high1 + Math.floor(lowE / 2 ** 32)) | 0;
    const lowA = (low1 % 2 ** 32) + (low2 % 2 ** 32);
    v[1] = lowA | 0;
    v[0] = (high1 + high2 + Math.floor(lowA / 2 ** 32)) | 0;
  }
  for (let i = 0; i < 16; i += 2) {
    const low = (state[i + 1]! >>> 0) + (v[i + 1]! >>> 0);
    state[i + 1] = low | 0;
    state[i] = (state[i]! + v[i]! + Math.floor(low / 2 ** 32)) | 0;
  }
};
