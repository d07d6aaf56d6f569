// Everything a page needs to log in and sign with the My Number card.
export { Agent } from "./agent.js";
export type { CallOptions, CardOptions, PromptOptions, SignItem, SignOptions, SignProgress, SignResult, Step } from "./agent.js";
export type {
  Authentication, Certificate, CertificateKind, Certificates, DigestAlgorithm, Disclosure, Pins, ProblemCode, Reader, Signatures, Status,
} from "./api.js";
export { onPermissionChange } from "./browser.js";
export { connect, probe } from "./connect.js";
export type { ConnectOptions, ProbeOptions, ProbeResult } from "./connect.js";
export { AgentError } from "./error.js";
export type { ErrorCode, ErrorDetails } from "./error.js";
export type { Way } from "./transport.js";
export type { Language, ReachCode } from "./words.js";
