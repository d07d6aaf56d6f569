// The agent in Firefox.

import { after, before, test } from "node:test";

import { attacks } from "./attacks.js";
import { Bench } from "./bench/bench.js";
import { Firefox, FIREFOX } from "./bench/firefox.js";
import { BENCH, missing } from "./bench/parts.js";
import { bridge } from "./bridge.js";
import { card } from "./card.js";
import { permission } from "./permission.js";
import { reach } from "./reach.js";
import { tabs } from "./tabs.js";
import { unanswered } from "./unanswered.js";

const skip = missing("Firefox", [...BENCH, FIREFOX]);
let bench;

before(async () => {
  if (!skip) bench = await Bench.set((site) => Firefox.launch(site));
});
after(() => bench?.clear());

test("the browser's permission for loopback decides", { skip }, (t) => permission(t, bench, "pending"));
test("a page finds the agent, or is told why not", { skip }, (t) => reach(t, bench));
test("nobody answers the browser's question", { skip }, (t) => unanswered(t, bench));
test("the card and the person", { skip }, (t) => card(t, bench));
test("several tabs", { skip }, (t) => tabs(t, bench));
test("the bridge", { skip }, (t) => bridge(t, bench));
test("pages that mean harm", { skip }, (t) => attacks(t, bench));
