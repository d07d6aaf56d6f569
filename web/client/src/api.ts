// Names for the parts of the generated types that callers of this package meet.
import type { components } from "./openapi.js";

type Schemas = components["schemas"];

/** The readers and what lies in them. Nothing in it identifies a card or a person. */
export type Status = Schemas["Status"];
/** One reader, and what lies in it. */
export type Reader = Schemas["Reader"];
/** Tries left for both PINs. */
export type Pins = Schemas["Pins"];
/** The certificates on the card, in short. */
export type Certificates = Schemas["Certificates"];
/** One certificate, whole. */
export type Certificate = Schemas["SingleCertificate"];
/** Which of the four certificates. */
export type CertificateKind = Schemas["CertificateKindName"];
/** The signature certificate and the four basic attributes in it. */
export type Disclosure = Schemas["Disclosure"];
/** A log-in: the Web eID token for the site's server, and who made it. */
export type Authentication = Schemas["Authentication"];
/** Signatures in the order of what was to be signed, and the certificate. */
export type Signatures = Schemas["Signatures"];
/** Hash algorithms the card signs with. */
export type DigestAlgorithm = Schemas["Digest"]["algorithm"];
/** What the agent says of itself to anybody. */
export type Health = Schemas["Health"];
/** The body of every failure (RFC 9457). */
export type Problem = Schemas["Problem"];
/** Stable name of every failure the agent itself reports. */
export type ProblemCode = Schemas["ProblemCode"];
