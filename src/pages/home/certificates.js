// Both of the holder's certificates: how much of their time has gone, and when they can be renewed. Nothing here is a
// name: the signature certificate is known by dates and fingerprint, which the agent keeps from an earlier use.

import { act } from "./agent.js";
import { button, element } from "./dom.js";
import { unread } from "./unread.js";
import { count, day, dayInJapan, text } from "./words.js";

const NAMES = { authentication: "certificate-authentication", signature: "certificate-signature" };

export function certificates(reader, card, page) {
  return element("section", { class: "part" },
    element("h4", {}, text("certificates")), authentication(reader, card), signature(reader, card, page));
}

const block = (kind, ...children) =>
  element("div", { class: "certificate" }, element("h5", {}, text(NAMES[kind])), ...children);

const reading = (kind) => block(kind, element("p", {}, text("reading")));

/** Absent is only what the card says is absent: another program in the way tells nothing of the certificate. */
function authentication(reader, card) {
  const { certificates: problem } = card.problems;
  if (problem) return block("authentication", unread(card, problem, `authentication-${reader}`));
  const found = card.certificates?.certificates.find(({ kind }) => kind === "authentication");
  if (!found) return reading("authentication");
  if (found.state === "absent") return block("authentication", element("p", {}, text("certificate-absent")));
  return certificate("authentication", found, { more: text("revocation") });
}

/** Behind its password: shown once a signature or the holder has brought its dates to light. */
function signature(reader, card, page) {
  const { reminders: problem } = card.problems;
  if (problem) return block("signature", unread(card, problem, `signature-${reader}`));
  if (!card.reminders) return reading("signature");
  const { signatureCertificate: dates, note } = card.reminders;
  if (dates) return certificate("signature", dates, { note });
  if (card.hasNoSignatureCertificate) return block("signature", element("p", {}, text("certificate-absent")));
  return block("signature",
    element("p", { class: "small" }, text("signature-hidden")),
    // A wrong entry costs a try, so nobody is led on where there are hardly any left.
    card.pins?.pins.some(({ kind, state }) => kind === "signature" && state === "ok") && disclosing(reader, card, page),
    element("p", { class: "small" }, note));
}

function disclosing(reader, card, page) {
  const disclose = async () => {
    page.sayPromptIsOpen();
    // What comes back has name and address in it, and is thrown away unread; its dates come by the reminders.
    await act("POST", "/v1/certificates/signature/disclose", { reader });
    page.say(text("disclosed"));
  };
  return element("div", {},
    element("p", { class: "small" }, text("signature-show-text")),
    button(text("signature-show"), disclose, { key: `disclose-${reader}`, kind: "quiet", told: (problem) => {
      // For as long as this card is there; another one may have it.
      card.hasNoSignatureCertificate ||= problem.code === "certificate_absent";
      page.fail(problem);
      page.drawCards();
      page.readCard(reader);
    } }));
}

/** `note` stands openly below it, `more` with its fingerprint. */
function certificate(kind, dates, { note, more }) {
  const [begins, ends] = [Date.parse(dates.notBefore), Date.parse(dates.notAfter)];
  const share = (moment) => `${Math.min(100, Math.max(0, ((moment - begins) / (ends - begins)) * 100))}%`;
  const opens = dates.renewal && Date.parse(`${dates.renewal.opensOnJst}T00:00:00+09:00`);
  const used = element("span", { class: "used" });
  used.style.inlineSize = share(Date.now());
  const window = opens && element("span", { class: "renewal" });
  if (window) window.style.insetInlineStart = share(opens);
  const expired = dates.period === "expired";
  const early = dates.period === "not_yet_valid";
  return element("div", { class: "certificate" },
    element("h5", {}, text(NAMES[kind]), " ", expired && element("span", { class: "tag bad" }, text("expired")),
      early && element("span", { class: "tag bad" }, text("not-yet-valid")),
      dates.renewal?.open && element("span", { class: "tag attention" }, text("renewal-open"))),
    element("div", { class: `bar${expired ? " over" : ""}`, "aria-hidden": "true" }, window, used),
    early && element("p", { class: "note warning" }, text("begins-on", { day: dayInJapan(dates.notBefore) })),
    element("p", {}, text(expired ? "ended-on" : "ends-on", { day: day(dates.notAfterJst) }), " ",
      !expired && !early && element("strong", {}, count("days-left-one", "days-left", dates.daysLeft))),
    dates.renewal && !expired && !early && element("p", { class: "small" },
      dates.renewal.open ? text("renewal-now") : text("renewal-from", { day: day(dates.renewal.opensOnJst) })),
    note && element("p", { class: "small" }, note),
    element("details", { class: "small" }, element("summary", { "data-key": `more-${kind}-${dates.fingerprintSha256}` }, text("more")),
      element("p", {}, text("fingerprint"), element("br"), element("code", {}, dates.fingerprintSha256)),
      more && element("p", {}, more)));
}
