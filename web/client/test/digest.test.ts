// The hash against Node's, with the vectors of FIPS 180-4; labels against the agent's rule.
import assert from "node:assert/strict";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { describe, it } from "node:test";

import openapi from "../../../openapi/jpki-agent.json" with { type: "json" };
import { base64, label } from "../src/digest.js";
import { Sha256 } from "../src/sha256.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("SHA-256", () => {
  const vectors = [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ] as const;
  for (const [text, expected] of vectors) {
    it(`of ${text.length} characters`, () => {
      const hash = new Sha256();
      hash.update(Buffer.from(text));
      assert.equal(hex(hash.digest()), expected);
    });
  }

  it("of every length around a block, and in pieces of any size", () => {
    for (let length = 0; length < 300; length++) {
      const data = randomBytes(length);
      const hash = new Sha256();
      for (let at = 0; at < length; ) {
        const piece = data.subarray(at, at + randomInt(0, 150));
        hash.update(piece);
        at += piece.length;
      }
      assert.equal(hex(hash.digest()), createHash("sha256").update(data).digest("hex"), `length ${length}`);
    }
  });
});

describe("a label", () => {
  it("is the name, if there is nothing wrong with it", () => {
    const names = ["r7-shinkoku.xtx", "令和7年分\u3000確定申告書 (控え).pdf", "葛\u{e0100}城❤\ufe0f.pdf", "外字\ue000", "a & <b>", "長".repeat(200)];
    for (const name of names) assert.equal(label(name), name);
  });

  it("has no characters that deceive", () => {
    assert.equal(label("invoice\u202efdp.exe"), "invoicefdp.exe");
    assert.equal(label("a\u0000b\nc\u200bd\u2028e\ufefff\u{e0041}g\u3164h\ud800i"), "abcdefghi");
  });

  it("has every character that the agent takes, and no other", () => {
    const { pattern } = openapi.components.schemas.Digest.properties.label;
    const accepted = new RegExp(pattern, "u");
    // Said in words beside the pattern.
    const beyond = /[\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E00FF}\u{E01F0}-\u{E0FFF}]/u;
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      const half = code >= 0xd800 && code <= 0xdfff;
      const expected = accepted.test(character) && !beyond.test(character) && !half ? character : undefined;
      assert.equal(label(character), expected, `U+${code.toString(16)}`);
    }
  });

  it("keeps beginning and ending where it is too long", () => {
    const shown = label("x".repeat(300) + ".pdf") ?? "";
    assert.equal([...shown].length, 200);
    assert.ok(shown.startsWith("xxx") && shown.includes("…") && shown.endsWith("x.pdf"));
    assert.equal([...(label("𠮷".repeat(201)) ?? "")].length, 200);
  });

  it("is none where nothing is left", () => {
    for (const name of [undefined, "", "\u200b\u200e"]) assert.equal(label(name), undefined);
  });
});

it("base64 is the standard one", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = randomBytes(length);
    assert.equal(base64(bytes), bytes.toString("base64"));
  }
});
