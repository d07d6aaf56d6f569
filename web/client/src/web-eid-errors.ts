// The error classes and codes that callers of Web eID's library know (web-eid.js 2.x), and what of the agent's failures
// becomes which. The failure itself is the error's `cause`.
import { AgentError } from "./error.js";
import { explain } from "./texts.js";
import type { Language } from "./words.js";

/** Codes of Web eID errors. */
export const ErrorCode = Object.freeze({
  ERR_WEBEID_ACTION_TIMEOUT: "ERR_WEBEID_ACTION_TIMEOUT",
  ERR_WEBEID_USER_TIMEOUT: "ERR_WEBEID_USER_TIMEOUT",
  ERR_WEBEID_VERSION_MISMATCH: "ERR_WEBEID_VERSION_MISMATCH",
  ERR_WEBEID_VERSION_INVALID: "ERR_WEBEID_VERSION_INVALID",
  ERR_WEBEID_EXTENSION_UNAVAILABLE: "ERR_WEBEID_EXTENSION_UNAVAILABLE",
  ERR_WEBEID_NATIVE_UNAVAILABLE: "ERR_WEBEID_NATIVE_UNAVAILABLE",
  ERR_WEBEID_UNKNOWN_ERROR: "ERR_WEBEID_UNKNOWN_ERROR",
  ERR_WEBEID_CONTEXT_INSECURE: "ERR_WEBEID_CONTEXT_INSECURE",
  ERR_WEBEID_USER_CANCELLED: "ERR_WEBEID_USER_CANCELLED",
  ERR_WEBEID_NATIVE_INVALID_ARGUMENT: "ERR_WEBEID_NATIVE_INVALID_ARGUMENT",
  ERR_WEBEID_NATIVE_FATAL: "ERR_WEBEID_NATIVE_FATAL",
  ERR_WEBEID_ACTION_PENDING: "ERR_WEBEID_ACTION_PENDING",
  ERR_WEBEID_MISSING_PARAMETER: "ERR_WEBEID_MISSING_PARAMETER",
} as const);

/** One of the codes. */
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** What all of them have. */
export abstract class WebEidError extends Error {
  /** Says which it is. */
  abstract readonly code: ErrorCode;
  override readonly name: string = "WebEidError";
}

/** The site's author made a mistake. */
export abstract class DeveloperError extends WebEidError {}

/** The agent took the request, but its answer did not come in time. Never thrown here; sites may look for it. */
export class ActionTimeoutError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_ACTION_TIMEOUT;
  override readonly name = "ActionTimeoutError";
}
/** The person did not answer in time. */
export class UserTimeoutError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_USER_TIMEOUT;
  override readonly name = "UserTimeoutError";
}
/** The person said no. */
export class UserCancelledError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_USER_CANCELLED;
  override readonly name = "UserCancelledError";
}
/** The agent must be updated. */
export class VersionMismatchError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_VERSION_MISMATCH;
  override readonly name = "VersionMismatchError";
  /** What must be updated. There is no extension here. */
  readonly requiresUpdate = { nativeApp: true, extension: false };
}
/** The agent named no version. Never thrown here; sites may look for it. */
export class VersionInvalidError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_VERSION_INVALID;
  override readonly name = "VersionInvalidError";
}
/** The browser, or the site's own settings, keep the page from the agent. */
export class ExtensionUnavailableError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_EXTENSION_UNAVAILABLE;
  override readonly name = "ExtensionUnavailableError";
}
/** The agent is not running, or does not let this site in. */
export class NativeUnavailableError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_NATIVE_UNAVAILABLE;
  override readonly name = "NativeUnavailableError";
}
/** The agent did not take an argument. */
export class NativeInvalidArgumentError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_NATIVE_INVALID_ARGUMENT;
  override readonly name = "NativeInvalidArgumentError";
}
/** The agent could not do it: no card, a wrong PIN, and everything else its own errors tell. */
export class NativeFatalError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_NATIVE_FATAL;
  override readonly name = "NativeFatalError";
}
/** Something unforeseen. */
export class UnknownError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_UNKNOWN_ERROR;
  override readonly name = "UnknownError";
}
/** The page is not served over HTTPS. */
export class ContextInsecureError extends WebEidError {
  readonly code = ErrorCode.ERR_WEBEID_CONTEXT_INSECURE;
  override readonly name = "ContextInsecureError";
}
/** The same action is under way already. */
export class ActionPendingError extends DeveloperError {
  readonly code = ErrorCode.ERR_WEBEID_ACTION_PENDING;
  override readonly name = "ActionPendingError";
}
/** A parameter is missing. */
export class MissingParameterError extends DeveloperError {
  readonly code = ErrorCode.ERR_WEBEID_MISSING_PARAMETER;
  override readonly name = "MissingParameterError";
}

/** Which class an agent's code becomes; those not listed become {@link NativeFatalError}. */
function classOf(code: string): new (message?: string, options?: ErrorOptions) => WebEidError {
  switch (code) {
    case "user_declined":
    case "permission_dismissed":
    case "bridge_closed":
      return UserCancelledError;
    case "consent_timeout":
      return UserTimeoutError;
    case "invalid_request":
      return NativeInvalidArgumentError;
    case "not_running":
    case "foreign_program":
    case "origin_not_allowed":
    case "connection_lost":
    case "shutting_down":
      return NativeUnavailableError;
    case "unsupported_version":
      return VersionMismatchError;
    case "insecure_context":
      return ContextInsecureError;
    case "permission_needed":
    case "permission_denied":
    case "blocked_by_csp":
    case "browser_cannot":
    case "frame_refused":
    case "policy_forbids":
    case "click_needed":
      return ExtensionUnavailableError;
    default:
      return NativeFatalError;
  }
}

/** The Web eID error for whatever was thrown. */
export function toWebEidError(cause: unknown, language: Language): WebEidError {
  if (cause instanceof WebEidError) return cause;
  if (!(cause instanceof AgentError)) return new UnknownError(cause instanceof Error ? cause.message : String(cause), { cause });
  const { title, detail, remedy } = explain(cause, language);
  return new (classOf(cause.code))([title, detail, remedy].filter(Boolean).join(" "), { cause });
}
