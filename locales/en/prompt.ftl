# The prompt at the machine (src/consent/words.rs). Every message is one line of its own: no line breaks, short, since
# all lines together must fit into one line of pinentry's protocol (992 bytes).

prompt-title = My Number Card
prompt-title-pin = My Number Card: PIN or password
prompt-ok = OK
prompt-cancel = Cancel
prompt-label-authentication = PIN (4 digits):
prompt-label-signature = Password:

# Who asks; the origin of a page stands alone on the first line.
prompt-asker-program = Program “{ $name }” (process { $pid })
prompt-asker-program-unnamed = A program on this computer

# What is asked.
prompt-authenticate-page = This web site asks you to log in with your card.
prompt-authenticate-program = It asks to log in for you at this web site:
prompt-sign-page = This web site asks you to sign { $count ->
    [one] one document.
   *[other] { $count } documents.
}
prompt-sign-program = It asks you to sign { $count ->
    [one] one document.
   *[other] { $count } documents.
}
prompt-disclose-page = This web site asks for your signature certificate. Nothing is signed.
prompt-disclose-program = It asks for your signature certificate. Nothing is signed.
prompt-step-certificate = This is 1 of 2: now the certificate is read; the signature comes next and is asked for by itself.
prompt-step-signature = This is 2 of 2: now the signature, after the certificate.
prompt-step-first = This is 1 of 2.
prompt-step-second = This is 2 of 2.
prompt-discloses = Your name, address, birth date and sex will be handed out.

# The documents, in the asker's own words.
prompt-labels = In the words of the one who asks:
prompt-digest-labelled = { $digest } “{ $label }”
prompt-digest-unlabelled = { $digest } (no name given)
prompt-digests-more = and { $count } more

# Which secret.
prompt-secret-authentication = Wanted: PIN of the user authentication certificate (利用者証明用電子証明書の暗証番号), { $length } digits.
prompt-secret-signature = Wanted: password of the signature certificate (署名用電子証明書のパスワード), { $min } to { $max } letters and digits.
prompt-tries-left = { $tries ->
    [one] LAST TRY: if it is wrong, the PIN is blocked and has to be reset.
   *[other] { $tries } tries left.
}
prompt-tries-unknown = How many tries are left is unknown.

# Which card.
prompt-environment-simulator = *** SIMULATED CARD: worth nothing ***
prompt-environment-test = *** TEST CARD: worth nothing ***
prompt-warning-expired = WARNING: the certificate expired; its last day was { $date }.
prompt-warning-not-yet-valid = WARNING: the certificate begins on { $date }, or this computer's clock is wrong.
prompt-warning-unknown-issuer = WARNING: the issuer of the certificate is unknown.
prompt-reader = Reader: { $reader }
prompt-phrase = Your phrase: { $phrase }

# Entries that do not count; the card sees none of them.
prompt-hint-length-digits = That was not { $length } digits. Nothing was sent to the card.
prompt-hint-length-password = The password has { $min } to { $max } letters and digits. Nothing was sent to the card.
prompt-hint-full-width = Full-width characters: turn the input method off. Nothing was sent to the card.
prompt-hint-character-digits = Digits only, please. Nothing was sent to the card.
prompt-hint-character-password = Letters A to Z and digits only, please. Nothing was sent to the card.
prompt-hint-other-pin = These four digits look like the other PIN. Wanted is the signature password. Nothing was sent to the card.
prompt-hint-too-soon = That answer came too quickly after this window appeared and was discarded. Please read, then answer.

# Questions without a PIN.
prompt-choose = There are several My Number Cards. Use the one in this reader?
prompt-choose-blocked = { $kind ->
    [authentication] Its PIN is blocked.
   *[signature] Its signature password is blocked.
}
prompt-choose-cancel = Cancel
prompt-choose-count = Card { $number } of { $count }
prompt-choose-ok = Use this card
prompt-choose-other = Another card
prompt-choose-unusable = Another card cannot be used now.
prompt-unprotect-authentication = Allow the last try of the PIN of the user authentication certificate (利用者証明用電子証明書)?
prompt-unprotect-signature = Allow the last try of the password of the signature certificate (署名用電子証明書)?
prompt-unprotect-consequence = If the next entry is wrong, it is blocked and has to be reset at the municipal office. Allowed once, for five minutes.
prompt-unprotect-ok = Allow once
prompt-use-certificate-authentication = Log in with this certificate all the same?
prompt-use-certificate-signature = Sign with this certificate all the same?
prompt-use-certificate-ok = Go on
prompt-first-visit = This web site asks to use your My Number Card. It has never asked before on this computer.
prompt-first-visit-consequence = Go on only if you have just started this yourself and the address above is the right one. You will be asked for each use.
prompt-first-visit-ok = Let it ask
prompt-try-again-authentication = The PIN of the user authentication certificate was wrong { $count ->
    [one] once.
   *[other] { $count } times in a row.
}
prompt-try-again-signature = The password of the signature certificate was wrong { $count ->
    [one] once.
   *[other] { $count } times in a row.
}
prompt-try-again-consequence = Make sure which one is meant, the PIN or the password. When no try is left it is blocked and has to be reset at the municipal office.
prompt-try-again-ok = Try again
prompt-allow-origin = Allow this web site to use your My Number Card? It may then:
prompt-allow-origin-status = - see whether a card is there, and how many tries are left
prompt-allow-origin-certificates = - read the user authentication certificate without asking: a lasting identifier
prompt-allow-origin-authenticate = - ask you to log in
prompt-allow-origin-sign = - ask you to sign, and for your name and address
prompt-allow-origin-more = { $count ->
    [one] There is one more warning.
   *[other] There are { $count } more warnings.
}
prompt-allow-origin-ok = Allow
