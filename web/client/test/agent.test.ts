// What a page can ask of the agent, all the way to the software card.
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify, X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";

import { Agent, AgentError, connect, type SignProgress, type Status } from "../src/index.js";
import type { Answer, Request } from "../src/transport.js";
import { RealAgent } from "./support/agent.js";
import { enterPage, type Page } from "./support/page.js";

const NONCE = "12345678123456781234567812345678912356789123";

let real: RealAgent;
let page: Page;
let agent: Agent;

before(async () => {
  real = await RealAgent.start();
  page = enterPage({ permission: ["granted"], lang: "ja" });
  agent = await connect({ ports: [real.port] });
});
after(async () => {
  page.leave();
  await real.stop();
});

/** A file of this many bytes, no two pieces alike. */
function file(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from({ length: Math.ceil(size / 4) }, (_, i) => Math.imul(i, 2654435761)).buffer, 0, size);
}

function publicKey(certificate: string | undefined): ReturnType<typeof createPublicKey> {
  assert.ok(certificate);
  return new X509Certificate(Buffer.from(certificate, "base64")).publicKey;
}

describe("the agent", () => {
  it("tells its status", async () => {
    const status = await agent.status();
    assert.deepEqual(status.readers.map(({ card }) => card), ["jpki"]);
    assert.deepEqual(status.grantedScopes, ["status", "certificates", "authenticate", "sign"]);
  });

  it("tells its status by events too", async () => {
    const abort = new AbortController();
    const status = await new Promise<Status>((resolve, reject) => agent.events(resolve, { onError: reject, signal: abort.signal }));
    abort.abort();
    assert.deepEqual(status, await agent.status());
  });

  it("tells the tries left, of the reader asked for", async () => {
    const { readers } = await agent.status();
    const { pins } = await agent.pins({ reader: readers[0]?.id ?? "" });
    assert.deepEqual(pins.map(({ kind, triesLeft }) => [kind, triesLeft]), [["authentication", 3], ["signature", 5]]);
    await assert.rejects(agent.pins({ reader: "none such" }), { code: "no_reader" });
  });

  it("tells the certificates, in short and whole", async () => {
    const { certificates } = await agent.certificates();
    assert.equal(certificates.length, 4);
    const { certificate } = await agent.certificate("authentication");
    assert.equal(publicKey(certificate).asymmetricKeyType, "rsa");
    await assert.rejects(agent.certificate("signature"), { code: "pin_required" });
  });

  it("discloses the signature certificate", async () => {
    const { attributes } = await agent.disclose();
    assert.equal(typeof attributes?.name, "string");
  });

  it("makes a log-in token for this page", async () => {
    const { token } = await agent.authenticate(NONCE);
    assert.equal(token.format, "web-eid:1.0");
    const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
    const signed = Buffer.concat([sha256("https://portal.example"), sha256(NONCE)]);
    assert.ok(verify("sha256", signed, publicKey(token.unverifiedCertificate), Buffer.from(token.signature, "base64")));
  });

  it("lets the card go", async () => {
    assert.equal(await agent.release(), undefined);
  });
});

describe("signing", () => {
  for (const [name, size] of [["small", 3], ["large", 6 * 1024 * 1024 + 5]] as const) {
    for (const algorithm of ["SHA-256", "SHA-512"] as const) {
      it(`a ${name} file with ${algorithm}`, async () => {
        const content = file(size);
        const result = await agent.sign([{ blob: new Blob([content]), name: "令和7年分 申告書.xtx" }], { algorithm });
        const hash = algorithm.replace("-", "").toLowerCase();
        assert.deepEqual(result.digests, [
          { algorithm, value: createHash(hash).update(content).digest("base64"), label: "令和7年分 申告書.xtx" },
        ]);
        assert.equal(result.signatures.length, 1);
        const signature = Buffer.from(result.signatures[0]?.value ?? "", "base64");
        assert.ok(verify(hash, content, publicKey(result.certificate), signature));
      });
    }
  }

  it("digests and files in one go, in their order", async () => {
    const digest = createHash("sha384").update("two").digest();
    const result = await agent.sign(
      [{ blob: new Blob(["one"]) }, { digest, algorithm: "SHA-384" }, { digest: digest.toString("base64"), algorithm: "SHA-384" }],
      { includeCertificate: false },
    );
    assert.equal(result.certificate, undefined);
    assert.deepEqual(result.signatures.map(({ algorithm }) => algorithm), ["RS256", "RS384", "RS384"]);
    assert.equal(result.signatures[1]?.value, result.signatures[2]?.value);
  });

  it("tells how far the hashing has come, over all files", async () => {
    const progress: SignProgress[] = [];
    const sizes = [10, 9 * 1024 * 1024, 5];
    await agent.sign(sizes.map((size) => ({ blob: new Blob([file(size)]) })), { onProgress: (step) => progress.push(step) });
    const total = sizes.reduce((sum, size) => sum + size);
    assert.ok(progress.every((step) => step.total === total));
    assert.ok(progress.length >= 11);
    assert.deepEqual(progress.map(({ bytes }) => bytes), progress.map(({ bytes }) => bytes).sort((a, b) => a - b));
    assert.equal(progress.at(-1)?.bytes, total);
  });

  it("never holds more than a piece of a large file", async () => {
    const asked: number[] = [];
    const large = new Blob([file(8 * 1024 * 1024)]);
    const slice = large.slice.bind(large);
    large.slice = (from = 0, to = large.size) => (asked.push(to - from), slice(from, to));
    large.arrayBuffer = () => Promise.reject(new Error("read as a whole"));
    await agent.sign([{ blob: large }]);
    assert.equal(Math.max(...asked), 1024 * 1024);
  });

  it("can be given up while a file is hashed: the agent is not asked", async () => {
    const abort = new AbortController();
    const sent: string[] = [];
    const deaf = new Agent({ way: "http", send: ({ path }) => (sent.push(path), Promise.reject(new Error())), close() {} }, "0", "en");
    const reason = new Error("changed my mind");
    const signing = deaf.sign([{ blob: new Blob([file(6 * 1024 * 1024)]) }], { signal: abort.signal, onProgress: () => abort.abort(reason) });
    await assert.rejects(signing, reason);
    assert.deepEqual(sent, []);
  });

  it("is refused with another certificate than the one named", async () => {
    const other = { certificateFingerprintSha256: "00".repeat(32) };
    await assert.rejects(agent.sign([{ blob: new Blob(["x"]) }], other), { code: "certificate_mismatch" });
  });
});

describe("failures", () => {
  it("of the agent come as they are, in the page's language", async () => {
    const error = await agent.sign([{ digest: "AAAA" }]).catch((error: unknown) => error);
    assert.ok(error instanceof AgentError);
    assert.equal(error.code, "invalid_request");
    assert.equal(error.status, 400);
    assert.equal(error.retriable, false);
    assert.match(error.detail, /[ぁ-ん]/);
    assert.match(error.requestId ?? "", /^[0-9a-f]{16}$/);
    assert.equal(error.message, error.detail);
  });

  it("of the connection: a question may be asked again, of a signature the outcome is unknown", async () => {
    const gone = await RealAgent.start();
    const lost = await connect({ ports: [gone.port] });
    await gone.stop();
    const asking = await lost.status().catch((error: unknown) => error);
    assert.ok(asking instanceof AgentError);
    assert.deepEqual([asking.code, asking.outcomeUnknown], ["connection_lost", undefined]);
    await assert.rejects(lost.sign([{ blob: new Blob(["x"]) }]), { code: "connection_lost", outcomeUnknown: true });
  });

  it("of another program that took the port", async () => {
    const other = createServer((_, response) => response.writeHead(404, { "access-control-allow-origin": "https://portal.example" }).end("nothing"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const send = async (request: Request): Promise<Answer> => {
      const { port } = other.address() as AddressInfo;
      const response = await fetch(`http://127.0.0.1:${port}${request.path}`);
      return { status: response.status, body: await response.text() };
    };
    await assert.rejects(new Agent({ way: "http", send, close() {} }, "0", "en").status(), { code: "foreign_program", status: 404 });
    other.close();
  });

  it("an abort rejects with its reason, and the agent hears of it", async () => {
    const reason = new Error("enough");
    await assert.rejects(agent.authenticate(NONCE, { signal: AbortSignal.abort(reason) }), reason);
  });
});
