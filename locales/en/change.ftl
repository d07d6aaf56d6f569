# Changing a PIN: the prompt (src/consent/words.rs; one line each, see prompt.ftl), what is told of it afterwards, and the
# command. Nobody has reported yet that it works on a real card.

change-again-authentication = 3 of 3: the NEW PIN once more.
change-again-signature = 3 of 3: the NEW password once more.
change-asked-authentication = It asks to change the PIN of your card.
change-asked-signature = It asks to change the password of your card.
change-different = The two new entries were not the same. Please choose again; nothing was sent to the card.
change-done-authentication = The PIN of the user authentication certificate was changed. The card has confirmed it.
change-done-signature = The password of the signature certificate was changed. The card has confirmed it.
change-hint-not-mixed = A new password needs both letters and digits. Nothing was sent to the card.
change-hint-unchanged = That is the present one. Please choose another. Nothing was sent to the card.
change-label-again-authentication = New PIN again:
change-label-again-signature = New password again:
change-label-new-authentication = New PIN (4 digits):
change-label-new-signature = New password:
change-label-present-authentication = Present PIN (4 digits):
change-label-present-signature = Present password:
change-mixed = The new one needs both letters and digits. Small letters count as capitals.
change-new-authentication = 2 of 3: the NEW PIN, as you choose it.
change-new-signature = 2 of 3: the NEW password, as you choose it.
change-present-authentication = 1 of 3: the PRESENT PIN.
change-present-signature = 1 of 3: the PRESENT password.
change-state-blocked = nothing was changed, and it cannot be used until it has been reset
change-state-changed = the new one is in force: the card has confirmed it
change-state-unchanged = nothing was changed: the one before is still in force
change-state-unknown = the old or the new one may be in force
change-unknown-remedy = Do not try on: each wrong entry costs a try. “jpki-agent pins” tells how many are left and costs none. Take the card to the municipal office where you live; it can be set anew there.
change-unproven = UNPROVEN on real cards: if it goes wrong, only the municipal office can help. Sure ways: the official software, or the office.
change-weak-again = Whoever knows you or has seen the card could guess it.
change-weak-date = The new one looks like a date or a year, as a birthday does.
change-weak-keyboard = The new one follows neighbouring keys.
change-weak-other = Another one
change-weak-repeats = The new one repeats the same characters.
change-weak-runs = The new one counts up or down, as 1234 or ABC123 do.
change-weak-use = Use it anyway
change-weak-word = The new one is a word that is tried first.
