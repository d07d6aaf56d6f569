// The agent's own page as things go on: what happens elsewhere shows by itself, what cannot be shown is said as it is,
// and nothing that goes wrong on the way ends the page.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";

import { openPage, shown } from "./bench/own-page.js";
import { AGREE, DECLINE, SILENCE } from "./bench/person.js";
import { PORTAL, STRANGER } from "./bench/site.js";
import { until } from "./bench/wait.js";

const PASSWORD = "ABC123";
const PIN = "1234";
const NONCE = "12345678123456781234567812345678912356789123";
const DISCLOSE = '[data-key="disclose-r1"]';

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench
 */
export async function ownPageFollows(t, bench) {
  const { browser, desk } = bench;
  const context = await browser.context("granted");
  const stranger = await bench.visit(context, STRANGER);
  const isTurnedAway = () => stranger.evaluate((url) => fetch(url).catch(() => {}), `${desk.agent.url}/v1/status`);
  let last = "";
  const sees = (page, part, words) =>
    until(`${part} says ${words}`, async () => words.test((last = await shown(page, part))), { describe: () => last });

  // As for somebody whose signature certificate the agent has never seen.
  await desk.stopAgent();
  rmSync(path.join(desk.home.folder, "state/jpki-agent/reminders.json"), { force: true });
  await desk.startAgent();
  await desk.newCard();

  await t.test("a card without a signature certificate is known as such until it is taken out", async () => {
    const { page } = await openPage(bench, context);
    await answer(page, "/v1/certificates/signature/disclose", 409,
      { code: "certificate_absent", title: "no such certificate on the card", detail: "there is none", remedy: "Ask." });
    await page.click(DISCLOSE);
    await sees(page, "#card", /There is none on this card/);
    assert.equal(await page.$(DISCLOSE), null);
    await desk.reader.pull();
    await sees(page, "#card", /No card/);
    await desk.reader.insert();
    await until("the other card may have one", () => page.$(DISCLOSE));
    await page.close();
  });

  await t.test("that a prompt is open is said for as long as it is", async () => {
    // Twenty seconds, after which other messages go, pass in an instant.
    const { page } = await openPage(bench, context, { before: () => {
      const real = window.setTimeout;
      window.setTimeout = (work, after, ...more) => real(work, after === 20_000 ? 50 : after, ...more);
    } });
    desk.person.will(SILENCE);
    await page.click(DISCLOSE);
    await desk.person.keepsSilent();
    await page.evaluate(() => new Promise((done) => setTimeout(done, 20_000)));
    assert.match(await shown(page, "#said"), /look at the agent's prompt/);
    await page.click('[data-key="release-r1"]');
    await until("the message of what was done meanwhile has gone", async () => (await shown(page, "#said")) === "");
    await page.close();
    await desk.person.isLeftAlone();
    desk.person.forget();
  });

  await t.test("tries, activity and dates follow what another program does with the card", async () => {
    const { page } = await openPage(bench, context);
    assert.match(await shown(page, "#card"), /5 of 5 tries left/);
    desk.person.will("WRONG1");
    await desk.home.run("disclose");
    await sees(page, "#card", /4 of 5 tries left/);
    await sees(page, "#activity", /Signature certificate handed out\s+jpki-agent\s+Wrong entry/);
    desk.person.will(PIN);
    await desk.home.run("authenticate", "--origin", browser.origin(PORTAL), "--nonce", NONCE);
    await sees(page, "#activity", new RegExp(`Log-in\\s+jpki-agent → ${browser.origin(PORTAL)}\\s+Done`));
    assert.equal((await shown(page, "#card")).match(/Valid until/g).length, 1);
    desk.person.forget();
    desk.person.will(AGREE, PASSWORD);
    await desk.home.run("disclose");
    await until("both certificates have their dates", async () => (await shown(page, "#card")).match(/Valid until/g)?.length === 2);
    await sees(page, "#card", /5 of 5 tries left/);
    assert.match(await shown(page, "#card"), /Moving, marriage or a suspension of the card voids the signature certificate/);
    desk.person.forget();
    await page.close();
  });

  await t.test("sites follow, and nobody's typing is interrupted by it", async () => {
    const { page } = await openPage(bench, context);
    const origin = browser.origin(STRANGER);
    await page.type("#new-site", "https://half");
    await isTurnedAway();
    await sees(page, "#sites", /stranger\.example/);
    const typed = () => page.evaluate(() => [document.activeElement.id, document.activeElement.value].join());
    assert.equal(await typed(), "new-site,https://half");
    await desk.home.run("origin", "allow", origin);
    await until("it is allowed", () => page.$(`[data-key="remove-${origin}"]`));
    await desk.home.run("origin", "remove", origin);
    await until("it is not", async () => !(await page.$(`[data-key="remove-${origin}"]`)));
    assert.equal(await typed(), "new-site,https://half");
    desk.person.forget();
    await page.close();
  });

  await t.test("what is no site, or one that is allowed already, is said kindly and asks nobody", async () => {
    const { page } = await openPage(bench, context);
    for (const [typed, words] of [
      ["https://", /beginning with https:\/\//], ["portal.example", /beginning with https:\/\//],
      ["file:///etc/passwd", /beginning with https:\/\//], ["http://portal.example", /is not https/],
      [`${browser.origin(PORTAL)}/path`, /is allowed already/],
    ]) {
      await page.$eval("#new-site", (field, typed) => (field.value = typed), typed);
      await page.click('[data-key="add-site"]');
      await sees(page, "#said", words);
      assert.doesNotMatch(await shown(page, "#said"), /author/);
    }
    assert.equal(desk.person.prompts.length, 0);
    await page.close();
  });

  await t.test("what cannot be read is not called absent, and is read again by a click", async () => {
    const { page } = await openPage(bench, context);
    const problem = { code: "card_busy", title: "card in use", detail: "another program holds the card", remedy: "Close it." };
    await answer(page, "/v1/certificates", 409, problem);
    desk.person.will(DECLINE);
    await desk.home.run("disclose");
    await sees(page, "#card", /Card in use: another program holds the card/);
    assert.doesNotMatch(await shown(page, "#card"), /none on this card/);
    await page.evaluate(() => window.asBefore());
    await page.click('[data-key="read-again-authentication-r1"]');
    await sees(page, "#card", /User authentication certificate.*Valid until/s);
    desk.person.forget();
    await page.close();
  });

  await t.test("dates before their time and reminders that say the same are shown as they are, once", async () => {
    const { page } = await openPage(bench, context);
    const dates = {
      kind: "authentication", state: "readable", fingerprintSha256: "00", notBefore: "2090-12-02T15:00:00Z",
      notAfter: "2095-02-17T14:59:59Z", notAfterJst: "2095-02-17", period: "not_yet_valid", daysLeft: 20000,
      renewal: { opensOnJst: "2094-11-18", open: false },
    };
    await answer(page, "/v1/certificates", 200, { certificates: [dates] });
    const reminder = (about, code, text) => ({ about, code, text });
    await answer(page, "/v1/reminders", 200, { signatureCertificate: null, note: "The note.", reminders: [
      reminder("authentication", "expires_soon", "It ends on 2095-02-17 and can be renewed."),
      reminder("authentication", "renewal_open", "It can be renewed."), reminder("stay", "stay_ends", "The stay ends."),
    ] });
    desk.person.will(DECLINE);
    await desk.home.run("disclose");
    await sees(page, "#card", /Not valid yet.*Valid from December 3, 2090 on.*Valid until February 17, 2095/s);
    const card = await shown(page, "#card");
    assert.doesNotMatch(card, /days left|It can be renewed\./);
    assert.match(card, /It ends on February 17, 2095 and can be renewed\.\s+The stay ends\./);
    assert.match(card, /Signature certificate.*The note\./s);
    desk.person.forget();
    await page.close();
  });

  await t.test("while no card is there, what is known of those seen before is told", async () => {
    const { page } = await openPage(bench, context);
    await answer(page, "/v1/reminders/kept", 200, { yearlyReminderWaits: false, note: "The note.", kept: [
      { simulated: true, reminders: [{ about: "signature", code: "expired", text: "It ended." }] },
      { simulated: false, reminders: [{ about: "stay", code: "stay_ends", text: "The stay ends." }] },
    ] });
    await desk.reader.pull();
    await sees(page, "#card", /^Reminders\s+SIMULATED CARD\s+It ended\.\s+The stay ends\.\s+The note\.\s+Card and reader/);
    await desk.reader.insert();
    await sees(page, "#card", /tries left/);
    assert.doesNotMatch(await shown(page, "#card"), /The stay ends/);
    await page.close();
  });

  await t.test("a stream that is refused for a while is begun anew", async () => {
    const { page } = await openPage(bench, context, { before: () => {
      const real = window.fetch;
      const problem = JSON.stringify({ code: "rate_limited", title: "too many requests", detail: "wait", remedy: "Wait." });
      window.refused = 0;
      const note = () => (window.wasSaid = document.getElementById("said")?.textContent || window.wasSaid);
      new MutationObserver(note).observe(document, { subtree: true, childList: true });
      window.fetch = (url, options) => {
        if (url !== "/v1/events" || window.refused === 2) return real(url, options);
        window.refused++;
        return Promise.resolve(new Response(problem, { status: 429, headers: { "Retry-After": "1" } }));
      };
    } });
    assert.equal(await page.evaluate(() => window.refused), 2);
    assert.match(await shown(page, "#card"), /tries left/);
    assert.match(await page.evaluate(() => window.wasSaid), /Too many requests: wait/);
    assert.equal(await shown(page, "#said"), "");
    await page.close();
  });

  await t.test("a fault of its own does not end the page", async () => {
    const { page } = await openPage(bench, context);
    await page.evaluate(() => {
      const real = Element.prototype.replaceChildren;
      Element.prototype.replaceChildren = () => {
        throw new Error("as if a bug were met");
      };
      window.asBefore = () => (Element.prototype.replaceChildren = real);
    });
    await desk.reader.pull();
    await sees(page, "#said", /did not work/);
    await page.evaluate(() => window.asBefore());
    await desk.reader.insert();
    await sees(page, "#card", /5 of 5 tries left/);
    assert.doesNotMatch(await shown(page), /This page is closed/);
    await page.close();
  });

  await t.test("where the connection breaks during a change, nobody is told to try on", async () => {
    const { page } = await openPage(bench, context);
    await page.evaluate(() => {
      const real = window.fetch;
      window.fetch = (url, options) => url.endsWith("/change") ? Promise.reject(new TypeError("gone")) : real(url, options);
    });
    await sees(page, "#card", /5 of 5 tries left/);
    await page.click('[data-key="change-signature-r1"]');
    await page.click('[data-key="begin-signature-r1"]');
    // The card is one of the software's, so nothing is to be understood first.
    await sees(page, "body", /the old or the new one may be in force.*Do not try on/s);
    await page.close();
  });

  await context.close();
}

/** Has the page answered so by itself where it asks for what begins so, until `asBefore` is called. */
async function answer(page, beginning, status, problem) {
  await page.evaluate((beginning, status, problem) => {
    const real = window.fetch;
    window.fetch = (url, options) => url.startsWith(beginning)
      ? Promise.resolve(new Response(JSON.stringify(problem), { status })) : real(url, options);
    window.asBefore = () => (window.fetch = real);
  }, beginning, status, problem);
}
