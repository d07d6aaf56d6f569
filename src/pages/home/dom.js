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
 * Puts these in the place of what is in `container`. Where the person was stays: the focus, what is open and what is
 * ticked but not sent, by `data-key`.
 */
export function replace(container, ...children) {
  const keys = (selector) => [...container.querySelectorAll(selector)].map((one) => one.dataset.key);
  const open = keys("details[open] > summary[data-key]");
  const ticked = keys("input[data-keep]:checked");
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
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
  if (focused) find(focused)?.focus({ preventScroll: true });
}

/** A button that cannot be pressed twice while it works; a failure is told beside it. */
export function button(text, work, { key = text, kind = "", label, told } = {}) {
  const pressed = async () => {
    if (made.ariaDisabled === "true") return;
    made.ariaDisabled = "true";
    try {
      await work();
    } catch (problem) {
      told?.(problem);
    } finally {
      made.ariaDisabled = "false";
    }
  };
  const made = element("button", {
    type: "button", class: kind, "data-key": key, "aria-label": label, onclick: pressed,
  }, text);
  return made;
}

/** A part of the page that is opened by whoever wants it, and only then asked for. */
export function folded(title, key, ask) {
  const inside = element("div", { class: "inside" });
  let asked = false;
  const opened = () => {
    if (!made.open || asked) return;
    asked = true;
    ask(inside);
  };
  const made = element("details", { ontoggle: opened }, element("summary", { "data-key": key }, title), inside);
  return made;
}
