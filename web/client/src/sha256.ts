// SHA-256 (FIPS 180-4) over data that comes in pieces. WebCrypto hashes only what lies in memory as a whole; this is for
// files too large for that.

/** The first 32 bits of the fractional part of the square (2) or cube (3) root of n: the standard's constants. */
function fraction(n: number, root: 2n | 3n): number {
  const target = BigInt(n) << (32n * root);
  let low = 0n;
  // The roots of the first 64 primes are below 32.
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) if ((low + bit) ** root <= target) low += bit;
  return Number(BigInt.asIntN(32, low));
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

let roundConstants: Int32Array | undefined;

/** One hash. */
export class Sha256 {
  readonly #k = (roundConstants ??= Int32Array.from(primes(64), (prime) => fraction(prime, 3n)));
  readonly #state = Int32Array.from(primes(8), (prime) => fraction(prime, 2n));
  readonly #w = new Int32Array(64);
  /** Bytes that do not fill a block yet. */
  #rest = new Uint8Array(0);
  #length = 0;

  /** Takes the next piece. */
  update(piece: Uint8Array): void {
    this.#length += piece.length;
    const data = new Uint8Array(this.#rest.length + piece.length);
    data.set(this.#rest);
    data.set(piece, this.#rest.length);
    const view = new DataView(data.buffer);
    let at = 0;
    for (; at + 64 <= data.length; at += 64) this.#compress(view, at);
    this.#rest = data.slice(at);
  }

  /** The digest. Nothing may follow. */
  digest(): Uint8Array<ArrayBuffer> {
    // A bit, zeros to eight bytes before the end of a block, and the length in bits.
    const padding = new DataView(new ArrayBuffer(9 + ((119 - this.#rest.length) % 64)));
    padding.setUint8(0, 0x80);
    padding.setBigUint64(padding.byteLength - 8, BigInt(this.#length) * 8n);
    this.update(new Uint8Array(padding.buffer));
    const out = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, i) => out.setInt32(i * 4, word));
    return new Uint8Array(out.buffer);
  }

  #compress(block: DataView, at: number): void {
    const w = this.#w, k = this.#k, state = this.#state;
    for (let i = 0; i < 16; i++) w[i] = block.getInt32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!, y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
    let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
    state[5]! += f;
    state[6]! += g;
    state[7]! += h;
  }
}
