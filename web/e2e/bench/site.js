// The web sites of these tests: one TLS server on this machine that answers for several made-up names.
//
// The browsers are told that its address is a public one (see the launchers). Without that a page from 127.0.0.1 counts
// as loopback itself, no permission would be asked, and every test would pass for nothing.

import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { connect, createServer as createTcpServer } from "node:net";
import path from "node:path";

import { temporaryFolder } from "./folder.js";

/** The portal the agent allows. */
export const PORTAL = "tax.example";
/** Another site, which it does not know. */
export const STRANGER = "stranger.example";
/** Every name the certificate is for. */
export const NAMES = [PORTAL, STRANGER];

/** A running site server. */
export class Site {
  #files = new Map();
  #server;
  #proxy;

  static async start() {
    const site = new Site();
    const { key, certificate } = makeCertificate();
    site.certificate = new X509Certificate(certificate);
    site.#server = createServer({ key, cert: certificate }, (request, response) => site.#answer(request, response));
    site.port = await listen(site.#server);
    site.#proxy = createTcpServer((client) => site.#tunnel(client));
    site.proxyPort = await listen(site.#proxy);
    return site;
  }

  /** What Chromium wants to know of a certificate it shall accept. */
  get publicKeyHash() {
    const spki = this.certificate.publicKey.export({ type: "spki", format: "der" });
    return createHash("sha256").update(spki).digest("base64");
  }

  /**
   * Puts a document under a path, on all names.
   * @param {string} at
   * @param {{ body: string, type?: string, headers?: Record<string, string> }} file
   */
  put(at, { body, type = "text/html; charset=utf-8", headers = {} }) {
    this.#files.set(at, { body, headers: { "content-type": type, "cache-control": "no-store", ...headers } });
  }

  #answer(request, response) {
    const file = this.#files.get(new URL(request.url, "https://site").pathname);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, file.headers).end(file.body);
  }

  /** A proxy (CONNECT) for a browser that has no other way to be told where a name lives: all names are here. */
  #tunnel(client) {
    client.on("error", () => client.destroy());
    client.once("data", (head) => {
      if (!head.toString("latin1").startsWith("CONNECT ")) return client.destroy();
      const server = connect(this.port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        client.pipe(server).pipe(client);
      });
      server.on("error", () => client.destroy());
      client.on("close", () => server.destroy());
    });
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#proxy.close();
  }
}

/** Listens on a free port of the loopback address. */
export function listen(server, port = 0) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server.address().port));
  });
}

/** An end-entity certificate (Firefox refuses one that may be a CA), made by openssl for this run alone. */
function makeCertificate() {
  const folder = temporaryFolder("site");
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => path.join(folder, name));
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", key, "-out", certificate, "-days", "2", "-subj", `/CN=${PORTAL}`],
    ...["-addext", `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(",")}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"],
  ], { stdio: ["ignore", "ignore", "pipe"] });
  return { key: readFileSync(key), certificate: readFileSync(certificate) };
}
