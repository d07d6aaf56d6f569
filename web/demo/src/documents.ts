// The documents to be signed, and the receipt: lists of files, and what can be saved of each.
import type { SignResult } from "jpki-agent-client";
import type { Verdicts } from "./server.js";
import { announce, day, element, make, moment, say, size } from "./view.js";

/** As many as the agent signs at once. */
const MOST = 100;

let files: File[] = [];
let receipt: { readonly files: readonly File[]; readonly signed: SignResult; readonly found: Verdicts; readonly isPractice: boolean } | undefined;
/** Addresses of what can be saved; given back when the receipt goes. */
let addresses: string[] = [];

/** The chosen documents. */
export function chosen(): readonly File[] {
  return files;
}

/** Adds documents, as many as go. */
export function add(more: Iterable<File>): void {
  const all = [...files, ...more];
  files = all.slice(0, MOST);
  writeDocuments();
  announce(say(all.length > MOST ? "tooMany" : "added", { count: files.length }));
}

export function clear(): void {
  files = [];
  writeDocuments();
}

/** The two documents that come with this page. */
export async function addSamples(): Promise<void> {
  const load = async (path: string, name: string): Promise<File> => new File([await (await fetch(path)).blob()], name);
  add(await Promise.all([load("/samples/return.xml", say("sampleReturn")), load("/samples/medical.csv", say("sampleMedical"))]));
  element("sign").focus();
}

export function writeDocuments(): void {
  const remove = (at: number): void => {
    files = files.filter((_, index) => index !== at);
    writeDocuments();
    announce(say("added", { count: files.length }));
    // The button that had the focus is gone.
    (document.querySelector<HTMLElement>(`#list li:nth-child(${Math.min(at + 1, files.length)}) button`) ?? element("samples")).focus();
  };
  element("list").replaceChildren(
    ...files.map((file, at) => {
      const button = make("button", { type: "button", className: "quiet", onclick: () => remove(at) }, say("remove"));
      button.setAttribute("aria-label", say("removeName", { name: file.name }));
      return make("li", {}, describe(file), button);
    }),
  );
  element("list-title").hidden = files.length === 0;
  const sign = element<HTMLButtonElement>("sign");
  sign.disabled = files.length === 0;
  sign.textContent = files.length === 0 ? say("signNone") : files.length === 1 ? say("signOne") : say("sign", { count: files.length });
}

/** Shows what the server found about these. A practice card's issuer has to be named to whoever verifies. */
export function setReceipt(of: readonly File[], signed: SignResult, found: Verdicts, isPractice: boolean): void {
  receipt = { files: of, signed, found, isPractice };
  writeReceipt();
}

export function dropReceipt(): void {
  receipt = undefined;
  dropAddresses();
}

export function writeReceipt(): void {
  if (!receipt) return;
  const { files: of, signed, found, isPractice } = receipt;
  dropAddresses();
  const allGood = found.verdicts.every((verdict) => verdict === "good");
  element("receipt-title").textContent = say(allGood ? "receiptTitle" : "receiptBadTitle");
  element("receipt-lead").textContent = say(allGood ? "receiptLead" : "receiptBadLead");
  const facts: [string, string][] = [
    [say("signer"), found.signer ?? "—"],
    [say("until"), day(found.notAfter)],
    [say("checkedAt"), moment(found.checkedAt)],
    [say("revocation"), say("notChecked")],
  ];
  element("receipt-facts").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  element("receipt-list").replaceChildren(
    ...of.map((file, at) => {
      const good = found.verdicts[at] === "good";
      const verdict = make("span", { className: good ? "verdict" : "verdict bad" }, `${good ? "✓" : "✗"} ${say(good ? "good" : "bad")}`);
      const save = make("a", { className: "button quiet", download: `${file.name}.sig`, href: saveable(signed.signatures[at]?.value) }, say("signature"));
      save.setAttribute("aria-label", say("signatureName", { name: file.name }));
      return make("li", {}, describe(file), verdict, save);
    }),
  );
  Object.assign(element<HTMLAnchorElement>("certificate"), { download: "signer.cer", href: saveable(signed.certificate ?? undefined) });
  const name = of[0]?.name ?? "";
  element("verify-command").textContent =
    `jpki-agent verify signature --certificate signer.cer --signature "${name}.sig" ${isPractice ? "--simulator" : "--root signature-ca.pem"} "${name}"`;
}

function dropAddresses(): void {
  addresses.forEach((address) => URL.revokeObjectURL(address));
  addresses = [];
}

/** An address under which the bytes can be saved. */
function saveable(base64 = ""): string {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  addresses.push(address);
  return address;
}

function describe(file: File): HTMLElement {
  return make("span", { className: "what" }, make("strong", {}, file.name), make("span", { className: "small" }, size(file.size)));
}
