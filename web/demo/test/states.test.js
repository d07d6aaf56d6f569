// Every main state of the page: no serious finding of axe in either language, light or dark; and all of it by keyboard alone.
// JPKI_DEMO_PICTURES=FOLDER keeps a picture of each.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { AGREE, DECLINE, SILENCE } from "../../e2e/bench/person.js";
import { PORTAL } from "../../e2e/bench/site.js";
import { Visit } from "./bench/portal.js";
import { PASSWORD, PIN, Scene, onStage } from "./bench/scene.js";

onStage(() => {
  let scene, browser, desk, portal;

  before(async () => {
    scene = await Scene.set();
    ({ browser, desk, portal } = scene);
  });
  after(() => scene?.clear());

  for (const options of [
    { language: "ja", dark: false }, { language: "en", dark: false }, { language: "ja", dark: true, width: 390 }, { language: "en", dark: true },
  ]) {
    const { language, dark } = options;
    test(`no serious finding: ${language}, ${dark ? "dark" : "light"}`, async () => {
      const found = [];
      const look = async (visit, state) => found.push(...(await visit.findings(state)));
      let visit = await Visit.begin(browser, portal, { ...options, permission: "denied" });
      await look(visit, "start");
      await visit.click("#log-in");
      await visit.sees("failure", "permission_denied");
      await look(visit, "failure-permission");
      await visit.end();

      visit = await Visit.begin(browser, portal, options);
      await desk.reader.pull();
      await desk.sees("none");
      await visit.click("#log-in");
      await visit.page.waitForSelector('.art[data-art="card"]');
      await look(visit, "place-card");
      desk.person.will(SILENCE);
      await desk.reader.insert();
      await visit.page.waitForSelector('.art[data-art="pin"]');
      await desk.person.keepsSilent();
      await look(visit, "pin");
      await visit.click("#cancel");
      await visit.sees("start");
      await desk.person.isLeftAlone();

      desk.person.will(DECLINE);
      await visit.click("#log-in");
      await visit.sees("failure", "user_declined");
      await look(visit, "failure-declined");
      scene.answers("9999");
      await visit.click("#retry");
      await visit.sees("failure", "pin_incorrect");
      await look(visit, "failure-pin");
      desk.person.will(AGREE, PIN);
      await visit.click("#retry");
      await visit.sees("documents");
      await look(visit, "documents-none");
      await visit.click("#samples");
      await visit.page.waitForSelector("#list li:nth-child(2)");
      await look(visit, "documents");

      await desk.stopAgent();
      await visit.click("#sign");
      await visit.sees("failure", "not_running");
      await look(visit, "failure-not-running");
      await desk.startAgent();
      await desk.sees("jpki");
      desk.person.will(SILENCE);
      await visit.click("#retry");
      await visit.page.waitForSelector('.art[data-art="pin"]');
      await desk.person.keepsSilent();
      await look(visit, "password");
      await visit.click("#cancel");
      await visit.sees("documents");
      await desk.person.isLeftAlone();
      scene.answers(PASSWORD);
      await visit.click("#sign");
      await visit.sees("receipt");
      await look(visit, "receipt");
      await visit.end();

      await desk.home.run("origin", "remove", portal.origin);
      visit = await Visit.begin(browser, portal, options);
      await visit.click("#log-in");
      await visit.sees("failure", "origin_not_allowed");
      await look(visit, "failure-origin");
      await visit.end();
      await desk.home.run("origin", "allow", `https://${PORTAL}`);
      scene.isKnown = false;
      desk.person.forget();
      assert.deepEqual(found, []);
      assert.deepEqual(visit.complaints, []);
    });
  }

  test("by keyboard alone", async () => {
    const visit = await Visit.begin(browser, portal);
    const { keyboard } = visit.page;
    const at = () => visit.page.evaluate(() => document.activeElement.id || document.activeElement.innerText);
    /** Presses Tab until the focus is there, which must be seen. */
    const goTo = async (wanted) => {
      for (let presses = 0; (await at()) !== wanted; presses++) {
        assert.ok(presses < 15, `Tab does not lead to ${wanted}`);
        await keyboard.press("Tab");
      }
      assert.notEqual(await visit.page.evaluate(() => {
        const { activeElement } = document;
        return getComputedStyle(activeElement.id === "files" ? activeElement.nextElementSibling : activeElement).outlineStyle;
      }), "none", `the focus is seen on ${wanted}`);
    };
    await visit.page.bringToFront();
    await goTo("English");
    await keyboard.press("Enter");
    assert.equal(await visit.page.evaluate(() => document.documentElement.lang), "en");
    await goTo("theme");
    await keyboard.press("Space");
    assert.equal(await visit.page.evaluate(() => document.documentElement.dataset.theme), "dark");
    scene.answers(PIN);
    await goTo("log-in");
    await keyboard.press("Enter");
    await visit.sees("documents");
    assert.equal(await at(), "documents-title");
    await goTo("files");
    await goTo("samples");
    await keyboard.press("Enter");
    await visit.page.waitForSelector("#list li:nth-child(2)");
    // The focus is already where it goes on; back to take one away.
    await visit.page.waitForFunction(() => document.activeElement.id === "sign");
    await keyboard.down("Shift");
    await keyboard.press("Tab");
    await keyboard.up("Shift");
    await keyboard.press("Enter");
    await visit.page.waitForFunction(() => document.querySelectorAll("#list li").length === 1);
    assert.equal(await visit.text("#announcer"), "Documents chosen: 1.");
    assert.equal(await at(), "Remove");
    scene.answers(PASSWORD);
    await goTo("sign");
    await keyboard.press("Enter");
    await visit.sees("receipt");
    assert.equal(await at(), "receipt-title");
    await goTo("again");
    await keyboard.press("Space");
    await visit.sees("documents");
    await visit.end();
  });
});
