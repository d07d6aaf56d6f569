// The window messages of Web eID (web-eid-messages.md), with a real agent behind the shim.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { installWebEidShim } from "../src/web-eid-shim.js";
import { RealAgent } from "./support/agent.js";
import { enterPage, replaceGlobals, type Page } from "./support/page.js";

const NONCE = "12345678123456781234567812345678912356789123";
const ORIGIN = "https://portal.example";

interface Message {
  readonly action: string;
  readonly [member: string]: unknown;
}

/** A window with its messages: copied, delivered later, from itself. */
class PlayedWindow extends EventTarget {
  readonly log: Message[] = [];

  postMessage(data: Message, target: string): void {
    assert.ok(target === "*" || target === ORIGIN);
    const copy = structuredClone(data);
    queueMicrotask(() => this.deliver(copy, this, ORIGIN));
  }

  deliver(data: unknown, source: unknown, origin: string): void {
    if (source === this) this.log.push(data as Message);
    this.dispatchEvent(Object.assign(new Event("message"), { data, source, origin }));
  }

  /** The next message with this action. */
  async heard(action: string): Promise<Message> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await later(5)) {
      const found = this.log.find((message) => message.action === action);
      if (found) return found;
    }
    return assert.fail(`${action} never came; came: ${this.log.map((message) => message.action)}`);
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let real: RealAgent;
let page: Page;
let own: PlayedWindow;
let restore: () => void;
let stop: () => void;
let stoodAside: number;

before(async () => {
  real = await RealAgent.start();
});
after(() => real.stop());
beforeEach(() => {
  page = enterPage({ permission: ["granted"], origin: ORIGIN });
  own = new PlayedWindow();
  restore = replaceGlobals({ window: own });
  stoodAside = 0;
  stop = installWebEidShim({ ports: [real.port], onExtension: () => stoodAside++ });
});
afterEach(() => {
  stop();
  restore();
  page.leave();
});

/** Sends as the library does. */
function ask(action: string, members: object = {}): void {
  own.postMessage({ action, libraryVersion: "2.1.0-beta.2", ...members }, "*");
}

describe("the Web eID shim", () => {
  it("acknowledges within the library's second, then answers the status", async () => {
    const began = Date.now();
    ask("web-eid:status");
    await own.heard("web-eid:status-ack");
    assert.ok(Date.now() - began < 900);
    const { library, extension, nativeApp } = await own.heard("web-eid:status-success");
    assert.deepEqual([library, extension, nativeApp], ["2.1.0-beta.2", "0.1.0", "0.1.0"]);
  });

  it("answers a log-in", async () => {
    ask("web-eid:authenticate", { challengeNonce: NONCE, options: { lang: "ja" } });
    await own.heard("web-eid:authenticate-ack");
    const token = await own.heard("web-eid:authenticate-success");
    assert.equal(token["format"], "web-eid:1.0");
    for (const member of ["unverifiedCertificate", "algorithm", "signature", "appVersion"]) assert.equal(typeof token[member], "string");
  });

  it("answers for the certificate and a signature", async () => {
    ask("web-eid:get-signing-certificate");
    const { certificate, supportedSignatureAlgorithms } = await own.heard("web-eid:get-signing-certificate-success");
    assert.equal((supportedSignatureAlgorithms as unknown[]).length, 3);
    const hash = Buffer.alloc(32).toString("base64");
    ask("web-eid:sign", { certificate, hash, hashFunction: "SHA-256" });
    await own.heard("web-eid:sign-ack");
    const { signature, signatureAlgorithm } = await own.heard("web-eid:sign-success");
    assert.equal(typeof signature, "string");
    assert.deepEqual(signatureAlgorithm, { hashFunction: "SHA-256", paddingScheme: "PKCS1.5", cryptoAlgorithm: "RSA" });
  });

  it("tells a failure with its code and message", async () => {
    ask("web-eid:authenticate", { challengeNonce: "short" });
    const { error } = (await own.heard("web-eid:authenticate-failure")) as unknown as { error: Record<string, unknown> };
    assert.equal(error["code"], "ERR_WEBEID_NATIVE_INVALID_ARGUMENT");
    assert.equal(error["name"], "NativeInvalidArgumentError");
    assert.equal(typeof error["message"], "string");
  });

  it("steps aside where the real extension acknowledges first", async () => {
    ask("web-eid:authenticate", { challengeNonce: NONCE });
    await later(20);
    own.postMessage({ action: "web-eid:authenticate-ack" }, ORIGIN);
    await later(500);
    ask("web-eid:status");
    await later(500);
    assert.equal(stoodAside, 1);
    assert.deepEqual(own.log.map(({ action }) => action), ["web-eid:authenticate", "web-eid:authenticate-ack", "web-eid:status"]);
    assert.deepEqual(page.requests, []);
  });

  it("withdraws where the extension is heard late", async () => {
    ask("web-eid:authenticate", { challengeNonce: NONCE });
    await own.heard("web-eid:authenticate-ack");
    own.postMessage({ action: "web-eid:authenticate-ack" }, ORIGIN);
    await later(800);
    assert.equal(stoodAside, 1);
    assert.ok(!own.log.some(({ action }) => action.endsWith("-success") || action.endsWith("-failure")));
  });

  it("hears nobody but the page itself", async () => {
    const request = { action: "web-eid:authenticate", challengeNonce: NONCE };
    own.deliver(request, {}, ORIGIN);
    own.deliver(request, null, "https://evil.example");
    own.deliver(request, own, "https://evil.example");
    for (const data of [null, "web-eid:status", { action: 1 }, { action: "web-eid:other" }, { action: "other" }, { action: "web-eid:toString" }]) {
      own.deliver(data, own, ORIGIN);
    }
    await later(500);
    assert.deepEqual(page.requests, []);
  });

  it("is silent once it was ended", async () => {
    stop();
    ask("web-eid:status");
    await later(500);
    assert.deepEqual(own.log.map(({ action }) => action), ["web-eid:status"]);
  });
});
