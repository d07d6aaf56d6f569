// The sites that may ask, those that were turned away, and what each may ask. Whatever gives a site more is asked once
// more by the agent's own prompt, with what it finds odd about the site's name; taking away is done at once.

import { act, put } from "./agent.js";
import { button, element, replace } from "./dom.js";
import { moment, text } from "./words.js";

const SCOPES = {
  status: "scope-status", certificates: "scope-certificates", authenticate: "scope-authenticate", sign: "scope-sign",
};

export function drawSites(container, page) {
  const { allowed, refused, fault, warnings } = page.known.origins;
  replace(container, element("h2", {}, text("sites")),
    fault && element("p", { class: "note warning" }, text("sites-fault"), " ", fault),
    (warnings ?? []).map((warning) => element("p", { class: "note warning" }, warning)),
    element("h3", {}, text("sites-allowed")),
    allowed.length ? element("ul", { class: "sites" }, allowed.map((site) => drawAllowed(site, page)))
      : element("p", { class: "small" }, text("sites-none")),
    element("h3", {}, text("sites-refused")),
    refused.length ? element("ul", { class: "sites" }, refused.map((site) => drawRefused(site, page)))
      : element("p", { class: "small" }, text("sites-none-refused")));
}

const name = (site) => element("bdi", { class: "site" }, site.text ?? site.origin);

function drawAllowed(site, page) {
  const scope = (wanted) => {
    const has = site.scopes.includes(wanted);
    const id = `scope-${wanted}-${site.origin}`;
    const change = async () => {
      const scopes = Object.keys(SCOPES).filter((one) => site.scopes.includes(one) !== (one === wanted));
      await (scopes.length ? allow(site.origin, scopes, !has, page) : remove(site.origin, page));
    };
    return element("li", {},
      element("input", { type: "checkbox", id, checked: has, "data-key": id, onchange: (event) => {
        event.target.checked = has; // until the agent says otherwise
        change().catch(page.fail);
      } }), " ", element("label", { for: id }, text(SCOPES[wanted])));
  };
  return element("li", { class: "panel" },
    element("div", { class: "row" }, name(site),
      button(text("remove"), () => remove(site.origin, page), {
        key: `remove-${site.origin}`, kind: "quiet", told: page.fail, label: text("remove-site", { site: site.origin }),
      })),
    element("ul", { class: "scopes", "aria-label": text("scopes") }, Object.keys(SCOPES).map(scope)));
}

function drawRefused(site, page) {
  return element("li", { class: "panel row" },
    element("div", {}, name(site), element("p", { class: "small" },
      text("refused-times", { number: site.count, last: moment(site.last) }))),
    button(text("allow"), () => allow(site.origin, undefined, true, page), {
      key: `allow-${site.origin}`, told: page.fail, label: text("allow-site", { site: site.origin }),
    }));
}

/** Apart from the lists, which are drawn anew whenever a site is turned away: nobody's typing is interrupted by that. */
export function drawSiteForm(form, page) {
  const field = element("input", {
    type: "url", id: "new-site", placeholder: "https://", "data-key": "new-site", autocomplete: "off",
    spellcheck: "false", "aria-describedby": "new-site-hint",
  });
  form.noValidate = true; // what a site is like the page says in its own language
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await add(field, page);
    } catch (problem) {
      // What is odd about the name the agent says in words that are meant for whoever typed it.
      if (problem.member === "origin") page.say(`${problem.reason} — ${text("site-form")}`, { stays: true });
      else page.fail(problem);
    }
  };
  replace(form,
    element("div", { class: "grow" }, element("label", { for: "new-site" }, text("new-site")), field,
      element("p", { class: "small", id: "new-site-hint" }, text("site-form"))),
    element("button", { type: "submit", "data-key": "add-site" }, text("allow")));
}

/** An address copied from the browser will do: what stands behind the site's name is left out. */
async function add(field, page) {
  const origin = URL.canParse(field.value) ? new URL(field.value).origin : "null";
  if (!origin.startsWith("http")) return page.say(text("site-form"), { stays: true });
  // What it may ask already is seen and changed in the list; asked for anew it would be set back to the usual.
  if (page.known.origins?.allowed.some((site) => site.origin === origin)) {
    return page.say(text("site-known", { site: origin }), { stays: true });
  }
  await allow(origin, undefined, true, page);
  field.value = "";
}

/** `more`: the site gets something it could not ask before, so the person is asked first. */
async function allow(origin, scopes, more, page) {
  if (more) page.sayPromptIsOpen();
  page.known.origins = await put("/v1/origins", { origin, ask: more, ...(scopes && { allow: scopes }) });
  page.say([text("saved"), ...(page.known.origins.warnings ?? [])].join(" "));
  page.drawSites();
}

/** The lists follow by the stream of events. */
async function remove(origin, page) {
  await act("DELETE", `/v1/origins?${new URLSearchParams({ origin })}`);
  page.say(text("removed", { site: origin }));
}
