# What is wrong with a value that was given, or with something found; settings and the audit log have files of their own.
# Carried by phrase!() from where it was noticed. In the log these stand in English.

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
