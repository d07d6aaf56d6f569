// The agent's own page: what the holder sees of the card, what they can change there, and who cannot get at it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import axe from "axe-core";

import { announce, openPage, shown } from "./bench/own-page.js";
import { AGREE, DECLINE } from "./bench/person.js";
import { listen, PORTAL, STRANGER } from "./bench/site.js";
import { until } from "./bench/wait.js";

const AUTHENTICATION_PIN = "1234";
const WRONG_PIN = "9999";
const NONCE = "12345678123456781234567812345678912356789123";

/**
 * @param {import("node:test").TestContext} t
 * @param {import("./bench/bench.js").Bench} bench
 */
export async function ownPage(t, bench) {
  const { browser, desk } = bench;
  const context = await browser.context("granted");
  const stranger = await bench.visit(context, STRANGER);

  await t.test("opened by the command, it shows card, certificates and tries, and leaves no trace of its secret", async () => {
    const verifications = desk.reader.verifications;
    const { page, code, isFileThere } = await openPage(bench, context);
    assert.equal(code, 0);
    assert.equal(isFileThere, false, "the file is left behind");
    assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const card = await shown(page, "#card");
    for (const words of [/My Number Card/, /Virtual PCD/, /3 of 3 tries left/, /5 of 5 tries left/, /Valid until .* days left/s]) {
      assert.match(card, words);
    }
    assert.match(await shown(page, "#sites"), new RegExp(PORTAL.replace(".", "\\.")));
    // Behind a real PC/SC service, and still not to be taken for a real card.
    assert.match(await shown(page, "#software"), /SIMULATED CARD/);
    assert.match(await page.title(), /^SIMULATED CARD/);
    const kept = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length, history.state]);
    assert.deepEqual(kept, ["", 0, 0, null]);
    assert.equal(desk.reader.verifications, verifications);
    assert.equal(desk.person.prompts.length, 0);
    await page.close();
  });

  await t.test("it follows the card without being loaded again, and asks the card nothing by itself", async () => {
    const { page } = await openPage(bench, context);
    await desk.reader.pull();
    await until("the page says so", async () => !/tries left/.test(await shown(page, "#card")));
    assert.match(await shown(page, "#card"), /No card/);
    assert.match(await page.$eval("#heard", (part) => part.textContent), /: No card/);
    await desk.reader.insert();
    await until("the card is back", async () => /5 of 5 tries left/.test(await shown(page, "#card")));
    // What is asked once after the insertion comes to its end first.
    let commands;
    do {
      commands = desk.reader.commands.length;
      await new Promise((done) => setTimeout(done, 500));
    } while (desk.reader.commands.length !== commands);
    await new Promise((done) => setTimeout(done, 3000));
    assert.equal(desk.reader.commands.length, commands);
    await page.close();
  });

  await t.test("loaded again, it asks for a new opening, and shows nothing", async () => {
    const { page } = await openPage(bench, context);
    const commands = desk.reader.commands.length;
    await page.reload();
    await until("the page says so", async () => /open this page again/.test(await shown(page)));
    assert.match(await shown(page), /jpki-agent open/);
    assert.equal(await page.$eval("#page", (part) => part.hidden), true);
    assert.equal(desk.reader.commands.length, commands);
    await page.close();
  });

  await t.test("a site that was turned away is let in by one click and the person's word, and taken off again", async () => {
    await stranger.evaluate((url) => fetch(url).catch(() => {}), `${desk.agent.url}/v1/status`);
    const { page } = await openPage(bench, context);
    const origin = browser.origin(STRANGER);
    const allow = `[data-key="allow-${origin}"]`;
    assert.match(await shown(page, "#sites"), /stranger\.example/);

    desk.person.will(DECLINE);
    await page.click(allow);
    await until("the page tells the refusal", async () => (await shown(page, "#said")).length > 60);
    assert.ok(await page.$(allow), "it is still turned away");
    desk.person.will(AGREE);
    await page.click(allow);
    await until("it is allowed", () => page.$(`[data-key="remove-${origin}"]`));
    assert.equal(await hasFocus(page), true, "the focus fell out of the list with the button that had it");
    assert.equal(desk.person.prompts.length, 2);
    assert.match(desk.person.prompts[1].texts.SETDESC, /stranger\.example/);

    // Less is done at once, more is asked.
    await page.click(`[data-key="scope-sign-${origin}"]`);
    await until("it may not sign", () => page.$eval(`[data-key="scope-sign-${origin}"]`, (box) => !box.checked));
    assert.equal(desk.person.prompts.length, 2);
    desk.person.will(DECLINE);
    await page.click(`[data-key="scope-certificates-${origin}"]`);
    await desk.person.seesPrompt(2);
    await until("nothing has changed", () => page.$eval(`[data-key="scope-certificates-${origin}"]`, (box) => !box.checked));
    await page.click(`[data-key="remove-${origin}"]`);
    await until("it is gone", async () => !(await page.$(`[data-key="remove-${origin}"]`)));
    assert.equal(await hasFocus(page), true, "the focus fell out of the list with the site");
    await until("and written down", async () => /Site removed/.test(await shown(page, "#activity")));
    desk.person.forget();
    await page.close();
  });

  await t.test("all of it by keyboard, and in the other language", async () => {
    const { page } = await openPage(bench, context);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "skip");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await until("it is Japanese", async () => /残り3回/.test(await shown(page, "#card")));
    assert.equal(await page.evaluate(() => [document.documentElement.lang, document.activeElement.id].join()), "ja,language");
    assert.match(await shown(page, "#software"), /模擬カード/);

    const reached = new Set(["language"]);
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press("Tab");
      const key = await page.evaluate(() => {
        const { dataset, id } = document.activeElement;
        const outlined = getComputedStyle(document.activeElement).outlineStyle !== "none";
        return outlined || document.activeElement === document.body ? dataset.key ?? id : `${dataset.key ?? id} without a sign of focus`;
      });
      reached.add(key);
    }
    // Backwards, nothing that has the focus lies wholly below what stays at the top of the window (WCAG 2.2, 2.4.11).
    for (let step = 0; step < 40; step++) {
      await page.keyboard.down("Shift");
      await page.keyboard.press("Tab");
      await page.keyboard.up("Shift");
      let where = "";
      await until("what has the focus is in sight", async () => {
        where = await page.evaluate(() => {
          const { dataset, id } = document.activeElement;
          const isBelow = document.activeElement.getBoundingClientRect().bottom <= document.getElementById("top").offsetHeight;
          return scrollY > 0 && isBelow && document.activeElement !== document.body && id !== "skip" ? dataset.key ?? id : "";
        });
        return !where;
      }, { limit: 2000, describe: () => where });
    }
    for (const key of ["language", "release-r1", "new-site", "add-site", "settings"]) assert.ok(reached.has(key), [...reached].join());
    assert.ok(![...reached].some((key) => key.includes("without")), [...reached].join());
    await page.close();
  });

  await t.test("no finding of axe, and no sideways scrolling, narrow or wide, light or dark, in both languages", async () => {
    for (const [width, scheme] of [[320, "light"], [1280, "dark"]]) {
      const { page } = await openPage(bench, context, { width, scheme });
      for (const language of ["en", "ja"]) {
        if (language === "ja") {
          await page.click("#language");
          await until("it is Japanese", async () => /残り3回/.test(await shown(page, "#card")));
        }
        await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
        await until("the settings are there", () => page.$("dl.settings"));
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${width} ${language}`);
        assert.deepEqual(await findings(page), [], `${width} ${scheme} ${language}`);
      }
      await page.close();
    }
  });

  await t.test("the last try is let go by the person's word at the prompt, never by the click", async () => {
    const { person, reader } = desk;
    const authenticate = async (...answers) => {
      person.will(...answers);
      const { out, err } = await desk.home.run("--json", "authenticate", "--origin", browser.origin(PORTAL), "--nonce", NONCE);
      return out + err;
    };
    const { page } = await openPage(bench, context);
    const release = '[data-key="unprotect-authentication-r1"]';
    assert.equal(await page.$(release), null, "there is nothing to let go");
    await authenticate(WRONG_PIN);
    assert.match(await authenticate(AGREE, WRONG_PIN), /"triesLeft": *1\b/);
    await page.close();

    const { page: again } = await openPage(bench, context);
    assert.match(await shown(again, "#card"), /One try left/);
    assert.equal(await again.$('[data-key="unprotect-signature-r1"]'), null, "the other has tries left");
    assert.deepEqual(await findings(again), []);
    const { verifications } = reader;
    person.forget();

    person.will(DECLINE);
    await again.focus(release);
    await again.keyboard.press("Enter");
    await person.seesPrompt(0);
    await until("it is told and written down", async () => /Last try allowed/.test(await shown(again, "#activity")));
    assert.doesNotMatch(await shown(again, "#said"), /may be used now/);
    assert.match(await authenticate(), /"last_try_protected"/);
    assert.equal(person.prompts.length, 1);

    person.will(AGREE);
    await again.click(release);
    await until("it is told", async () => /may be used now: once, within five minutes/.test(await shown(again, "#said")));
    assert.match(person.prompts[1].texts.SETDESC, /Allow the last try of the PIN.*If the next entry is wrong, it is blocked/s);
    assert.equal(reader.verifications, verifications, "the card is not sent a PIN");
    assert.match(await shown(again, "#card"), /You have allowed this entry: it may be used once/);
    assert.equal(await again.$(release), null);
    assert.equal(await hasFocus(again), true);
    // The very last one, and right: all tries are there again, and nothing is left to let go.
    assert.match(await authenticate(AGREE, AUTHENTICATION_PIN), /"signature"/);
    await until("the page follows", async () => /3 of 3 tries left/.test(await shown(again, "#card")));
    assert.equal(await again.$(release), null);
    person.forget();
    await again.close();
  });

  await t.test("pages that mean harm get nothing of it, and nothing out of the card", async () => {
    const { page } = await openPage(bench, context);
    const url = page.url();
    // Another page of this very computer, as far as the browser can tell as near as can be.
    const server = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"));
    const port = await listen(server);
    const neighbour = await browser.newPage(context);
    await neighbour.goto(`http://127.0.0.1:${port}/`);
    const commands = desk.reader.commands.length;
    for (const attacker of [stranger, neighbour]) {
      const got = await attacker.evaluate(attack, url);
      for (const [what, outcome] of Object.entries(got)) {
        assert.ok(["TypeError", "error", "nothing"].includes(outcome), `${what}: ${outcome}`);
      }
    }
    // A window of it that a stranger has opened is cut off from the stranger (Cross-Origin-Opener-Policy).
    await stranger.evaluate((url) => {
      document.getElementById("go").onclick = () => (window.opened = window.open(url, "own", "popup"));
    }, url);
    await bench.click(stranger);
    await until("the window is no longer the stranger's", () => stranger.evaluate(() => window.opened?.closed === true));
    assert.deepEqual(desk.reader.commands.slice(commands), []);
    assert.equal(desk.person.prompts.length, 0);
    // And the page itself works on.
    assert.match(await shown(page, "#card"), /tries left/);
    server.closeAllConnections();
    server.close();
    await neighbour.close();
    await page.close();
  });

  await t.test("a secret that comes twice closes the page it opened", async () => {
    const { command, file } = await announce(desk);
    const address = readFileSync(file, "utf8").match(/href="([^"]+)"/)[1];
    const first = await browser.newPage(context);
    await first.goto(address);
    await until("the page is there", async () => /tries left/.test(await shown(first, "#card").catch(() => "")));
    await command.ended;
    const second = await browser.newPage(context);
    await second.goto(address);
    await until("the second is told", async () => /open this page again/.test(await shown(second)));
    await until("the first has ended", async () => /This page is closed/.test(await shown(first)));
    assert.doesNotMatch(await shown(first), /tries left/);
    await first.close();
    await second.close();
  });

  await t.test("when the agent ends, the page says so and shows nothing any more", async () => {
    const { page } = await openPage(bench, context);
    await desk.stopAgent();
    await until("the page says so", async () => /This page is closed/.test(await shown(page)));
    assert.doesNotMatch(await shown(page), /tries left/);
    await page.click("#language");
    assert.match(await shown(page), /この画面は終了しました/);
    await desk.startAgent();
    await desk.sees("jpki");
    await page.close();
  });

  await context.close();
}

/** Is there something that the next key goes to? */
const hasFocus = (page) => page.evaluate(() => document.activeElement !== document.body);

/** What axe finds wrong with the page. */
async function findings(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Every way by which one page could get at another, in the page of the attacker: what came of each. */
async function attack(url) {
  const outcome = (work) => work().then((answer) => (answer.type === "opaque" ? "nothing" : `${answer.status}`), (error) => error.name);
  const loaded = (tag, attributes) => new Promise((resolve) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.onload = () => resolve("load");
    element.onerror = () => resolve("error");
    document.head.append(element);
  });
  const framed = () => new Promise((resolve) => {
    const frame = Object.assign(document.createElement("iframe"), { src: url });
    frame.allow = "loopback-network *; local-network-access *";
    // A frame that is refused shows the browser's own page, which is just as far away.
    const look = () => {
      try {
        resolve(frame.contentDocument?.getElementById("page") ? "the page" : "nothing");
      } catch {
        resolve("nothing");
      }
    };
    setTimeout(look, 1500);
    document.body.append(frame);
  });
  const json = { "content-type": "application/json" };
  const session = { method: "POST", headers: json, body: JSON.stringify({ opening: "x".repeat(43) }) };
  return {
    document: await outcome(() => fetch(url)),
    opaque: await outcome(() => fetch(url, { mode: "no-cors" })),
    status: await outcome(() => fetch(`${url}v1/status`, { headers: { authorization: "Bearer x" } })),
    pins: await outcome(() => fetch(`${url}v1/pins`)),
    origins: await outcome(() => fetch(`${url}v1/origins`, { method: "PUT", headers: json, body: "{}" })),
    session: await outcome(() => fetch(`${url}v1/session`, session)),
    plain: await outcome(() => fetch(`${url}v1/session`, { ...session, mode: "no-cors", headers: { "content-type": "text/plain" } })),
    script: await loaded("script", { src: `${url}parts/agent.js`, type: "module" }),
    style: await loaded("link", { rel: "stylesheet", href: `${url}parts/home.css` }),
    image: await loaded("img", { src: `${url}parts/icon.svg` }),
    frame: await framed(),
  };
}
