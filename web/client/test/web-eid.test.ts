// The functions of Web eID's library, done by a real agent.
import assert from "node:assert/strict";
import { createHash, verify, X509Certificate } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { failure } from "../src/error.js";
import { toWebEidError } from "../src/web-eid-errors.js";
import * as webeid from "../src/web-eid.js";
import { RealAgent } from "./support/agent.js";
import { enterPage, type Page } from "./support/page.js";

const NONCE = "12345678123456781234567812345678912356789123";

let real: RealAgent;
let page: Page;

before(async () => {
  real = await RealAgent.start();
});
after(() => real.stop());
beforeEach(() => {
  page = enterPage({ permission: ["granted"] });
  webeid.configure({ ports: [real.port] });
});
afterEach(() => {
  webeid.configure({});
  page.leave();
});

describe("the Web eID adapter", () => {
  it("tells versions", async () => {
    assert.deepEqual(await webeid.status(), { library: "2.1.0", extension: "0.1.0", nativeApp: "0.1.0" });
  });

  it("makes a token", async () => {
    const token = await webeid.authenticate(NONCE, { lang: "ja" });
    assert.deepEqual(Object.keys(token).sort(), ["algorithm", "appVersion", "format", "signature", "unverifiedCertificate"]);
    assert.equal(token.format, "web-eid:1.0");
  });

  it("hands out the certificate, then signs with its key", async () => {
    const { certificate, supportedSignatureAlgorithms } = await webeid.getSigningCertificate();
    assert.deepEqual(
      supportedSignatureAlgorithms,
      ["SHA-256", "SHA-384", "SHA-512"].map((hashFunction) => ({ hashFunction, paddingScheme: "PKCS1.5", cryptoAlgorithm: "RSA" })),
    );
    const { publicKey } = new X509Certificate(Buffer.from(certificate, "base64"));
    for (const hashFunction of ["SHA-256", "SHA-384", "SHA-512"]) {
      const name = hashFunction.replace("-", "");
      const hash = createHash(name).update("document").digest("base64");
      const { signature, signatureAlgorithm } = await webeid.sign(certificate, hash, hashFunction);
      assert.ok(verify(name, Buffer.from("document"), publicKey, Buffer.from(signature, "base64")));
      assert.deepEqual(signatureAlgorithm, { hashFunction, paddingScheme: "PKCS1.5", cryptoAlgorithm: "RSA" });
    }
  });

  it("does not sign with the key of another certificate", async () => {
    const { unverifiedCertificate } = await webeid.authenticate(NONCE);
    const hash = createHash("sha256").update("x").digest("base64");
    await assert.rejects(webeid.sign(unverifiedCertificate, hash, "SHA-256"), (error: unknown) => {
      assert.ok(error instanceof webeid.NativeFatalError);
      assert.equal((error.cause as { code?: string }).code, "certificate_mismatch");
      return true;
    });
  });

  it("refuses what is missing or cannot be", async () => {
    await assert.rejects(webeid.authenticate(""), { code: "ERR_WEBEID_MISSING_PARAMETER" });
    await assert.rejects(webeid.authenticate("short"), { code: "ERR_WEBEID_NATIVE_INVALID_ARGUMENT" });
    await assert.rejects(webeid.sign("AAAA", "AAAA", "SHA3-256"), { code: "ERR_WEBEID_NATIVE_INVALID_ARGUMENT" });
    await assert.rejects(webeid.sign("not base64!", "AAAA", "SHA-256"), { code: "ERR_WEBEID_NATIVE_INVALID_ARGUMENT" });
    await assert.rejects(webeid.sign("", "AAAA", "SHA-256"), webeid.MissingParameterError);
  });

  it("does each action once at a time", async () => {
    const first = webeid.authenticate(NONCE);
    await assert.rejects(webeid.authenticate(NONCE), { code: "ERR_WEBEID_ACTION_PENDING" });
    await first;
    await webeid.authenticate(NONCE);
  });

  it("gives up after the person's time", async () => {
    await webeid.status();
    await assert.rejects(webeid.authenticate(NONCE, { userInteractionTimeout: 0 }), webeid.UserTimeoutError);
  });

  it("finds the agent again after it was restarted", async () => {
    const other = await RealAgent.start();
    webeid.configure({ ports: [other.port] });
    await webeid.status();
    await other.stop();
    await assert.rejects(webeid.status(), { code: "ERR_WEBEID_NATIVE_UNAVAILABLE" });
    const again = await RealAgent.start({ port: other.port });
    assert.equal((await webeid.status()).nativeApp, "0.1.0");
    await again.stop();
  });
});

describe("a failure becomes Web eID's", () => {
  const cases = {
    permission_denied: "ERR_WEBEID_EXTENSION_UNAVAILABLE",
    permission_dismissed: "ERR_WEBEID_USER_CANCELLED",
    not_running: "ERR_WEBEID_NATIVE_UNAVAILABLE",
    unsupported_version: "ERR_WEBEID_VERSION_MISMATCH",
    insecure_context: "ERR_WEBEID_CONTEXT_INSECURE",
    click_needed: "ERR_WEBEID_EXTENSION_UNAVAILABLE",
  } as const;
  for (const [code, expected] of Object.entries(cases) as [keyof typeof cases, string][]) {
    it(code, () => {
      const cause = failure(code, "en");
      const error = toWebEidError(cause, "en");
      assert.equal(error.code, expected);
      assert.equal(error.cause, cause);
      assert.equal(error.name, error.constructor.name);
      assert.ok(error instanceof Error && error.message.length > 10);
    });
  }

  it("a bug too", () => {
    assert.equal(toWebEidError(new RangeError("oops"), "en").code, "ERR_WEBEID_UNKNOWN_ERROR");
    assert.equal(toWebEidError("oops", "en").message, "oops");
  });
});
