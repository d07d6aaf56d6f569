// Temporary folders straight in /tmp, since paths of Unix sockets are short. All are removed when this process ends.

import { mkdtempSync, rmSync } from "node:fs";

const folders = [];

/** A fresh folder that only this user may enter. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(`/tmp/jpki-e2e-${name}-`);
  folders.push(folder);
  return folder;
}

// Ctrl-C and SIGTERM would end this process without "exit".
for (const [signal, number] of [["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]]) {
  process.on(signal, () => process.exit(128 + number));
}

process.on("exit", () => {
  for (const folder of folders) {
    // A browser's last process may still be writing; what is left lies in /tmp.
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {}
  }
});
