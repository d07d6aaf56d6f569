// Stands in for the parts of a browser that Node.js does not have: the origin of the page on each request, the same-origin
// policy for answers, and what a test wants to say about permissions and the document.
import { webcrypto } from "node:crypto";

// Node.js 18 has it, but not as a global.
if (!("crypto" in globalThis)) Object.defineProperty(globalThis, "crypto", { value: webcrypto });

export interface PageSettings {
  /** The page's origin. */
  readonly origin?: string;
  /** Answers to `navigator.permissions.query`, one after the other, the last for good; none: the browser knows no such permission. */
  readonly permission?: readonly PermissionState[];
  readonly userAgent?: string;
  /** Language of the document. */
  readonly lang?: string;
  /** What a request does instead of going out; nothing: it goes out. */
  readonly intercept?: (url: string, init: RequestInit) => Promise<Response> | undefined;
}

export interface Page {
  /** The requests made, in order: mode and address. */
  readonly requests: string[];
  readonly document: EventTarget & { hidden: boolean };
  /** Hides or shows the page. */
  show(visible: boolean): void;
  /** Takes everything back. */
  leave(): void;
}

/** Makes this process a page, until `leave`. */
export function enterPage(settings: PageSettings = {}): Page {
  const { origin = "https://portal.example", userAgent = CHROMIUM, lang = "en" } = settings;
  const states = [...(settings.permission ?? [])];
  const requests: string[] = [];
  const document = Object.assign(new EventTarget(), { hidden: false, documentElement: { lang } });
  const navigator = {
    userAgent,
    language: lang,
    permissions: {
      query: ({ name }: { name: string }) => {
        const state = states.length > 1 ? states.shift() : states[0];
        if (state === undefined || name !== "loopback-network") return Promise.reject(new TypeError("not a permission"));
        return Promise.resolve({ state });
      },
    },
  };
  const goOut = globalThis.fetch;
  const fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    requests.push(`${init.mode ?? "cors"} ${input}`);
    const intercepted = settings.intercept?.(input, init);
    if (intercepted) return intercepted;
    const headers = { ...(init.headers as Record<string, string>), origin, "sec-fetch-mode": init.mode ?? "cors" };
    const { mode: _mode, ...rest } = init;
    const response = await goOut(input, { ...rest, headers });
    if (init.mode === "no-cors") return Response.error();
    if (response.headers.get("access-control-allow-origin") !== origin) {
      await response.body?.cancel();
      throw new TypeError("Failed to fetch");
    }
    return response;
  };
  const restore = replaceGlobals({ document, navigator, fetch, location: new URL(origin), isSecureContext: true });
  return {
    requests,
    document,
    show(visible) {
      document.hidden = !visible;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    leave: restore,
  };
}

export const CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
export const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
export const SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";

/** Puts values in place of globals; the function it returns puts the old ones back. */
export function replaceGlobals(values: Record<string, unknown>): () => void {
  const before = Object.keys(values).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  };
}
