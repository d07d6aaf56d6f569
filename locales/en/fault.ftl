# What is wrong with something that was given or found: values, settings, the audit log. Carried by phrase!() from where it was
# noticed. In the log these stand in English.

fault-client-conversation = the agent did not answer: { $why }
fault-client-no-agent = no agent listens on { $socket }
fault-file = { $path }: { $why }
fault-foreign = { $why }
fault-home-unset = no place for settings and audit log: HOME is not set
fault-nonce = a nonce has { $min } to { $max } characters of A-Z, a-z, 0-9, + and /, then up to two =
fault-origin-not-canonical = browsers write { $given } as { $canonical }
fault-origin-scheme = { $scheme } is neither https nor http
fault-origin-unreadable = not an origin: { $text }
fault-port = port { $port } on 127.0.0.1: { $why }
fault-port-reserved = reserved by the system ({ $why })
fault-port-taken = taken by another program
fault-ports = ports { $first } and { $second } on 127.0.0.1: { $why }
fault-runtime-dir-foreign = { $path }: not a folder of this user
fault-runtime-dir-nowhere = no folder for the agent: neither XDG_RUNTIME_DIR nor a home folder is set
fault-untrusted-owner = { $path } belongs to another user (uid { $uid })
fault-untrusted-writable = { $path } can be written by others (mode { $mode }); chmod go-w helps

# Settings.
settings-at = { $place }: { $why }
settings-absolute = { $key } must be an absolute path
settings-choice = { $key } must be one of { $choices }, not { $given }
settings-guard = consent.guard_seconds must be less than consent.timeout_seconds
settings-no-effect = the change would not have the effect that was asked for
settings-not-toml = not TOML
settings-origin = origin: { $why }
settings-origin-insecure = origin: { $origin } is not https: whoever is on the way could ask in its place; http is taken only for this computer itself and with --simulator
settings-origin-nothing = allow: an origin that may do nothing; leave the entry out
settings-origin-twice = origin: { $origin } stands in the list already
settings-phrase = consent.phrase must be at most 200 characters, none of them invisible
settings-range = { $key } must be { $least } to { $most }, not { $given }
settings-reader-empty = card.reader is empty; leave it out to use every reader
settings-stay-until = notifications.stay_until must be a date such as "2027-03-31"
settings-syntax = { $why }
settings-tls-no-table = tls is no table
settings-tls-port = tls.port must be 1 to 65535: pages have to know it
settings-tls-port-same = tls.port must be another than server.port
settings-unreadable = cannot be read: { $why }
settings-whole = { $key } must be a whole number

# The audit log.
audit-beginning-missing = the beginning is missing: no record allows the log to begin with record { $first }
audit-broken = this line does not continue the one before: one of the two was changed
audit-cut = the end is missing: record { $last } was written, and is not there
audit-foreign = { $lines ->
    [one] a line at the end was not written by the agent
   *[other] { $lines } lines at the end were not written by the agent
}
audit-gap = { $records ->
    [one] one record could not be written before this one
   *[other] { $records } records could not be written before this one
}
audit-head-behind = the head is one record behind: the agent ended in that moment
audit-head-lost = the head is missing or unreadable: whether the end is missing cannot be told
audit-head-was-behind = before this record, the agent ended between a line and its head
audit-head-was-lost = the head was missing when the agent wrote this record: earlier ones may be missing
audit-not-the-head = the last line is not the one that was recorded as the last: it or one before was changed
audit-sequence = record { $found } stands where record { $expected } belongs
audit-torn = this line was not written to its end; the next one says so
audit-torn-open = the last line was not written to its end
audit-unreadable = this line is not a record
audit-was-cut = records before this one were already missing when the agent wrote it
audit-was-foreign = lines before this one were not written by the agent
