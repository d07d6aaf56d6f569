# What is wrong with a value that was given, or with something found; settings and the audit log have files of their own.
# Carried by phrase!() from where it was noticed. In the log these stand in English.

fault-audit-busy = { $path }: another process holds the log
fault-certificate-chain = { $chain ->
    [bad_signature] the authority it names did not sign the certificate
    [not_a_jpki_certificate] it is no certificate of this service
   *[unknown_issuer] the certificate is from no known authority
}
fault-certificate-period = { $period ->
    [expired] the certificate or that of its authority has expired
   *[not_yet_valid] the certificate or that of its authority is not valid yet
}
fault-client-conversation = the agent did not answer: { $why }
fault-client-no-agent = no agent listens on { $socket }
fault-command-absent = { $program } is not installed
fault-command-failed = { $program }: { $said }
fault-command-late = { $program } did not end in time; it may have waited for a password
fault-command-untrusted = not started: { $why }
fault-file = { $path }: { $why }
fault-foreign = { $why }
fault-handed-elsewhere = a socket was handed over at { $given }, not at { $wanted }
fault-handed-many = { $count } sockets were handed over; one for TCP and one Unix socket can be used
fault-handed-mute = { $what } does not listen
fault-handed-not-loopback = { $address } is not on 127.0.0.1
fault-handed-nowhere = a socket without a path was handed over, not the one at { $wanted }
fault-handed-open = { $path }: must be this user's and closed to others (mode 0600)
fault-handed-port = the service manager listens on port { $given }, the settings want { $wanted }
fault-handed-unknown = not a socket of the agent: { $why }
fault-home-unset = no place for settings and audit log: HOME is not set
fault-nonce = a nonce has { $min } to { $max } characters of A-Z, a-z, 0-9, + and /, then up to two =
fault-not-used = not used: { $why }
fault-origin-not-canonical = browsers write { $given } as { $canonical }
fault-origin-scheme = { $scheme } is neither https nor http
fault-origin-unreadable = not an origin: { $text }
fault-origin-wildcard = { $text } has a “*”, and there are no wildcards: name each site by itself
fault-port = port { $port } on 127.0.0.1: { $why }
fault-port-reserved = reserved by the system ({ $why })
fault-port-taken = taken by another program
fault-ports = ports { $first } and { $second } on 127.0.0.1: { $why }
fault-runtime-dir-foreign = { $path }: not a folder of this user
fault-runtime-dir-nowhere = no folder for the agent: neither XDG_RUNTIME_DIR nor a home folder is set
fault-service-foreign = { $path }: not written by “jpki-agent service install”, left as it is
fault-service-masked = the units are masked
fault-service-nowhere = no place for the service: HOME is not set
fault-service-path = { $path }: a path with quotes, backslashes, line breaks or other control characters, or not in UTF-8
fault-service-writable = others can write to: { $paths }
fault-signature-mismatch = the key of the certificate did not make this signature over this file
fault-socket = socket { $path }: { $why }
fault-socket-agent = another agent is running
fault-socket-folder = its folder must belong to this user and be closed to others (mode 0700)
fault-socket-occupied = something lies there that is no socket
fault-tls-absent = { $path }: there is no certificate yet
fault-tls-faulty = not a key with its certificate and authority: { $why }
fault-tls-mismatch = key and certificate cannot be used: { $why }
fault-tls-not-made = key and certificate could not be made: { $why }
fault-tls-nowhere = no folder for the key: HOME is not set
fault-tls-open = not used: { $path } can be read by others (mode { $mode })
fault-tls-processor = this processor lacks what TLS needs here: { $what }
fault-token-algorithm = the key of the certificate does not sign with { $algorithm }
fault-token-base64 = { $member } is not base64
fault-token-card = { $environment ->
    [simulator] a token of the software card is not accepted
    [jlis-test] a token of a card for try-outs is not accepted
   *[other] a token of a card of the environment { $environment } is not accepted
}
fault-token-chain = { $chain ->
    [bad_signature] the authority it names did not sign the certificate
    [not_a_jpki_certificate] it is no certificate of this service for user authentication
   *[unknown_issuer] the certificate is from no known authority for user authentication
}
fault-token-format = format { $format } is not web-eid:1.x
fault-token-signature = the signature is not over this origin and this nonce
fault-token-unreadable = not a Web eID token: { $why }
fault-untrusted-owner = { $path } belongs to another user (uid { $uid })
fault-untrusted-writable = { $path } can be written by others (mode { $mode }); chmod go-w helps
