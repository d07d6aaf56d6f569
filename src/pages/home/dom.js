// Elements, made without any HTML in strings: whatever the agent says stays text.

/** `element('p', { class: 'x', onclick: f }, 'text', child)`; empty children are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/**
 * Puts these in the place of what is in `container`. Where the person was stays: the focus, what is open, what is ticked
 * and what is typed but not sent, by `data-key`.
 */
export function replace(container, ...children) {
  const keys = (selector) => [...container.querySelectorAll(selector)].map((one) => one.dataset.key);
  const open = keys("details[open] > summary[data-key]");
  const ticked = keys("input[data-keep]:checked");
  const typed = new Map([...container.querySelectorAll("input[type=url]")].map((one) => [one.dataset.key, one.value]));
  const hadFocus = container.contains(document.activeElement);
  const focused = hadFocus && document.activeElement.dataset.key;
  const after = focused ? keys("[data-key]").slice(keys("[data-key]").indexOf(focused)) : [];
  container.replaceChildren(...children.flat().filter(Boolean));
  const find = (key) => container.querySelector(`[data-key="${CSS.escape(key)}"]`);
  for (const key of open) {
    const again = find(key);
    if (again) again.parentElement.open = true;
  }
  for (const key of ticked) {
    const again = find(key);
    if (again) again.checked = true;
  }
  for (const [key, value] of typed) {
    const again = find(key);
    if (again) again.value = value;
  }
  if (hadFocus) (after.map(find).find(Boolean) ?? headingOf(container))?.focus({ preventScroll: true });
}

/** Where the focus goes if what had it is gone and nothing follows it: else it would fall to the page's very beginning. */
function headingOf(container) {
  const heading = container.querySelector("h2");
  heading?.setAttribute("tabindex", "-1");
  return heading;
}

/** Keys of the buttons that are at work; they may be drawn anew meanwhile. */
const working = new Set();

/** A button that cannot be pressed twice while it works; a failure is told beside it. */
export function button(text, work, { key = text, kind = "", label, told } = {}) {
  const pressed = async () => {
    if (working.has(key)) return;
    working.add(key);
    made.ariaDisabled = "true";
    try {
      await work();
    } catch (problem) {
      told?.(problem);
    } finally {
      working.delete(key);
      for (const one of document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) one.ariaDisabled = "false";
    }
  };
  const made = element("button", {
    type: "button", class: kind, "data-key": key, "aria-label": label, onclick: pressed,
    "aria-disabled": String(working.has(key)),
  }, text);
  return made;
}

/** A part of the page that is opened by whoever wants it, and asked for each time: it may be another by then. */
export function folded(title, key, ask) {
  const inside = element("div", { class: "inside" });
  const opened = () => made.open && ask(inside);
  const made = element("details", { ontoggle: opened }, element("summary", { "data-key": key }, title), inside);
  return made;
}
