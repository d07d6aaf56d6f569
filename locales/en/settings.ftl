# What is wrong with the settings. Carried by phrase!() from where it was noticed. In the log these stand in English.

settings-at = { $place }: { $why }
settings-absolute = { $key } must be an absolute path
settings-choice = { $key } must be one of { $choices }, not { $given }
settings-faulty-remedy = Correct the line named, or take it out; the README lists every key.
settings-duplicate-key = a duplicate: the same key stands there twice
settings-guard = consent.guard_seconds must be less than consent.timeout_seconds
settings-kind = { $wanted ->
    [boolean] a boolean is wanted: true or false
    [list] a list is wanted, in [ ]
    [number] a number is wanted
    [table] a table is wanted
   *[text] a string is wanted, in quotes
}
settings-missing-key = { $key } is missing
settings-no-effect = the change would not have the effect that was asked for
settings-not-toml = not TOML
settings-number = { $given } cannot be used here
settings-origin = origin: { $why }
settings-origin-insecure = origin: { $origin } is not https: whoever is on the way could ask in its place; http is taken for this computer itself with --simulator, and else only where the entry says “insecure = true” (“jpki-agent origin allow --force” writes it)
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
settings-unknown-key = there is no key { $key } here; known are: { $known }
settings-unreadable = cannot be read: { $why }
settings-unreadable-remedy = Name a file that is there and that you may read.
settings-whole = { $key } must be a whole number
