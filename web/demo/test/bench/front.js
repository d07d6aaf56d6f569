// TLS in front of the portals, as a site's proxy does it. To the browser this address is a public one, so that its permission
// counts as on a real site.

import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { createServer } from "node:tls";

import { temporaryFolder } from "../../../e2e/bench/folder.js";
import { listen, NAMES } from "../../../e2e/bench/site.js";

/** Ends TLS and passes on to the portal of the name that was asked for. */
export class Front {
  #ports = new Map();
  #connections = new Set();
  #server;

  static async start() {
    const self = new Front();
    const folder = temporaryFolder("front");
    const [key, cert] = ["key.pem", "certificate.pem"].map((name) => path.join(folder, name));
    execFileSync("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=portal"],
      ...["-keyout", key, "-out", cert, "-days", "2", "-addext", `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(",")}`],
    ], { stdio: ["ignore", "ignore", "pipe"] });
    const spki = new X509Certificate(readFileSync(cert)).publicKey.export({ type: "spki", format: "der" });
    /** What Chromium wants to know of a certificate it shall accept. */
    self.publicKeyHash = createHash("sha256").update(spki).digest("base64");
    self.#server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (client) => self.#passOn(client));
    self.port = await listen(self.#server);
    return self;
  }

  /** From now on `name` is the server on this port. */
  leads(name, port) {
    this.#ports.set(name, port);
  }

  #passOn(client) {
    const server = connect(this.#ports.get(client.servername), "127.0.0.1");
    for (const [one, other] of [[client, server], [server, client]]) {
      this.#connections.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => (this.#connections.delete(one), other.destroy()));
    }
    client.pipe(server).pipe(client);
  }

  stop() {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
  }
}
