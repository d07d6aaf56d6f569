// The example portal in Chromium, with its real server, the real agent, and a card behind a real PC/SC service.

import assert from "node:assert/strict";
import { createVerify, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import { Agent, freePort, Home } from "../../e2e/bench/agent.js";
import { temporaryFolder } from "../../e2e/bench/folder.js";
import { AGREE, DECLINE, SILENCE } from "../../e2e/bench/person.js";
import { STRANGER } from "../../e2e/bench/site.js";
import { Portal, Visit } from "./bench/portal.js";
import { PASSWORD, PIN, Scene, onStage } from "./bench/scene.js";

onStage(() => {
  let scene, browser, desk, front, portal;

  before(async () => {
    scene = await Scene.set();
    ({ browser, desk, front, portal } = scene);
  });
  after(() => scene?.clear());

  const answers = (pin) => scene.answers(pin);

  test("log in, choose two files, sign them, keep the signatures", async () => {
    const visit = await scene.loggedIn();
    assert.match(await visit.text("#account-text"), /練習用カード [0-9a-f]{8}/);
    const folder = temporaryFolder("files");
    const files = [["申告書.xtx", Buffer.from("<申告/>")], ["大きな添付.bin", Buffer.alloc(9_000_000, 7)]];
    for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
    const input = await visit.page.$("#files");
    await input.uploadFile(...files.map(([name]) => path.join(folder, name)));
    await visit.page.waitForSelector("#list li:nth-child(2)");
    await visit.page.evaluate(() => {
      window.progressSeen = [];
      new MutationObserver(() => window.progressSeen.push(document.getElementById("progress").value))
        .observe(document.getElementById("progress-text"), { childList: true });
    });
    answers(PASSWORD);
    await visit.click("#sign");
    await visit.sees("receipt");
    assert.equal(await visit.text("#receipt-title"), "署名を確認しました");
    assert.deepEqual(await visit.page.$$eval("#receipt-list .verdict", (all) => all.map((it) => it.innerText)), ["✓ 確認済み", "✓ 確認済み"]);
    const days = await visit.page.$$eval("#receipt-facts dd", (all) => all.slice(1, 3).map((it) => it.innerText));
    assert.match(days[0], /^20\d\d年\d{1,2}月\d{1,2}日$/);
    assert.match(days[1], /^20\d\d年\d{1,2}月\d{1,2}日 \d{1,2}:\d\d$/);
    const seen = await visit.page.evaluate(() => window.progressSeen);
    assert.ok(seen.length > 4, "progress is shown while the large file is read");
    assert.deepEqual(seen, [...seen].sort((a, b) => a - b));

    // What is saved is good by itself, without this site.
    const certificate = new X509Certificate(await visit.saves("#certificate", "signer.cer"));
    for (const [at, [name, content]] of files.entries()) {
      const signature = await visit.saves(`#receipt-list li:nth-child(${at + 1}) a`, `${name}.sig`);
      assert.ok(createVerify("RSA-SHA256").update(content).verify(certificate.publicKey, signature));
      writeFileSync(path.join(folder, `${name}.sig`), signature);
    }
    // The command that the receipt names does verify it.
    writeFileSync(path.join(folder, "signer.cer"), certificate.raw);
    const [name] = files[0];
    const command = await visit.page.$eval("#verify-command", (it) => it.textContent);
    assert.equal(command, `jpki-agent verify signature --certificate signer.cer --signature "${name}.sig" --simulator "${name}"`);
    const at = (file) => path.join(folder, file);
    const verified = await desk.home.run(
      "verify", "signature", "--certificate", at("signer.cer"), "--signature", at(`${name}.sig`), "--simulator", at(name),
    );
    assert.equal(verified.code, 0, verified.err);
    assert.deepEqual(visit.complaints, []);
    await visit.end();
  });

  test("what the person must do comes into view, and goes on by itself", async () => {
    const visit = await Visit.begin(browser, portal);
    await desk.reader.pull();
    await desk.sees("none");
    await visit.click("#log-in");
    await visit.isTold("カードを置いてください");
    assert.equal(await visit.page.evaluate(() => document.activeElement.id), "busy-title");
    desk.person.will(SILENCE);
    await desk.reader.insert();
    await visit.isTold("暗証番号を入力してください");
    assert.match(await visit.text("#announcer"), /^暗証番号を入力してください/, "told to screen readers without moving the focus");
    await desk.person.keepsSilent();
    await visit.click("#cancel");
    await visit.sees("start");
    assert.equal(await visit.text("#announcer"), "中止しました。");
    await desk.person.isLeftAlone();
    await visit.end();
    desk.person.forget();
  });

  test("each failure is explained", async (t) => {
    const visit = await Visit.begin(browser, portal, { language: "en" });
    const explained = async (code, remedy) => {
      await visit.sees("failure", code);
      assert.match(await visit.text("#view-failure"), remedy);
      assert.equal(await visit.page.evaluate(() => document.activeElement.id), "failure-title");
    };
    await t.test("declined; and tried again", async () => {
      desk.person.will(DECLINE);
      await visit.click("#log-in");
      await explained("user_declined", /What to do/);
      answers(PIN);
      await visit.click("#retry");
      await visit.sees("documents");
      await visit.click("#log-out");
      await visit.sees("start");
    });
    await t.test("wrong PIN", async () => {
      answers("9999");
      await visit.click("#log-in");
      await explained("pin_incorrect", /2 tries are left/);
      await visit.click("#back");
      await visit.sees("start");
      // Nobody is led from one wrong entry into the next without a question of its own.
      desk.person.will(AGREE, PIN);
      await visit.click("#log-in");
      await visit.sees("documents");
    });
    await t.test("the agent has gone, and comes back", async () => {
      await visit.click("#samples");
      await visit.page.waitForSelector("#list li:nth-child(2)");
      await desk.stopAgent();
      await visit.click("#sign");
      await explained("not_running", /jpki-agent serve/);
      await desk.startAgent();
      await desk.sees("jpki");
      answers(PASSWORD);
      await visit.click("#retry");
      await visit.sees("receipt");
    });
    await t.test("the session has ended", async () => {
      await visit.click("#again");
      await visit.click("#samples");
      await visit.page.waitForSelector("#list li:nth-child(2)");
      await visit.context.deleteCookie(...(await visit.context.cookies()));
      answers(PASSWORD);
      await visit.click("#sign");
      await explained("no_session", /log in again/);
      await visit.click("#retry");
      await visit.sees("start");
    });
    assert.deepEqual(visit.complaints, []);
    await visit.end();
  });

  test("the browser's no is explained", async () => {
    const visit = await Visit.begin(browser, portal, { permission: "denied" });
    await visit.click("#log-in");
    await visit.sees("failure", "permission_denied");
    assert.match(await visit.text("#failure-remedy"), /「デバイス上のアプリ」を許可/);
    await visit.end();
  });

  test("a site that is not allowed is told how that is changed", async () => {
    const stranger = await Portal.start({ front, name: STRANGER, agentPort: desk.port });
    const visit = await Visit.begin(browser, stranger, { language: "en" });
    await visit.click("#log-in");
    await visit.sees("failure", "origin_not_allowed");
    assert.equal(await visit.text("#failure-command"), `jpki-agent origin allow ${stranger.origin}`);
    await visit.end();
    await stranger.stop();
  });

  test("the practice card is refused where nobody asked for it", async () => {
    const strict = await Portal.start({ front, name: STRANGER, agentPort: desk.port, arguments: [] });
    const allowed = await desk.home.run("origin", "allow", strict.origin);
    assert.equal(allowed.code, 0, allowed.err);
    const visit = await Visit.begin(browser, strict, { language: "en" });
    desk.person.will(AGREE, PIN);
    await visit.click("#log-in");
    // Its authority is not even known there.
    await visit.sees("failure", "unknown_issuer");
    desk.person.forget();
    await visit.end();
    await strict.stop();
  });

  test("as make demo serves it: on this computer, with the software card that approves by itself", async () => {
    const [home, port, agentPort] = [new Home(), await freePort(), await freePort()];
    home.configure(`[[origins]]\norigin = "http://localhost:${port}"\nallow = ["status", "authenticate", "sign"]\n`);
    const agent = await Agent.start(home, { port: agentPort, arguments: ["--simulator", "--auto-approve"] });
    const local = await Portal.local({ port, agentPort });
    const visit = await Visit.begin(browser, local, { language: "en", permission: "prompt" });
    await visit.click("#log-in");
    await visit.sees("documents");
    await visit.click("#samples");
    await visit.page.waitForSelector("#list li:nth-child(2)");
    await visit.click("#sign");
    await visit.sees("receipt");
    assert.equal(await visit.text("#receipt-title"), "Your signatures are verified");
    assert.deepEqual(visit.complaints, []);
    await visit.end();
    await local.stop();
    await agent.stop();
  });

  test("wrong PINs up to the block; each is explained", async () => {
    const visit = await Visit.begin(browser, portal);
    const fails = async (code, words) => {
      await visit.sees("failure", code);
      assert.match(await visit.text("#view-failure"), words);
      await visit.click("#back");
      await visit.sees("start");
    };
    desk.person.will("9999");
    await visit.click("#log-in");
    await fails("pin_incorrect", /残り2回|2回/);
    desk.person.will(AGREE, "9999");
    await visit.click("#log-in");
    await fails("pin_incorrect", /1回/);
    await visit.click("#log-in");
    await fails("last_try_protected", /対処方法/);
    desk.person.will(AGREE);
    assert.equal((await desk.home.run("pin", "unprotect", "authentication")).code, 0);
    desk.person.forget();
    desk.person.will(AGREE, "9999");
    await visit.click("#log-in");
    await fails("pin_blocked", /窓口|市区町村/);
    await desk.newCard();
    await visit.end();
  });
});
