// What becomes of log-ins and signatures in a page: every way a card and the person at the computer can behave.

import assert from "node:assert/strict";
import { createHash, createVerify, X509Certificate } from "node:crypto";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { SIGN } from "./bench/card.js";
import { ROOT } from "./bench/parts.js";
import { AGREE, DECLINE, SILENCE } from "./bench/person.js";
import { PORTAL, STRANGER } from "./bench/site.js";
import { until } from "./bench/wait.js";

const AUTHENTICATION_PIN = "1234";
const SIGNATURE_PIN = "ABC123";
const WRONG_PIN = "9999";
const NONCE = "12345678123456781234567812345678912356789123";

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench
 */
export async function card(t, bench) {
  const { browser, desk } = bench;
  const { person, reader } = desk;
  const context = await browser.context("granted");
  const page = await bench.visit(context, PORTAL);
  assert.deepEqual(await bench.connect(page), { way: "http" });

  const authenticate = (on = page) => on.evaluate((nonce) => outcome(agent.authenticate(nonce)), NONCE);
  const sign = (files) => page.evaluate((files) => {
    const progress = [];
    const items = files.map(([name, text]) => ({ name, blob: new Blob([text]) }));
    return outcome(agent.sign(items, { onProgress: ({ bytes, total }) => progress.push([bytes, total]) })).then((found) => ({ ...found, progress }));
  }, files);

  /** Runs `work`, in which the card is to be sent so many PINs and so many signatures, and the person so many prompts. */
  const costs = async ({ pins, signatures, prompts }, work) => {
    const before = [reader.verifications, reader.signatures];
    const result = await work();
    const cost = { pins: reader.verifications - before[0], signatures: reader.signatures - before[1], prompts: person.prompts.length };
    const shown = person.forget();
    assert.deepEqual(cost, { pins, signatures, prompts }, `${JSON.stringify(result)}\n${shown}`);
    return result;
  };

  await t.test("a first log-in; the token is taken by an independent validator, and only for this site", async () => {
    person.will(AGREE, AUTHENTICATION_PIN);
    const { value } = await costs({ pins: 1, signatures: 1, prompts: 2 }, async () => {
      const found = await authenticate();
      for (const prompt of person.prompts) assert.ok(prompt.texts.SETDESC.includes(browser.origin(PORTAL)), prompt.texts.SETDESC);
      return found;
    });
    const authority = path.join(desk.home.folder, "authority.pem");
    writeFileSync(authority, (await desk.home.run("certificates", "authentication-ca", "--pem")).out);
    const token = path.join(desk.home.folder, "token.json");
    writeFileSync(token, JSON.stringify(value));
    assert.match(await judge(browser.origin(PORTAL), token, authority), /^accepted: /);
    assert.match(await judge(browser.origin(STRANGER), token, authority), /^refused: /);
    assert.equal(await desk.verifies(value, browser.origin(PORTAL), NONCE), true);
    assert.equal(await desk.verifies(value, browser.origin(STRANGER), NONCE), false);
  });

  await t.test("a wrong PIN costs one try and is told", async () => {
    person.will(WRONG_PIN);
    const found = await costs({ pins: 1, signatures: 0, prompts: 1 }, () => authenticate());
    assert.equal(found.code, "pin_incorrect");
    assert.equal(found.triesLeft, 2);
    // Nobody is led from one wrong entry straight into the next: whether to try again is a question of its own.
    person.will(AGREE, AUTHENTICATION_PIN);
    const again = await costs({ pins: 1, signatures: 1, prompts: 2 }, () => authenticate());
    assert.ok(again.value, JSON.stringify(again));
  });

  await t.test("the person says no", async () => {
    person.will(DECLINE);
    const found = await costs({ pins: 0, signatures: 0, prompts: 1 }, () => authenticate());
    assert.equal(found.code, "user_declined");
  });

  await t.test("the page gives up while the person is asked", async () => {
    person.will(SILENCE);
    const found = await costs({ pins: 0, signatures: 0, prompts: 1 }, async () => {
      await page.evaluate((nonce) => {
        window.stop = new AbortController();
        window.pending = outcome(agent.authenticate(nonce, { signal: stop.signal }));
      }, NONCE);
      const prompt = await person.seesPrompt(0);
      const found = await page.evaluate(() => (stop.abort(), pending));
      await until("the prompt is gone", () => !prompt.isOpen);
      return found;
    });
    assert.deepEqual(found, { error: "AbortError" });
  });

  await t.test("the page is closed while the person is asked", async () => {
    const leaving = await bench.visit(context, PORTAL);
    await bench.connect(leaving);
    person.will(SILENCE);
    await costs({ pins: 0, signatures: 0, prompts: 1 }, async () => {
      await leaving.evaluate((nonce) => void outcome(agent.authenticate(nonce)), NONCE);
      const prompt = await person.seesPrompt(0);
      await leaving.close();
      await until("the prompt is gone", () => !prompt.isOpen);
    });
  });

  await t.test("two files are signed with one PIN", async () => {
    person.will(SIGNATURE_PIN);
    const files = [["申告書.xtx", "<申告/>"], ["添付.pdf", "%PDF-1.7"]];
    const { value, progress } = await costs({ pins: 1, signatures: 2, prompts: 1 }, async () => {
      const found = await sign(files);
      assert.ok(person.prompts[0].texts.SETDESC.includes("申告書.xtx"), person.prompts[0].texts.SETDESC);
      return found;
    });
    const certificate = new X509Certificate(Buffer.from(value.certificate, "base64"));
    assert.equal(value.signatures.length, 2);
    for (const [index, [, text]] of files.entries()) {
      assert.equal(value.digests[index].value, createHash("sha256").update(text).digest("base64"));
      const { algorithm, value: signature } = value.signatures[index];
      assert.equal(algorithm, "RS256");
      assert.ok(createVerify("RSA-SHA256").update(text).verify(certificate.publicKey, signature, "base64"));
    }
    const total = files.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    assert.deepEqual(progress.at(-1), [total, total]);
  });

  await t.test("no card, then a card", async () => {
    await reader.pull();
    await desk.sees("none");
    const found = await costs({ pins: 0, signatures: 0, prompts: 0 }, () => authenticate());
    assert.equal(found.code, "no_card");
    await reader.insert();
    await desk.sees("jpki");
    person.will(AUTHENTICATION_PIN);
    assert.ok((await costs({ pins: 1, signatures: 1, prompts: 1 }, () => authenticate())).value);
  });

  await t.test("the card is pulled while it signs", async () => {
    person.will(SIGNATURE_PIN);
    reader.pullAt(SIGN);
    const found = await costs({ pins: 1, signatures: 1, prompts: 1 }, () => sign([["a.txt", "a"], ["b.txt", "b"]]));
    assert.equal(found.code, "card_removed");
    assert.equal(found.outcomeUnknown, true);
    await desk.sees("none");
    await reader.insert();
    await desk.sees("jpki");
    person.will(SIGNATURE_PIN);
    assert.ok((await costs({ pins: 1, signatures: 2, prompts: 1 }, () => sign([["a.txt", "a"], ["b.txt", "b"]]))).value);
  });

  await t.test("wrong PINs until the last try is protected, lifted on the machine, and then blocked", async () => {
    for (const [triesLeft, answers] of [[2, [WRONG_PIN]], [1, [AGREE, WRONG_PIN]]]) {
      person.will(...answers);
      const found = await costs({ pins: 1, signatures: 0, prompts: answers.length }, () => authenticate());
      assert.deepEqual([found.code, found.triesLeft], ["pin_incorrect", triesLeft]);
    }
    const last = await costs({ pins: 0, signatures: 0, prompts: 0 }, () => authenticate());
    assert.deepEqual([last.code, last.triesLeft], ["last_try_protected", 1]);

    person.will(AGREE);
    const lifted = await desk.home.run("pin", "unprotect", "authentication");
    assert.equal(lifted.code, 0, lifted.err);
    person.forget();
    person.will(AGREE, WRONG_PIN);
    const blocked = await costs({ pins: 1, signatures: 0, prompts: 2 }, () => authenticate());
    assert.equal(blocked.code, "pin_blocked");
    assert.ok(blocked.guidance, "says where to have it reset");
    const after = await costs({ pins: 0, signatures: 0, prompts: 0 }, () => authenticate());
    assert.equal(after.code, "pin_blocked");
    const { pins } = await page.evaluate(() => agent.pins());
    assert.deepEqual(pins.map(({ state, triesLeft }) => [state, triesLeft]), [["blocked", 0], ["ok", 5]]);
  });

  await t.test("another card, and all is well", async () => {
    await desk.newCard();
    // It holds the same certificate as the last one, whose last PIN was wrong.
    person.will(AGREE, AUTHENTICATION_PIN);
    assert.ok((await costs({ pins: 1, signatures: 1, prompts: 2 }, () => authenticate())).value);
  });

  await context.close();
}

/** What django-esteid says to a token, in the environment the Rust tests use too. */
async function judge(origin, token, authority) {
  const run = promisify(execFile);
  const requirements = path.join(ROOT, "tests/witness/web-eid-requirements.txt");
  const { stdout: folder } = await run(path.join(ROOT, "scripts/venv"), ["web-eid", requirements]);
  const validator = path.join(ROOT, "tests/witness/web_eid_validator.py");
  const judged = run(path.join(folder.trim(), "python"), [validator, "--origin", origin, "--nonce", NONCE, "--ca", authority, token]);
  // Refused is exit code 1; whatever else there is, is no verdict.
  const { stdout } = await judged.catch((error) => (error.code === 1 ? error : Promise.reject(error)));
  return stdout;
}
