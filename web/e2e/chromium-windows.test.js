// What only a browser with windows does: Chromium asks the person, and nobody answers. Without windows it answers "no" by
// itself at once. Firefox waits in both.

import { after, before, test } from "node:test";

import { Bench } from "./bench/bench.js";
import { Chromium, CHROMIUM } from "./bench/chromium.js";
import { Display } from "./bench/display.js";
import { BENCH, suite } from "./bench/parts.js";
import { permission } from "./permission.js";
import { unanswered } from "./unanswered.js";

suite("Chromium with windows", [...BENCH, CHROMIUM, "Xvfb"], () => {
  let bench, display;

  before(async () => {
    display = await Display.start();
    bench = await Bench.set((site) => Chromium.launch(site, { display: display.name }));
  });
  after(async () => {
    await bench?.clear();
    await display?.stop();
  });

  test("with windows too, the browser's permission for loopback decides", (t) => permission(t, bench, "pending"));
  test("nobody answers the browser's question", (t) => unanswered(t, bench));
});
