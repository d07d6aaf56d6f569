# What the commands print (src/cli). Answers of the agent come in its own words; these frame them.

# Failures: a title in small letters, then a remedy as a sentence.
cli-no-agent = no agent is running
cli-no-agent-remedy = Start it in another terminal with “jpki-agent serve”, or have it there from each log-in on with “jpki-agent service install”.
cli-agent-ended = the agent has ended
cli-no-answer = the agent did not answer
cli-no-answer-remedy = Look at the agent's log, or start it anew.
cli-odd-answer = the agent's answer was not understood
cli-odd-answer-remedy = Agent and command are of different versions: end the agent and start it again.
cli-settings-faulty = settings not usable
cli-runtime-dir = no folder for the agent's socket
cli-runtime-dir-remedy = Set XDG_RUNTIME_DIR to a folder of yours with mode 0700, as a log-in session does.
cli-file-not-regular = not a regular file
cli-file-too-large = larger than 64 KiB
cli-file-unreadable = file not readable

# Readers and cards.
cli-status-agent = jpki-agent { $version }, { $backend ->
    [pcsc] cards by PC/SC
   *[simulator] SIMULATED CARD: worth nothing
}
cli-status-no-reader = No reader is connected.
cli-status-no-service = The smart card service (PC/SC) is not available.
cli-status-reader = { $id }  { $name }: { $card ->
    [none] no card
    [jpki] My Number Card
    [other] another card
    [unsupported] a card or phone with these certificates that is no My Number Card
    [mute] a card that does not answer
    [busy] a card that another program holds
   *[unknown] unknown
}
cli-released = The card was let go.
cli-waiting-for-card = Waiting for a My Number Card, at most { $seconds } s …

# PINs.
cli-key-kind = { $kind ->
    [authentication] PIN of the user authentication certificate
    [signature] password of the signature certificate
   *[unknown] PIN
}
cli-pin = { $kind }: { $tries }
cli-pin-tries = { $state ->
    [ok] { $left } of { $max } tries left
    [last_try] LAST TRY of { $max }
    [blocked] BLOCKED
   *[unknown] tries left unknown
}
cli-unprotected = If only the last try is left, it may be used now: once, within five minutes. With more tries left there was nothing to allow.

# Certificates.
cli-certificate-kind = { $kind ->
    [authentication] User authentication certificate
    [authentication-ca] Authority for user authentication
    [signature] Signature certificate
    [signature-ca] Authority for signatures
   *[unknown] Certificate
}
cli-certificate-absent = not on the card
cli-certificate-pin-required = readable only with its password; “jpki-agent disclose” asks for it
cli-certificate-pin-required-remedy = “jpki-agent disclose” asks for the password and shows it.
cli-certificate-period = { $period ->
    [in_period] in force until { $date } ({ $days ->
        [one] one day left
       *[other] { $days } days left
    })
    [expired] EXPIRED, last day { $date }
   *[not_yet_valid] NOT YET in force: it begins on { $from }, or this computer's clock is wrong
}
cli-certificate-anew = apply for a new one at the municipal office where you live
cli-certificate-renewal = { $open ->
    [yes] renewal open since { $date }
   *[no] renewal opens on { $date }
}
cli-certificate-chain = { $result ->
    [trusted] issued by { $root } ({ $environment ->
        [production] real card
        [jlis-test] TEST CARD
        [simulator] SIMULATED CARD
       *[unknown] authority added on this computer
    })
    [unknown_issuer] issuer unknown to this agent
    [bad_signature] NOT SIGNED by the authority it names
   *[not_a_jpki_certificate] not a certificate of the public key infrastructure for individuals
}
cli-certificate-subject = subject: { $subject }
cli-certificate-issuer = issuer: { $issuer }
cli-certificate-serial = serial number: { $serial }
cli-certificate-fingerprint = SHA-256: { $fingerprint }
cli-revocation-not-checked = revocation: not_checked (nobody but the authority's own service can tell)
cli-attribute-name = name: { $value }
cli-attribute-address = address: { $value }
cli-attribute-birth-date = birth date: { $value }
cli-attribute-sex = sex: { $value ->
    [male] male
    [female] female
   *[other] other or not stated
}

# Signing files.
cli-signed = { $file }: signature in { $signature }
cli-signer = certificate of the signer in { $path }
cli-would-sign = { $file }: { $algorithm } { $digest }; the signature would be written to { $signature }
cli-same-output = two files would get the same signature file
cli-same-output-remedy = Sign them one after the other, each with its own --out.
cli-exists = signature file exists already
cli-exists-remedy = Move it away, or replace it with --force.
cli-no-folder = no such folder
cli-signer-differs = signer.der there is of another certificate than the one on this card
cli-signer-differs-remedy = Use --out with another folder, or replace it with --force.
cli-not-writable = the signature could not be written here, so nobody was asked
cli-not-saved = signed, but a file could not be written

# Verifying.
cli-token-accepted = The token was made for { $origin } and this nonce.
cli-signature-accepted = The signature was made over this file with the key of this certificate.
cli-verify-signature = signature: matches ({ $algorithm })
cli-verify-moment = checked for the moment { $moment }
cli-verify-moment-claimed = when the signature was made was not checked: a signature carries no proof of its time
cli-token-refused = token refused
cli-token-refused-remedy = { $cause ->
    [chain] The authority's certificate may be missing: give it with --root (“jpki-agent certificates authentication-ca --pem” reads it from the card). For the software card add --simulator.
    [signature] Origin and nonce must be exactly those the token was asked for.
    [period] Have the certificate renewed; if it is in force, correct this computer's clock.
   *[form] Give the token as the agent printed it.
}
cli-signature-refused = signature refused
cli-signature-refused-chain = The authority's certificate may be missing: give it with --root (“jpki-agent certificates signature-ca --pem” reads it from the card). For the software card add --simulator.
cli-signature-refused-period = The certificate is not in force now. Whether it was when the signature was made, this command cannot know.
cli-signature-refused-mismatch = The file, the signature or the certificate is another, or the digest (--digest) is.
cli-certificate-unreadable = certificate not readable
cli-root-unusable = certificate of an authority not usable

# Running the agent.
cli-agent-runs = another agent of this user is running
cli-agent-runs-remedy = Use that one, or end it first.
cli-port-taken = no port to listen on
cli-port-taken-remedy = “jpki-agent doctor” tells who has it. Another port: --port N.
cli-start-failed = the agent could not start
cli-simulate-failed = the virtual reader could not be reached
cli-software-card = THE SOFTWARE CARD IS IN USE: its keys are public, its holder does not exist, and nothing it signs is worth anything.
cli-simulate-address = not an address: HOST:PORT is needed
cli-card-in = The software card is in the virtual reader at { $address }.

# Who may ask.
cli-origin-allowed = { $origin } may ask now: { $scopes }
cli-origin-removed = { $origin } may ask no more.
cli-origin-none = No web site is allowed.
cli-origin-fault = The settings file cannot be used at the moment, and the list stays as it was: { $why }
cli-origin-others = { $count ->
    [one] One web site was turned away
   *[other] { $count } web sites were turned away
}: “jpki-agent origin list --refused”
cli-origin-refused = { $origin }: turned away { $count ->
    [one] once, { $last }
   *[other] { $count } times, first { $first }, last { $last }
}
cli-origin-refused-none = No web site was turned away since the agent started.
cli-origin-refused-remedy = If you trust one of them: “jpki-agent origin allow --ask ORIGIN”. Otherwise there is nothing to do.
cli-origin-not-allowed = the web site was not allowed
cli-origin-unknown = this web site is not in the list

# The audit log.
cli-audit-empty = The audit log is empty.
cli-audit-intact = The audit log is as the agent wrote it.
cli-audit-altered = THE AUDIT LOG WAS CHANGED: not all of it is as the agent wrote it. “jpki-agent audit verify” names the places.
cli-audit-more = and { $count } more
cli-audit-request = { $asker }: { $operation ->
    [authenticate] log-in
    [sign] signature
    [disclose] signature certificate handed out
    [pin-change] change of a PIN
    [unprotect] last try allowed
   *[other] { $operation }
}{ $key ->
    [authentication] {" "}(user authentication certificate)
    [signature] { $operation ->
        [disclose] {""}
       *[other] {" "}(signature certificate)
    }
   *[none] {""}
}: { $outcome ->
    [done] done
    [failed] failed ({ $code })
    [abandoned] given up by the caller
   *[unknown] outcome unknown
}
cli-audit-event = { $kind ->
    [origin_allowed] { $origin } was allowed: { $scopes }
    [origin_removed] { $origin } was taken out of the list
    [gap] { $records } records could not be written here
    [mended] lines and head were not in step here
    [dropped] older records were dropped because of their age
    [cleared] all records before this one were deleted by the user
   *[unreadable] this line is not understood
}{ $by ->
    [file] {" "}(by an edit of the settings file)
   *[request] {""}
}
cli-audit-nowhere = no place for the audit log: neither XDG_STATE_HOME nor HOME is set
cli-audit-unusable = audit log not usable
cli-audit-clear-question = Delete the record of everything your card was used for? It cannot be brought back. Type “yes”:
cli-audit-clear-unasked = nobody could be asked whether to delete the audit log
cli-audit-clear-unasked-remedy = Run it in a terminal, or say --yes.
cli-audit-kept = the audit log was kept
cli-audit-cleared = The audit log was deleted.

# HTTPS.
cli-tls-agent = agent: listens on { $url }
cli-tls-agent-none = agent: none is running
cli-tls-agent-without = agent: runs without HTTPS
cli-tls-certificate = certificate: { $state ->
    [expired] ENDED on { $date }
    [not_yet] not in force yet; is the clock of this computer right?
    [ends_soon] until { $date }, only { $days ->
        [one] 1 day
       *[other] { $days } days
    } more
   *[good] until { $date }, { $days } days
}
cli-tls-certificate-faulty = certificate: not usable: { $why }
cli-tls-certutil = “certutil” is not installed; without it browsers cannot be told whom to trust.
cli-tls-certutil-remedy = Install it (“apt install libnss3-tools”, “dnf install nss-tools”) and run this command again, or run the commands shown.
cli-tls-failed = HTTPS could not be set up
cli-tls-renew = “jpki-agent tls enable” makes a new one.
cli-tls-restart = Restart the agent, then the browsers that are open.
cli-tls-state = { $state ->
    [on] HTTPS: enabled
   *[off] HTTPS: disabled
}
cli-tls-store = { $state ->
    [trusted] trusted by
    [untrusted] not trusted by
   *[unknown] unknown to
} { $kind ->
    [chromium] Chromium
    [firefox] Firefox
    [keychain] macOS
   *[windows] Windows
} ({ $path })
