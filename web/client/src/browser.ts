// What the browser tells a page about itself: the permission for loopback, frames, policies, its engine.
// Ground: Local Network Access as Chromium and Firefox have built it; every question may be unknown to a browser.

/** State of the permission to reach programs on this device; `unsupported` where the browser knows no such permission. */
export type PermissionStateOrNone = PermissionState | "unsupported";

/** The permission, by its name in Chromium 145 and Firefox, or by the older one of Chromium 142. */
export async function loopbackPermission(): Promise<PermissionStatus | undefined> {
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      return await navigator.permissions.query({ name: name as PermissionName });
    } catch {
      // Not known by this name, or not at all.
    }
  }
  return undefined;
}

/**
 * Calls the listener whenever the person changes the browser's permission: probe again then. Never where the browser
 * knows no such permission.
 *
 * @returns a function that ends it.
 */
export function onPermissionChange(listener: () => void): () => void {
  const ended = new AbortController();
  void loopbackPermission().then((status) => status?.addEventListener("change", listener, { signal: ended.signal }));
  return () => ended.abort();
}

/** Its state now. */
export async function permissionState(): Promise<PermissionStateOrNone> {
  return (await loopbackPermission())?.state ?? "unsupported";
}

/** A page that comes from this computer itself is never asked for permission. */
export function isLoopbackPage(): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$|\.localhost$/.test(globalThis.location?.hostname ?? "");
}

/** WebKit (Safari, and every browser on iOS) blocks plain HTTP to loopback from HTTPS pages and has no permission for it. */
export function isWebKit(): boolean {
  const agent = globalThis.navigator?.userAgent ?? "";
  return /AppleWebKit\//.test(agent) && !/Chrome\//.test(agent);
}

/** Is this page inside a frame of another origin? */
export function isForeignFrame(): boolean {
  const top = globalThis.top;
  if (!top || top === globalThis.window) return false;
  try {
    return top.location.origin !== location.origin;
  } catch {
    return true;
  }
}

interface FeaturePolicy {
  features(): string[];
  allowsFeature(name: string): boolean;
}

/** Does a Permissions-Policy header, or a frame without `allow`, turn the permission off? Only Chromium tells. */
export function isForbiddenByPolicy(): boolean {
  const policy = (globalThis.document as (Document & { featurePolicy?: FeaturePolicy }) | undefined)?.featurePolicy;
  const known = policy?.features() ?? [];
  return ["loopback-network", "local-network-access"].some((name) => known.includes(name) && !policy?.allowsFeature(name));
}

/** Runs something, and tells whether the page's Content-Security-Policy blocked a request to this address meanwhile. */
export function watchCsp(base: string): { blocked(): Promise<boolean>; stop(): void } {
  let seen = false;
  const listener = (event: SecurityPolicyViolationEvent): void => {
    if (event.disposition === "enforce" && event.blockedURI.startsWith(base)) seen = true;
  };
  const page = globalThis.document;
  page?.addEventListener("securitypolicyviolation", listener);
  return {
    // The event is queued as a task of its own and may come after the fetch has failed.
    async blocked() {
      if (!seen) await new Promise((resolve) => setTimeout(resolve, 20));
      return seen;
    },
    stop: () => page?.removeEventListener("securitypolicyviolation", listener),
  };
}
