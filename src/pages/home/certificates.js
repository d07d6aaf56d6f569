// Both of the holder's certificates: how much of their time has gone, and when they can be renewed. Nothing here is a
// name: the signature certificate is known by dates and fingerprint, which the agent keeps from an earlier use.

import { act } from "./agent.js";
import { button, element } from "./dom.js";
import { count, day, dayOf, text } from "./words.js";

const NAMES = { authentication: "certificate-authentication", signature: "certificate-signature" };

export function certificates(reader, card, page) {
  const authentication = card.certificates?.certificates.find(({ kind }) => kind === "authentication");
  return element("section", { class: "part" },
    element("h4", {}, text("certificates")),
    card.certificates === undefined ? element("p", {}, text("reading"))
      : authentication?.state === "readable" ? certificate("authentication", authentication)
      : element("p", {}, text("certificate-absent")),
    signature(reader, card, page));
}

/** Behind its password: shown once a signature or the holder has brought its dates to light. */
function signature(reader, card, page) {
  const dates = card.reminders?.signatureCertificate;
  if (dates) return certificate("signature", dates);
  const disclose = async () => {
    page.say(text("prompt-open"));
    // What comes back has name and address in it, and is thrown away unread; its dates come by the reminders.
    await act("POST", "/v1/certificates/signature/disclose", { reader });
    page.say(text("disclosed"));
    await Promise.all([page.readCard(reader), page.readAudit()]);
  };
  return element("div", { class: "certificate" },
    element("h5", {}, text(NAMES.signature)),
    element("p", { class: "small" }, text("signature-hidden")),
    card.reminders && button(text("signature-show"), disclose, { key: `disclose-${reader}`, told: (problem) => {
      page.fail(problem);
      page.readCard(reader);
    } }));
}

function certificate(kind, dates) {
  const [begins, ends] = [Date.parse(dates.notBefore), Date.parse(dates.notAfter)];
  const share = (moment) => `${Math.min(100, Math.max(0, ((moment - begins) / (ends - begins)) * 100))}%`;
  const opens = dates.renewal && Date.parse(`${dates.renewal.opensOnJst}T00:00:00+09:00`);
  const used = element("span", { class: "used" });
  used.style.inlineSize = share(Date.now());
  const window = opens && element("span", { class: "renewal" });
  if (window) window.style.insetInlineStart = share(opens);
  const [expired, toCome] = [dates.period === "expired", dates.period === "not_yet_valid"];
  return element("div", { class: "certificate" },
    element("h5", {}, text(NAMES[kind]), " ", expired && element("span", { class: "tag bad" }, text("expired")),
      toCome && element("span", { class: "tag attention" }, text("not-yet-valid")),
      dates.renewal?.open && element("span", { class: "tag attention" }, text("renewal-open"))),
    element("div", { class: `bar${expired ? " over" : ""}`, "aria-hidden": "true" }, window, used),
    element("p", {}, expired ? text("ended-on", { day: day(dates.notAfterJst) })
      : toCome ? text("begins-on", { day: dayOf(dates.notBefore) })
      : text("ends-on", { day: day(dates.notAfterJst) }), " ",
      !expired && !toCome && element("strong", {}, count("days-left-one", "days-left", dates.daysLeft))),
    dates.renewal && !expired && !toCome && element("p", { class: "small" },
      dates.renewal.open ? text("renewal-now") : text("renewal-from", { day: day(dates.renewal.opensOnJst) })),
    element("details", { class: "small" }, element("summary", { "data-key": `more-${kind}-${dates.fingerprintSha256}` }, text("more")),
      element("p", {}, text("fingerprint"), element("br"), element("code", {}, dates.fingerprintSha256)),
      element("p", {}, text("revocation"))));
}
