// The agent in Firefox.

import { after, before, test } from "node:test";

import { attacks } from "./attacks.js";
import { Bench } from "./bench/bench.js";
import { Firefox, FIREFOX } from "./bench/firefox.js";
import { BENCH, suite } from "./bench/parts.js";
import { bridge } from "./bridge.js";
import { card } from "./card.js";
import { ownPage } from "./own-page.js";
import { ownPageFollows } from "./own-page-follows.js";
import { permission } from "./permission.js";
import { reach } from "./reach.js";
import { tabs } from "./tabs.js";
import { unanswered } from "./unanswered.js";

suite("Firefox", [...BENCH, FIREFOX], () => {
  let bench;

  before(async () => {
    bench = await Bench.set((site) => Firefox.launch(site));
  });
  after(() => bench?.clear());

  test("the browser's permission for loopback decides", (t) => permission(t, bench, "pending"));
  test("a page finds the agent, or is told why not", (t) => reach(t, bench));
  test("nobody answers the browser's question", (t) => unanswered(t, bench));
  test("the card and the person", (t) => card(t, bench));
  test("several tabs", (t) => tabs(t, bench));
  test("the bridge", (t) => bridge(t, bench));
  test("the agent's own page", (t) => ownPage(t, bench));
  test("the agent's own page follows what happens", (t) => ownPageFollows(t, bench));
  test("pages that mean harm", (t) => attacks(t, bench));
});
