// A display nobody sees (Xvfb), for what browsers do only with windows.

import { Child } from "./child.js";

export class Display {
  /** The server picks a free number itself and says which. */
  static async start() {
    const self = new Display();
    self.server = new Child("Xvfb", ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
    const [, number] = await self.server.line(/^(\d+)$/);
    self.name = `:${number}`;
    return self;
  }

  async stop() {
    await this.server.stop();
  }
}
