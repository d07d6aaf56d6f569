// Types of the agent's HTTP interface. Generated from openapi/jpki-agent.json: `make openapi` writes this file anew.

export interface paths {
    readonly "/bridge": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Opens a bridge and moves the window on to it.
         * @description For a window that a page opens by `window.open()` where the browser lets it send no requests to the agent itself.
         *     The bridge is a page of the agent's own, on a port made for this opening, that talks with the page by `postMessage`;
         *     what the page may ask there is what its origin may ask here. Opening it asks nothing of the card.
         *
         *     Scope: none.
         */
        readonly get: operations["bridge"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The latest entries of the audit log, oldest of them first, and whether all of it is as the agent wrote it.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly get: operations["audit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/authenticate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Asks the holder for the authentication PIN and makes a Web eID token bound to the origin.
         * @description Scope: `authenticate`.
         */
        readonly post: operations["authenticate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/certificates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The certificates on the card, in short. The signature certificate stands there by its state alone.
         * @description Scope: `certificates`.
         */
        readonly get: operations["certificates"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/certificates/signature/disclose": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Asks the holder for the signature password and hands out the signature certificate with the name, address, birth date and sex in it.
         * @description Scope: `sign`.
         */
        readonly post: operations["disclose"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/certificates/{kind}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One certificate, as JSON, DER or PEM by `Accept`. The signature certificate is behind its PIN: `pin_required`.
         * @description Scope: `certificates`.
         */
        readonly get: operations["certificate"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/doctor": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What is missing on this computer, with cause and remedy. Looks only, and asks no card: what lies in a reader is in the status. Takes five seconds at most.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly get: operations["doctor"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The status at once, and again at each change of reader or card, as server-sent events.
         * @description Each event is called `status`; its data is the JSON of `GET /v1/status`. The same status is not sent twice, and of
         *     changes that follow one another quickly only the last is. Every 30 seconds without an event there is a comment line.
         *     The stream ends when the agent does, or when the origin may no longer ask. At most 16 streams of one caller.
         *
         *     On the agent's own page there are two events more, without data (`{}`): `used` when a request that got as far as
         *     consent has come to its end or the allow-list has changed, so that the audit log and perhaps tries and dates are others;
         *     `origins` when an origin was allowed, removed or turned away. A program has them from `GET /v1/events/all`.
         *
         *     Scope: `status`.
         */
        readonly get: operations["events"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/events/all": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The status and everything else that changes, as server-sent events.
         * @description The events of `GET /v1/events`, and two more without data (`{}`): `used` when a request that got as far as consent has
         *     come to its end or the allow-list has changed, so that the audit log and perhaps tries and dates are others; `origins`
         *     when an origin was allowed, removed or turned away. Without heartbeat: on the socket each end learns at once that the
         *     other has gone, and one that waits here for days need not be woken.
         *
         *     For programs on the agent's socket.
         */
        readonly get: operations["allEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/guide": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The official guidance to the card's certificates, in five topics.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly get: operations["guide"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Says that the agent is there.
         * @description Scope: none.
         */
        readonly get: operations["health"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * This document.
         * @description Scope: none.
         */
        readonly get: operations["openapi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/openings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Opens the agent's own page on a port made for it.
         * @description The answer's `address` holds a secret that works once and for 30 seconds; hand it to the browser by a file that only
         *     this user can read, not by arguments. The page's script exchanges it, by `POST /v1/session` on that port, for a token
         *     that is good there and while the page is there, for all routes but `authenticate` and `sign`.
         *
         *     For programs on the agent's socket.
         */
        readonly post: operations["openPage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/openings/{opening}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What has become of an opening, once its page is there or can come no more.
         * @description For programs on the agent's socket.
         */
        readonly get: operations["opening"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Gives an opening up that no browser has come for: its secret opens nothing any more. A page that is there stays.
         * @description For programs on the agent's socket.
         */
        readonly delete: operations["giveUpOpening"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/origins": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The origins that may ask, and those that were turned away.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly get: operations["origins"];
        /**
         * Lets an origin ask this, and nothing else. Written into the settings file, in force at once.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly put: operations["allowOrigin"];
        readonly post?: never;
        /**
         * Takes an origin out of the list; in force at once.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly delete: operations["removeOrigin"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/pins": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Tries left for both PINs. Costs none.
         * @description Scope: `status`.
         */
        readonly get: operations["pins"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/pins/{kind}/change": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Asks the holder for the present PIN and a new one, typed twice, and changes it.
         * @description One VERIFY of the present PIN, one change, one VERIFY of the new PIN as it was typed the second time. Nobody has
         *     reported yet that this works on a real card, so every card but the software card needs
         *     `iUnderstandThisIsUnproven`; the sure ways are the official software and the municipal office. Every failure from
         *     the look at the card on says in `afterChange` which PIN is in force.
         *
         *     For programs on the agent's socket and the agent's own page.
         */
        readonly post: operations["change"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/pins/{kind}/unprotect": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Lets the last try of a PIN be used once, within five minutes, after a question on the machine.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly post: operations["unprotect"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/release": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Lets the card go now, if it is kept: the one in `reader`, or all.
         * @description Scope: any.
         */
        readonly post: operations["release"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reminders": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The reminders for the card in a reader: certificates that end or can be renewed, the signature password, the period of stay.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly get: operations["reminders"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reminders/done": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The holder has seen to what there is with this date: it is told no more.
         * @description For programs on the agent's socket.
         */
        readonly post: operations["remindersDone"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reminders/kept": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What holds for all cards that were seen, and for the period of stay: no reader and no card are needed. A card whose certificates were renewed is left out, and so is what the holder has seen to.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly get: operations["keptReminders"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/settings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The settings in force.
         * @description For programs on the agent's socket and the agent's own page.
         */
        readonly get: operations["settings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sign": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Asks the holder for the signature password and signs 1 to 100 digests: all or none, with one VERIFY.
         * @description Scope: `sign`.
         */
        readonly post: operations["sign"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The readers and what lies in each.
         * @description Scope: `status`.
         */
        readonly get: operations["status"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What a reminder is about: one of the two certificates, the signature password, the period of stay.
         * @enum {string}
         */
        readonly AboutName: "authentication" | "signature" | "password" | "stay";
        /** @description Who answers. */
        readonly AgentName: {
            /**
             * @description Always `jpki-agent`.
             * @example jpki-agent
             */
            readonly product: string;
            /**
             * @description Its version.
             * @example 0.1.0
             */
            readonly version: string;
        };
        /** @description An origin that may ask. */
        readonly AllowedOrigin: {
            /**
             * @description As browsers send it.
             * @example https://portal.example
             */
            readonly origin: string;
            /** @description What it may ask. */
            readonly scopes: readonly components["schemas"]["ScopeName"][];
            /**
             * @description With its name as text, if that is no plain ASCII and cannot deceive.
             * @example https://東京.jp
             */
            readonly text?: string;
        };
        /** @description Name, address, birth date and sex, each null if the certificate does not have it. */
        readonly Attributes: {
            /** @description Address. */
            readonly address: string | null;
            /**
             * @description The same for the address.
             * @example 0000
             */
            readonly addressSubstitutes: string | null;
            readonly birthDate: components["schemas"]["BirthDateParts"] | null;
            /** @description The birth date as it stands in the certificate; only where `era` is `other`. */
            readonly birthDateRaw?: string;
            /** @description Name. */
            readonly name: string | null;
            /**
             * @description One digit for each character of the name: 1 where it stands for another that cannot be carried.
             * @example 00000
             */
            readonly nameSubstitutes: string | null;
            readonly sex: components["schemas"]["SexName"] | null;
            /** @description The code as it stands in the certificate; only where `sex` is `other`. */
            readonly sexRaw?: string;
        };
        /** @description The log, and what a check of all of it has found. */
        readonly Audit: {
            /** @description The latest, oldest of them first. */
            readonly entries: readonly components["schemas"]["AuditEntry"][];
            /** @description What is not as it should be, or worth knowing. */
            readonly findings: readonly components["schemas"]["AuditFinding"][];
            /** @description Was nothing in the log changed behind the agent's back, as far as can be told? */
            readonly intact: boolean;
            /**
             * Format: int64
             * @description Findings beyond those listed.
             */
            readonly moreFindings: number;
        };
        /** @description A digest. */
        readonly AuditDigest: {
            /**
             * @description Its algorithm.
             * @example SHA-256
             */
            readonly algorithm: string;
            /** @description Its bytes. */
            readonly value: string;
        };
        /** @description One entry. */
        readonly AuditEntry: components["schemas"]["AuditKind"] & {
            /**
             * Format: int64
             * @description Grows from entry to entry.
             */
            readonly sequence: number;
            /**
             * Format: date-time
             * @description When; null where nobody could say.
             */
            readonly time: string | null;
        };
        /** @description Something about the log itself. */
        readonly AuditFinding: {
            /** @description Was the log changed by somebody else? Otherwise it is the trace of a crash or a full disk. */
            readonly alarm: boolean;
            /** @description The file it is in; the folder if it is about the whole log. */
            readonly file: string;
            /**
             * Format: int64
             * @description The line in that file, counted from 1; null if it is about no line.
             */
            readonly line: number | null;
            /** @description What, in the language of `Accept-Language`. */
            readonly text: string;
        };
        /** @description Records are missing. */
        readonly AuditGap: {
            /**
             * Format: int64
             * @description How many.
             */
            readonly records: number;
        };
        /** @description What happened. */
        readonly AuditKind: (components["schemas"]["AuditRequest"] & {
            /** @enum {string} */
            readonly kind: "request";
        }) | (components["schemas"]["AuditOriginAllowed"] & {
            /** @enum {string} */
            readonly kind: "origin_allowed";
        }) | (components["schemas"]["AuditOriginRemoved"] & {
            /** @enum {string} */
            readonly kind: "origin_removed";
        }) | (components["schemas"]["AuditGap"] & {
            /** @enum {string} */
            readonly kind: "gap";
        }) | {
            /** @enum {string} */
            readonly kind: "mended";
        } | {
            /** @enum {string} */
            readonly kind: "dropped";
        } | {
            /** @enum {string} */
            readonly kind: "cleared";
        } | {
            /** @enum {string} */
            readonly kind: "unreadable";
        };
        /** @description An origin was allowed. */
        readonly AuditOriginAllowed: {
            /** @description By an edit of the settings file, not through the agent. */
            readonly byFile: boolean;
            /** @description Which. */
            readonly origin: string;
            /** @description What it may ask since. */
            readonly scopes: readonly components["schemas"]["ScopeName"][];
        };
        /** @description An origin was taken out of the list. */
        readonly AuditOriginRemoved: {
            /** @description By an edit of the settings file, not through the agent. */
            readonly byFile: boolean;
            /** @description Which. */
            readonly origin: string;
        };
        /** @description What is known of a program that asked. */
        readonly AuditProgram: {
            /** @description Name of its executable; null if the system did not tell. */
            readonly name: string | null;
            /**
             * Format: int32
             * @description Its process id then; null if the system did not tell.
             */
            readonly pid: number | null;
        };
        /** @description A request that got as far as consent. */
        readonly AuditRequest: {
            /** @description Why it failed: the code of the problem. */
            readonly code?: string;
            /** @description What was to be signed. */
            readonly digests: readonly components["schemas"]["AuditDigest"][];
            /** @description The key whose secret was wanted. */
            readonly keyKind?: components["schemas"]["KeyKindName"];
            /** @description The site a program asked for. */
            readonly onBehalfOf?: string;
            /** @description What for. */
            readonly operation: components["schemas"]["OperationName"];
            /** @description The page that asked. */
            readonly origin?: string;
            /** @description What came of it. */
            readonly outcome: components["schemas"]["OutcomeName"];
            /** @description The program that asked. */
            readonly program?: components["schemas"]["AuditProgram"];
        };
        /** @description The audit log. */
        readonly AuditSettings: {
            /**
             * Format: int32
             * @description Older records are dropped; null: none are.
             */
            readonly retentionDays: number | null;
        };
        /** @description A log-in to be signed. */
        readonly AuthenticateBody: {
            /**
             * @description The site's nonce, used as text and never decoded.
             * @example 12345678123456781234567812345678912356789123
             */
            readonly challengeNonce: string;
            /**
             * @description The site. Refused from a page, whose own origin it is; required from a program, and must be allow-listed with
             *     the scope `authenticate`.
             * @example https://portal.example
             */
            readonly origin?: string;
            /**
             * @description Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
             *     that holds a My Number card.
             * @example r1
             */
            readonly reader?: string;
        };
        /** @description The token, and who made it. */
        readonly Authentication: {
            /** @description Who made it. */
            readonly agent: components["schemas"]["AgentName"];
            /** @description To be sent to the site's server as it is. */
            readonly token: components["schemas"]["Token"];
        };
        /**
         * @description Where cards come from: the system's PC/SC service, or the software card in the agent.
         * @enum {string}
         */
        readonly BackendName: "pcsc" | "simulator";
        /** @description A birth date, any part of which may be unknown. */
        readonly BirthDateParts: {
            /**
             * Format: int32
             * @description The day, or null.
             * @example 17
             */
            readonly day: number | null;
            /** @description The Japanese era. */
            readonly era: components["schemas"]["EraName"];
            /**
             * Format: int32
             * @description The month, or null.
             * @example 2
             */
            readonly month: number | null;
            /**
             * Format: int32
             * @description The year by the Gregorian calendar, or null.
             * @example 1980
             */
            readonly year: number | null;
        };
        /** @description How cards are used. */
        readonly CardSettings: {
            /** @description Are certificates read in long pieces, where card and reader take them? */
            readonly extendedReads: boolean;
            /**
             * Format: double
             * @description How long a card may be kept between requests.
             */
            readonly idleReleaseSeconds: number;
            /** @description The only reader in use; null: all. */
            readonly reader: string | null;
            /** @description Folder of further certificates of authorities. */
            readonly rootsDir: string | null;
            /**
             * @description `exclusive` or `prefer-exclusive`.
             * @example prefer-exclusive
             */
            readonly sharing: string;
        };
        /**
         * @description What lies in a reader: nothing; a My Number card; another card; a JPKI token that is no My Number card, as a
         *     phone; something that does not answer; a card held by another program.
         * @enum {string}
         */
        readonly CardStateName: "none" | "jpki" | "other" | "unsupported" | "mute" | "busy";
        /**
         * @description Which of the four certificates on a card.
         * @enum {string}
         */
        readonly CertificateKindName: "authentication" | "authentication-ca" | "signature" | "signature-ca";
        /** @description What is told of a certificate that can be read. */
        readonly CertificateSummary: {
            /** @description Whom it chains to. */
            readonly chain: components["schemas"]["Chain"];
            /**
             * Format: int32
             * @description Days to its last day, counted in Japan; negative once it has ended.
             */
            readonly daysLeft: number;
            /** @description SHA-256 of its DER. */
            readonly fingerprintSha256: string;
            /**
             * @description Algorithm and size of its key.
             * @example RSA-2048
             */
            readonly keyAlgorithm: string;
            /**
             * Format: date-time
             * @description Last instant of its period.
             * @example 2030-02-17T14:59:59Z
             */
            readonly notAfter: string;
            /**
             * Format: date
             * @description Last day of its period in Japan.
             * @example 2030-02-17
             */
            readonly notAfterJst: string;
            /**
             * Format: date-time
             * @description First instant of its period.
             * @example 2025-10-27T05:12:00Z
             */
            readonly notBefore: string;
            /** @description Where now lies. */
            readonly period: components["schemas"]["PeriodName"];
            /** @description When it may be renewed; only of the holder's own certificates. */
            readonly renewal?: components["schemas"]["RenewalWindow"];
            /** @description Revocation cannot be checked by the agent. */
            readonly revocation: components["schemas"]["Revocation"];
        };
        /** @description The certificates on the card, in short. */
        readonly Certificates: {
            /** @description All four, those that cannot be read by their state alone. */
            readonly certificates: readonly components["schemas"]["ListedCertificate"][];
            /**
             * @description The reader with the card.
             * @example r1
             */
            readonly reader: string;
        };
        /** @description Whom a certificate chains to. Dates never change it. */
        readonly Chain: {
            /** @description That authority's world. */
            readonly environment: components["schemas"]["EnvironmentName"];
            /** @description What the check found. */
            readonly result: components["schemas"]["ChainResultName"];
            /**
             * @description The pinned authority that issued it, or null.
             * @example auth-2023
             */
            readonly root: string | null;
        };
        /**
         * @description What the check of a chain found. An unknown issuer is a warning: perhaps a new generation of authorities.
         * @enum {string}
         */
        readonly ChainResultName: "trusted" | "unknown_issuer" | "bad_signature" | "not_a_jpki_certificate";
        /** @description A change that was made, and that the card has proved. */
        readonly Change: {
            /** @description The one that was changed, as it stands now. */
            readonly pins: readonly components["schemas"]["PinStatus"][];
            /**
             * @description The reader with the card.
             * @example r1
             */
            readonly reader: string;
        };
        /** @description A PIN to be changed. The present one and the new one are typed into the agent's prompt, and nowhere else. */
        readonly ChangeBody: {
            /**
             * @description The holder knows that nobody has reported yet that this works on a real card. Must be true for every card but the
             *     software card.
             * @default false
             */
            readonly iUnderstandThisIsUnproven: boolean;
            /**
             * @description Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
             *     that holds a My Number card.
             * @example r1
             */
            readonly reader?: string;
        };
        /** @description The body of a route that asks the person and takes nothing but the reader. */
        readonly ChosenReaderBody: {
            /**
             * @description Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
             *     that holds a My Number card.
             * @example r1
             */
            readonly reader?: string;
        };
        /**
         * @description What a reminder says.
         * @enum {string}
         */
        readonly CodeName: "expires_soon" | "renewal_open" | "expired" | "password_due" | "stay_ends";
        /** @description How the person is asked. */
        readonly ConsentSettings: {
            /**
             * Format: double
             * @description Answers sooner than this after a prompt appeared are discarded.
             */
            readonly guardSeconds: number;
            /** @description Are the holder's own words shown in prompts? */
            readonly phraseSet: boolean;
            /** @description The program that shows prompts; null: the usual ones, in the usual order. */
            readonly promptProgram: string | null;
            /**
             * Format: double
             * @description How long a prompt waits.
             */
            readonly timeoutSeconds: number;
        };
        readonly DerFile: Record<string, never>;
        /** @description One digest. The agent builds DigestInfo around it; nothing else is signed. */
        readonly Digest: {
            /** @description The hash function. */
            readonly algorithm: components["schemas"]["DigestAlgorithmName"];
            /**
             * @description What the site calls it, shown in the prompt: plain text without control, zero-width and direction-changing
             *     characters. Beyond U+FFFF, where patterns differ between languages, those refused are U+1BCA0 to U+1BCA3,
             *     U+1D173 to U+1D17A, and U+E0000 to U+E0FFF without the variation selectors U+E0100 to U+E01EF.
             * @example r7-shinkoku.xtx
             */
            readonly label?: string;
            /**
             * @description The digest: 32, 48 or 64 bytes, as the algorithm makes.
             * @example ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=
             */
            readonly value: string;
        };
        /**
         * @description A hash function whose results may be signed.
         * @enum {string}
         */
        readonly DigestAlgorithmName: "SHA-256" | "SHA-384" | "SHA-512";
        /** @description How the certificate is asked for. */
        readonly DiscloseBody: {
            /**
             * @description Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
             *     that holds a My Number card.
             * @example r1
             */
            readonly reader?: string;
            /** @description Said by the prompt, where one thing the person does needs two requests. */
            readonly step?: components["schemas"]["StepName"];
        };
        /** @description The signature certificate and what it says about its holder. */
        readonly Disclosure: {
            readonly attributes: components["schemas"]["Attributes"] | null;
            /** @description The certificate. */
            readonly certificate: components["schemas"]["SingleCertificate"];
        };
        /** @description What was found about one part. */
        readonly DoctorFinding: {
            /** @description Why, where that is known; may hold the system's own words. */
            readonly cause: string | null;
            /**
             * @description Names what was found; never changes.
             * @example reader_none
             */
            readonly check: string;
            readonly level: components["schemas"]["LevelName"];
            /** @description What can be done; always there for an `error`. */
            readonly remedy: string | null;
            /** @description What was found, in the language of `Accept-Language`. */
            readonly text: string;
        };
        /** @description What the looks found. */
        readonly DoctorFindings: {
            /** @description In the order a person would go about it. */
            readonly findings: readonly components["schemas"]["DoctorFinding"][];
        };
        /** @description How many reminders that were. */
        readonly Done: {
            /** @description Those with that date; 0 if there was none. */
            readonly done: number;
        };
        /** @description What the holder has seen to. */
        readonly DoneBody: {
            /**
             * Format: date
             * @description `dateJst` of the reminders: the last day of a certificate or of the stay, or the day on which a year was full.
             * @example 2030-02-17
             */
            readonly dateJst: string;
        };
        /** @description The body of a route that takes nothing. */
        readonly EmptyBody: Record<string, never>;
        /**
         * @description Which world a certificate belongs to: real cards, test cards of J-LIS, the software card.
         * @enum {string}
         */
        readonly EnvironmentName: "production" | "jlis-test" | "simulator" | "unknown";
        /**
         * @description A Japanese era. `other`: a code not known, given beside it.
         * @enum {string}
         */
        readonly EraName: "meiji" | "taisho" | "showa" | "heisei" | "reiwa" | "unknown" | "other";
        /** @description The guide, in the caller's language. */
        readonly Guide: {
            /** @description All topics, in the order in which they are shown. */
            readonly topics: readonly components["schemas"]["GuideTopic"][];
        };
        /** @description A page of an official body. */
        readonly GuideLink: {
            /** @description What it is. */
            readonly label: string;
            /**
             * @description Where it is.
             * @example https://www.jpki.go.jp/
             */
            readonly url: string;
        };
        /** @description One part of a topic. */
        readonly GuideSection: {
            /** @description Its heading. */
            readonly heading: string;
            /** @description Pages of official bodies. */
            readonly links: readonly components["schemas"]["GuideLink"][];
            /** @description What to do or to know, one by one. */
            readonly steps: readonly string[];
        };
        /** @description One topic. */
        readonly GuideTopic: {
            /** @description Its parts. */
            readonly sections: readonly components["schemas"]["GuideSection"][];
            /** @description Its heading. */
            readonly title: string;
            /** @description Which. */
            readonly topic: components["schemas"]["TopicName"];
        };
        /** @description The agent that answers. */
        readonly Health: {
            /**
             * Format: int32
             * @description Version of the API.
             * @example 1
             */
            readonly api: number;
            /**
             * @description Always `jpki-agent`. Another program may hold the port, so look at it.
             * @example jpki-agent
             */
            readonly product: string;
            /**
             * @description Version of the agent.
             * @example 0.1.0
             */
            readonly version: string;
        };
        /** @description What holds for one card, or for the period of stay. */
        readonly KeptCardReminders: {
            /** @description Of each subject the latest that holds, without what the holder has seen to. */
            readonly reminders: readonly components["schemas"]["ReminderEntry"][];
            /** @description It is about the software card. */
            readonly simulated: boolean;
        };
        /** @description What holds for all cards that were seen, in a reader or not. */
        readonly KeptReminders: {
            /** @description One for each card of which there is something to say, and one for the period of stay. */
            readonly kept: readonly components["schemas"]["KeptCardReminders"][];
            /** @description What neither card nor agent can tell, in the caller's language: moving or marriage voids the signature certificate. */
            readonly note: string;
            /** @description The yearly reminder to change the signature password is on, and waits until that password has been given once. */
            readonly yearlyReminderWaits: boolean;
        };
        /**
         * @description Which of the two keys.
         * @enum {string}
         */
        readonly KeyKindName: "authentication" | "signature";
        /**
         * @description How a part is: as it should be, worth knowing, or something to do.
         * @enum {string}
         */
        readonly LevelName: "ok" | "warning" | "error";
        /** @description How often may be asked. */
        readonly LimitsSettings: {
            /**
             * Format: int32
             * @description Refusals and time-outs in ten minutes before a caller must wait.
             */
            readonly declinesBeforeWait: number;
            /**
             * Format: int32
             * @description Requests of one caller in a minute.
             */
            readonly requestsPerMinute: number;
        };
        /** @description One certificate of the list. */
        readonly ListedCertificate: components["schemas"]["ReadableCertificate"] | components["schemas"]["UnreadableCertificate"];
        /** @description What the person is told of. */
        readonly NotificationsSettings: {
            /** @description That the signature password should be changed, once a year (`password_yearly` in the file). */
            readonly changeYearly: boolean;
            /** @description Certificates that end or can be renewed. */
            readonly expiry: boolean;
            /** @description Sites that were turned away. */
            readonly refusedOrigins: boolean;
            /** @description Each use of a key. */
            readonly signatures: boolean;
            /**
             * @description The last day of the holder's period of stay, in Japan time; null: none is known.
             * @example 2027-03-31
             */
            readonly stayUntil: string | null;
        };
        /** @description A page that waits for its window. */
        readonly Opening: {
            /**
             * @description Where the page is, with what opens it behind `#`. Whoever has this before the page does has what the page has.
             * @example http://127.0.0.1:54321/#…
             */
            readonly address: string;
            /**
             * Format: int64
             * @description How long the address is good for.
             * @example 30
             */
            readonly expiresInSeconds: number;
            /**
             * Format: int64
             * @description Names the opening, for `GET /v1/openings/{opening}`.
             * @example 1
             */
            readonly opening: number;
        };
        /** @description How far an opening is. */
        readonly OpeningProgress: {
            /** @description How far. */
            readonly state: components["schemas"]["OpeningState"];
        };
        /**
         * @description How far an opening is.
         * @enum {string}
         */
        readonly OpeningState: "used" | "ended";
        /**
         * @description What was to be done with the card.
         * @enum {string}
         */
        readonly OperationName: "authenticate" | "sign" | "disclose" | "pin-change" | "unprotect";
        /** @description An origin to be allowed; what it could ask before is replaced. */
        readonly OriginBody: {
            /**
             * @description What it may ask. Without it: `status`, `authenticate` and `sign`. `certificates` hands out a lasting identifier
             *     without a prompt.
             */
            readonly allow?: readonly components["schemas"]["ScopeName"][];
            /**
             * @description Ask the person at the machine first. For the agent's own page they are asked in any case where the origin gets more.
             * @default false
             */
            readonly ask: boolean;
            /**
             * @description Allow it even without TLS.
             * @default false
             */
            readonly force: boolean;
            /**
             * @description As browsers send it.
             * @example https://portal.example
             */
            readonly origin: string;
        };
        /** @description Who may ask, and who was turned away. */
        readonly Origins: {
            /** @description The allow-list, in the order of the settings file. */
            readonly allowed: readonly components["schemas"]["AllowedOrigin"][];
            /** @description Why the settings file cannot be used at the moment; the list stays as it was until it can. */
            readonly fault?: string;
            /** @description Origins whose pages asked and were turned away, latest first; at most 64, since the agent started. */
            readonly refused: readonly components["schemas"]["TurnedAway"][];
            /** @description What to think about, in the caller's language. Only in the answer to `PUT`. */
            readonly warnings?: readonly string[];
        };
        /**
         * @description What came of it. `unknown`: it may have been done; `abandoned`: the caller went away.
         * @enum {string}
         */
        readonly OutcomeName: "done" | "failed" | "unknown" | "abandoned";
        /**
         * @description Where a moment lies.
         * @enum {string}
         */
        readonly PeriodName: "in_period" | "expired" | "not_yet_valid";
        /**
         * @description Which PIN is in force after a change that did not come to its end.
         * @enum {string}
         */
        readonly PinAfterwardsName: "unchanged" | "changed" | "unknown";
        /**
         * @description How a PIN stands.
         * @enum {string}
         */
        readonly PinState: "ok" | "last_try" | "blocked" | "unknown";
        /** @description Tries left for one PIN. */
        readonly PinStatus: {
            /** @description What to do about one that is blocked, at its last try or not known, as the other one stands: in the caller's language. */
            readonly guidance?: string;
            /** @description Whose. */
            readonly kind: components["schemas"]["KeyKindName"];
            /** @description How it stands. */
            readonly state: components["schemas"]["PinState"];
            /**
             * Format: int32
             * @description Tries left; null if the card does not say.
             */
            readonly triesLeft: number | null;
            /**
             * Format: int32
             * @description Tries of a fresh PIN.
             */
            readonly triesMax: number;
        };
        /** @description Tries left for both PINs. */
        readonly Pins: {
            /** @description Both PINs. */
            readonly pins: readonly components["schemas"]["PinStatus"][];
            /**
             * @description The reader with the card.
             * @example r1
             */
            readonly reader: string;
        };
        /** @description Body of every failure. */
        readonly Problem: {
            /**
             * @description Which PIN is in force, where a change did not come to its end: `unchanged` is the one before, `changed` the new
             *     one, `unknown` either of them; then nobody should try on.
             */
            readonly afterChange?: components["schemas"]["PinAfterwardsName"];
            /** @description The problem's stable name. */
            readonly code: components["schemas"]["ProblemCode"];
            /** @description What happened this time, in the caller's language. */
            readonly detail: string;
            /** @description Where and how to have a blocked PIN reset, in the caller's language. */
            readonly guidance?: string;
            /** @description The member, parameter or header that was not understood. */
            readonly member?: string;
            /**
             * @description Present and true if the card went away during VERIFY or while signing, or the agent failed after it: nobody
             *     knows whether the card acted.
             */
            readonly outcomeUnknown?: boolean;
            /** @description What is wrong with it, in English, for whoever wrote the request. */
            readonly reason?: string;
            /** @description What the person can do about it, in the caller's language. */
            readonly remedy: string;
            /**
             * @description Names this request in the agent's log.
             * @example 9f86d081884c7d65
             */
            readonly requestId: string;
            /** @description May the same request, repeated, succeed once the person has done what the remedy says? */
            readonly retriable: boolean;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            readonly status: number;
            /** @description What kind of problem it is, in the caller's language. */
            readonly title: string;
            /**
             * Format: int32
             * @description Tries left, where a PIN is concerned; null if the card does not say.
             */
            readonly triesLeft?: number | null;
            /**
             * @description `urn:jpki-agent:problem:` and the code.
             * @example urn:jpki-agent:problem:pin_incorrect
             */
            readonly type: string;
        };
        /** @enum {string} */
        readonly ProblemCode: "invalid_request" | "caller_unidentified" | "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "pin_required" | "user_declined" | "consent_timeout" | "pin_incorrect" | "not_found" | "method_not_allowed" | "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" | "certificate_absent" | "certificate_mismatch" | "prompt_busy" | "last_try_protected" | "pin_change_unproven" | "body_too_large" | "unsupported_media_type" | "host_not_allowed" | "pin_blocked" | "rate_limited" | "internal" | "card_fault" | "pcsc_unavailable" | "pinentry_unavailable" | "shutting_down" | "card_timeout";
        /**
         * @description A certificate can be read.
         * @enum {string}
         */
        readonly Readable: "readable";
        /** @description A certificate that can be read, in short. */
        readonly ReadableCertificate: components["schemas"]["CertificateSummary"] & {
            /** @description Which of the four. */
            readonly kind: components["schemas"]["CertificateKindName"];
            /** @description It can be read. */
            readonly state: components["schemas"]["Readable"];
        };
        /** @description One reader. */
        readonly Reader: {
            /** @description What lies in it. */
            readonly card: components["schemas"]["CardStateName"];
            /**
             * @description What a person recognises it by, beside the readers there are now; it can change when others come or go.
             * @example ACS ACR1252
             */
            readonly displayName: string;
            /**
             * @description For the `reader` of other routes; the same for the same reader name while the agent runs.
             * @example r1
             */
            readonly id: string;
            /**
             * @description Its name in PC/SC.
             * @example ACS ACR1252 00 00
             */
            readonly name: string;
        };
        /** @description The body of a route that takes nothing but the reader. */
        readonly ReaderBody: {
            /**
             * @description Id of a reader from the status. Without it: the only reader that holds a My Number card.
             * @example r1
             */
            readonly reader?: string;
        };
        /** @description One reminder. */
        readonly ReminderEntry: {
            /** @description What it is about. */
            readonly about: components["schemas"]["AboutName"];
            /** @description What there is to say. */
            readonly code: components["schemas"]["CodeName"];
            /**
             * Format: date
             * @description The last day, in Japan; for a password the day on which the year was full.
             * @example 2030-02-17
             */
            readonly dateJst: string | null;
            /**
             * Format: int32
             * @description Days to `dateJst`, negative after it; null where none are counted.
             */
            readonly daysLeft: number | null;
            /** @description The same in words, in the caller's language. */
            readonly text: string;
        };
        /** @description What the card's holder should know in time. */
        readonly Reminders: {
            /** @description What neither card nor agent can tell, in the caller's language: moving or marriage voids the signature certificate. */
            readonly note: string;
            /**
             * @description The reader with the card.
             * @example r1
             */
            readonly reader: string;
            /** @description What holds now, told before or not, without what the holder has seen to. */
            readonly reminders: readonly components["schemas"]["ReminderEntry"][];
            readonly signatureCertificate: components["schemas"]["SignatureCertificate"] | null;
            /** @description The yearly reminder to change the signature password is on, and waits until that password has been given once. */
            readonly yearlyReminderWaits: boolean;
        };
        /** @description When a certificate may be renewed. The municipal office has the last word. */
        readonly RenewalWindow: {
            /** @description That day has come, and the certificate is still in its period. */
            readonly open: boolean;
            /**
             * Format: date
             * @description First day, in Japan.
             * @example 2029-11-18
             */
            readonly opensOnJst: string;
        };
        /**
         * @description What is known of revocation.
         * @enum {string}
         */
        readonly Revocation: "not_checked";
        /**
         * @description What a caller may ask.
         * @enum {string}
         */
        readonly ScopeName: "status" | "certificates" | "authenticate" | "sign";
        /** @description Where the agent listens. */
        readonly ServerSettings: {
            /**
             * Format: double
             * @description Started by a request, it ends after so many minutes without one; null: never.
             * @example 15
             */
            readonly idleExitMinutes: number | null;
            /**
             * Format: int32
             * @description Its port on 127.0.0.1.
             * @example 25754
             */
            readonly port: number;
        };
        /** @description The settings in force. Nothing in it is private: the holder's own words are only said to be there or not. */
        readonly Settings: {
            /** @description `[audit]` */
            readonly audit: components["schemas"]["AuditSettings"];
            /** @description `[card]` */
            readonly card: components["schemas"]["CardSettings"];
            /** @description `[consent]` */
            readonly consent: components["schemas"]["ConsentSettings"];
            /** @description The settings file; null if there is none. */
            readonly file: string | null;
            /**
             * @description Language of prompts and of the agent's own page; null: that of the person's other programs.
             * @example ja
             */
            readonly language: string | null;
            /** @description `[limits]` */
            readonly limits: components["schemas"]["LimitsSettings"];
            /** @description `[notifications]` */
            readonly notifications: components["schemas"]["NotificationsSettings"];
            /** @description `[server]` */
            readonly server: components["schemas"]["ServerSettings"];
            /** @description `[tls]` */
            readonly tls: components["schemas"]["TlsSettings"];
        };
        /**
         * @description Sex. `other`: another code, given beside it.
         * @enum {string}
         */
        readonly SexName: "male" | "female" | "other";
        /** @description Digests to be signed. */
        readonly SignBody: {
            /** @description Refuse if the card's signature certificate is another: SHA-256 of its DER. */
            readonly certificateFingerprintSha256?: string;
            /** @description What to sign, in this order, with one entry of the PIN. */
            readonly digests: readonly components["schemas"]["Digest"][];
            /**
             * @description Put the certificate into the answer.
             * @default true
             */
            readonly includeCertificate: boolean;
            /**
             * @description Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
             *     that holds a My Number card.
             * @example r1
             */
            readonly reader?: string;
            /** @description Said by the prompt, where one thing the person does needs two requests. */
            readonly step?: components["schemas"]["StepName"];
        };
        /** @description One signature. */
        readonly Signature: {
            /**
             * @description JOSE name of the algorithm: `RS256`, `RS384` or `RS512` today.
             * @example RS256
             */
            readonly algorithm: string;
            /** @description The signature. Its length depends on the card's key. */
            readonly value: string;
        };
        /** @description A signature certificate that was read before. */
        readonly SignatureCertificate: {
            /**
             * Format: int32
             * @description Days to its last day, counted in Japan; negative once it has ended.
             */
            readonly daysLeft: number;
            /** @description SHA-256 of its DER. */
            readonly fingerprintSha256: string;
            /**
             * Format: date-time
             * @description Last instant of its period.
             * @example 2030-02-17T14:59:59Z
             */
            readonly notAfter: string;
            /**
             * Format: date
             * @description Last day of its period in Japan.
             * @example 2030-02-17
             */
            readonly notAfterJst: string;
            /**
             * Format: date-time
             * @description First instant of its period.
             * @example 2025-10-27T05:12:00Z
             */
            readonly notBefore: string;
            /** @description Where now lies. */
            readonly period: components["schemas"]["PeriodName"];
            /** @description When it may be renewed. */
            readonly renewal: components["schemas"]["RenewalWindow"];
        };
        /** @description All signatures; there are none if one could not be made. */
        readonly Signatures: {
            /** @description The signature certificate, DER; left out if it was not wanted. */
            readonly certificate?: string;
            /** @description One for each digest, in their order. Each was checked with the certificate's key. */
            readonly signatures: readonly components["schemas"]["Signature"][];
        };
        /** @description One certificate, whole. */
        readonly SingleCertificate: components["schemas"]["CertificateSummary"] & {
            /** @description Its DER. */
            readonly certificate: string;
            /** @description Who issued it. */
            readonly issuer: string;
            /** @description Which of the four. */
            readonly kind: components["schemas"]["CertificateKindName"];
            /** @description Its serial number, hexadecimal. */
            readonly serialNumber: string;
            /** @description It was read. */
            readonly state: components["schemas"]["Readable"];
            /**
             * @description Whom it is about, in the order of the certificate.
             * @example C=JP, O=JPKI, CN=…
             */
            readonly subject: string;
        };
        /** @description The readers and what lies in them. Nothing in it identifies a card or a person. */
        readonly Status: {
            /** @description Who answers. */
            readonly agent: components["schemas"]["AgentName"];
            /** @description Where cards come from. */
            readonly backend: components["schemas"]["BackendName"];
            /** @description What the caller may ask. */
            readonly grantedScopes: readonly components["schemas"]["ScopeName"][];
            /** @description Why there are no readers, if the service is down. */
            readonly problem?: components["schemas"]["StatusProblem"];
            /** @description The readers. */
            readonly readers: readonly components["schemas"]["Reader"][];
        };
        /**
         * @description What keeps the agent from seeing readers.
         * @enum {string}
         */
        readonly StatusProblem: "pcsc_unavailable";
        /**
         * @description Which of two requests for one thing the person does: reading the certificate, then signing. The prompt says so, in
         *     its own words.
         * @enum {string}
         */
        readonly StepName: "1/2" | "2/2";
        /** @description HTTPS on loopback. */
        readonly TlsSettings: {
            /** @description Is it wanted? */
            readonly enabled: boolean;
            /**
             * Format: int32
             * @description The port it is on; null: on none.
             */
            readonly port: number | null;
        };
        /** @description A Web eID authentication token, format `web-eid:1.0`. */
        readonly Token: {
            /**
             * @description JOSE name of the signature algorithm.
             * @example RS256
             */
            readonly algorithm: string;
            /**
             * @description Who made it.
             * @example jpki-agent/0.1.0
             */
            readonly appVersion: string;
            /**
             * @description Always `web-eid:1.0`.
             * @example web-eid:1.0
             */
            readonly format: string;
            /** @description Signature with H, the hash of `algorithm`, over `H(origin) ‖ H(nonce)`. */
            readonly signature: string;
            /** @description The authentication certificate, DER. Its chain, period and revocation are for the server to check. */
            readonly unverifiedCertificate: string;
        };
        /**
         * @description A topic of the guide.
         * @enum {string}
         */
        readonly TopicName: "lost" | "cancel" | "moved" | "blocked" | "renew";
        /** @description An origin that was turned away. */
        readonly TurnedAway: {
            /**
             * Format: int64
             * @description How often.
             */
            readonly count: number;
            /**
             * Format: date-time
             * @description The first time.
             */
            readonly first: string;
            /**
             * Format: date-time
             * @description The last time.
             */
            readonly last: string;
            /** @description As browsers send it. */
            readonly origin: string;
            /** @description With its name as text, if that is no plain ASCII and cannot deceive. */
            readonly text?: string;
        };
        /**
         * @description Why a certificate cannot be read: it is behind its PIN (see the `disclose` route), or the card has none.
         * @enum {string}
         */
        readonly Unreadable: "pin_required" | "absent";
        /** @description A certificate that cannot be read. */
        readonly UnreadableCertificate: {
            /** @description Which of the four. */
            readonly kind: components["schemas"]["CertificateKindName"];
            /** @description Why not. */
            readonly state: components["schemas"]["Unreadable"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly bridge: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page that moves its window on. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html; charset=utf-8": string;
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `peer_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "shutting_down";
                    };
                };
            };
        };
    };
    readonly audit: {
        readonly parameters: {
            readonly query?: {
                /** @description How many at most. Without it: 100. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The entries, and the findings of the check. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Audit"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly authenticate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AuthenticateBody"];
            };
        };
        readonly responses: {
            /** @description The token. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Authentication"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`, `user_declined`, `consent_timeout`, `pin_incorrect`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "user_declined" | "consent_timeout" | "pin_incorrect";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`, `certificate_absent`, `prompt_busy`, `last_try_protected`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" | "certificate_absent" | "prompt_busy" | "last_try_protected";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `pin_blocked`. */
            readonly 423: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pin_blocked";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`, `pinentry_unavailable`, `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable" | "pinentry_unavailable" | "shutting_down";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly certificates: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of a reader from the status. Without it: the only reader that holds a My Number card. */
                readonly reader?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description All four certificates. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Certificates"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly disclose: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["DiscloseBody"];
            };
        };
        readonly responses: {
            /** @description The certificate and the attributes in it. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Disclosure"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`, `user_declined`, `consent_timeout`, `pin_incorrect`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "user_declined" | "consent_timeout" | "pin_incorrect";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`, `certificate_absent`, `prompt_busy`, `last_try_protected`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" | "certificate_absent" | "prompt_busy" | "last_try_protected";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `pin_blocked`. */
            readonly 423: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pin_blocked";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`, `pinentry_unavailable`, `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable" | "pinentry_unavailable" | "shutting_down";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly certificate: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of a reader from the status. Without it: the only reader that holds a My Number card. */
                readonly reader?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description Which certificate. */
                readonly kind: components["schemas"]["CertificateKindName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The certificate. JSON where `Accept` names none of these types. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SingleCertificate"];
                    readonly "application/pkix-cert": components["schemas"]["DerFile"];
                    readonly "application/x-pem-file": string;
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`, `pin_required`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "pin_required";
                    };
                };
            };
            /** @description `not_found`. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`, `certificate_absent`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" | "certificate_absent";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly doctor: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What was found, in the order to go about it. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DoctorFindings"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly events: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Server-sent events without end. The data of each `status` event is a `Status`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 2000
                     *     event: status
                     *     data: {"agent":{"product":"jpki-agent","version":"0.1.0"},"backend":"pcsc","grantedScopes":["status"],"readers":[]}
                     *
                     *     : heartbeat
                     */
                    readonly "text/event-stream": string;
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "shutting_down";
                    };
                };
            };
        };
    };
    readonly allEvents: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Server-sent events without end. The data of each `status` event is a `Status`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 2000
                     *     event: status
                     *     data: {"agent":{"product":"jpki-agent","version":"0.1.0"},"backend":"pcsc","grantedScopes":["status"],"readers":[]}
                     *
                     *     event: used
                     *     data: {}
                     */
                    readonly "text/event-stream": string;
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "shutting_down";
                    };
                };
            };
        };
    };
    readonly guide: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description All topics. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Guide"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly health: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The agent is there. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `peer_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly openapi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The OpenAPI document. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": Record<string, never>;
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `peer_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly openPage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EmptyBody"];
            };
        };
        readonly responses: {
            /** @description Where the page is. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Opening"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "shutting_down";
                    };
                };
            };
        };
    };
    readonly opening: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description From `POST /v1/openings`. */
                readonly opening: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How far it is. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OpeningProgress"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `not_found`. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly giveUpOpening: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description From `POST /v1/openings`. */
                readonly opening: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Nobody opens it any more. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `not_found`. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly origins: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Both lists. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Origins"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly allowOrigin: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["OriginBody"];
            };
        };
        readonly responses: {
            /** @description Both lists as they are now, and `warnings`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Origins"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`, `user_declined`, `consent_timeout`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "user_declined" | "consent_timeout";
                    };
                };
            };
            /** @description `prompt_busy`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "prompt_busy";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `pinentry_unavailable`, `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pinentry_unavailable" | "shutting_down";
                    };
                };
            };
        };
    };
    readonly removeOrigin: {
        readonly parameters: {
            readonly query: {
                /**
                 * @description The origin, as browsers send it.
                 * @example https://portal.example
                 */
                readonly origin: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It may ask no more. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `not_found`. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly pins: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of a reader from the status. Without it: the only reader that holds a My Number card. */
                readonly reader?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Tries left. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Pins"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly change: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Whose PIN. */
                readonly kind: components["schemas"]["KeyKindName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ChangeBody"];
            };
        };
        readonly responses: {
            /** @description The new PIN is in force; how it stands. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Change"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`, `user_declined`, `consent_timeout`, `pin_incorrect`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "user_declined" | "consent_timeout" | "pin_incorrect";
                    };
                };
            };
            /** @description `not_found`. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`, `prompt_busy`, `last_try_protected`, `pin_change_unproven`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" | "prompt_busy" | "last_try_protected" | "pin_change_unproven";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `pin_blocked`. */
            readonly 423: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pin_blocked";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`, `pinentry_unavailable`, `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable" | "pinentry_unavailable" | "shutting_down";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly unprotect: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Whose PIN. */
                readonly kind: components["schemas"]["KeyKindName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ChosenReaderBody"];
            };
        };
        readonly responses: {
            /** @description The next request may use the last try, or there was nothing to lift. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`, `user_declined`, `consent_timeout`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "user_declined" | "consent_timeout";
                    };
                };
            };
            /** @description `not_found`. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`, `prompt_busy`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" | "prompt_busy";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `pin_blocked`. */
            readonly 423: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pin_blocked";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`, `pinentry_unavailable`, `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable" | "pinentry_unavailable" | "shutting_down";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly release: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReaderBody"];
            };
        };
        readonly responses: {
            /** @description No card is kept any more. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `no_reader`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `pcsc_unavailable`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable";
                    };
                };
            };
        };
    };
    readonly reminders: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of a reader from the status. Without it: the only reader that holds a My Number card. */
                readonly reader?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What holds now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reminders"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly remindersDone: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["DoneBody"];
            };
        };
        readonly responses: {
            /** @description How many reminders that were. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Done"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly keptReminders: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What holds now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["KeptReminders"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly settings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description As they were read at the start; the list of origins has a route of its own. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
    readonly sign: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SignBody"];
            };
        };
        readonly responses: {
            /** @description One signature for each digest. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Signatures"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`, `user_declined`, `consent_timeout`, `pin_incorrect`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed" | "user_declined" | "consent_timeout" | "pin_incorrect";
                    };
                };
            };
            /** @description `no_reader`, `no_card`, `card_unsupported`, `several_cards`, `card_busy`, `card_removed`, `certificate_absent`, `certificate_mismatch`, `prompt_busy`, `last_try_protected`. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" | "certificate_absent" | "certificate_mismatch" | "prompt_busy" | "last_try_protected";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `pin_blocked`. */
            readonly 423: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pin_blocked";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `card_fault`. */
            readonly 502: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_fault";
                    };
                };
            };
            /** @description `pcsc_unavailable`, `pinentry_unavailable`, `shutting_down`. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "pcsc_unavailable" | "pinentry_unavailable" | "shutting_down";
                    };
                };
            };
            /** @description `card_timeout`. */
            readonly 504: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "card_timeout";
                    };
                };
            };
        };
    };
    readonly status: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The readers. If the PC/SC service is down: none, and `problem`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Status"];
                };
            };
            /** @description `invalid_request`. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid_request";
                    };
                };
            };
            /** @description `caller_unidentified`. */
            readonly 401: {
                headers: {
                    /** @description Always `Bearer`. */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "caller_unidentified";
                    };
                };
            };
            /** @description `peer_not_allowed`, `origin_not_allowed`, `scope_not_allowed`, `fetch_mode_not_allowed`. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "peer_not_allowed" | "origin_not_allowed" | "scope_not_allowed" | "fetch_mode_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `host_not_allowed`. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "host_not_allowed";
                    };
                };
            };
            /** @description `rate_limited`. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait. */
                    readonly "Retry-After"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
        };
    };
}
