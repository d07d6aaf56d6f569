# The guide (src/guide.rs), which names the source of each fact. Steps: whole sentences. “guide-blocked-…” also stand in
# problem.ftl, so that a blocked PIN is answered with the same words everywhere.

guide-list = Topics of the guide; “jpki-agent guide TOPIC” shows one:
guide-links = More:

guide-lost = Card lost or stolen
guide-lost-stop = Have it suspended at once
guide-lost-stop-call = Call 0120-95-0178 (My Number toll-free number; choose 2 in the menu). Loss and theft are taken day and night, every day of the year: the card is suspended for the time being.
guide-lost-stop-languages = That number also takes calls in English, Chinese, Korean, Spanish and Portuguese.
guide-lost-stop-other-numbers = If it cannot be reached: 0570-783-578, or from IP phones 050-3818-1250 (both charged). Fax for the hard of hearing: 0120-601-785.
guide-lost-police = Lost outside your home, or stolen
guide-lost-police-report = Report it to the police or a police box, and write down the number of the report and the station. Both are needed for a new card.
guide-lost-found = When it is found again
guide-lost-found-office = The suspension is not lifted by phone. Take the card and one more proof of identity to the municipal office where you live.
guide-lost-found-signature = Suspension voids the signature certificate. To go on using it, ask for a new one when the suspension is lifted.
guide-lost-gone = When it is not found
guide-lost-gone-office = Report the loss at the municipal office where you live, and apply for a new card there. That costs a fee.
guide-lost-gone-final = A card that was cancelled cannot be used any more, even if it is found later.

guide-cancel = Cancel or suspend certificates and card
guide-cancel-certificate = Cancel a certificate
guide-cancel-certificate-when = Do so if you no longer want to use it, or if somebody else may know its password.
guide-cancel-certificate-office = Apply for it at the municipal office where you live; take the card with you.
guide-cancel-certificate-online = It can also be applied for online, with the official “JPKI user's software” (JPKI利用者ソフト).
guide-cancel-suspend = Suspend the card for the time being
guide-cancel-suspend-call = If the card is lost or stolen, call 0120-95-0178 at once, day or night. See “jpki-agent guide lost”.
guide-cancel-card = Give the card up
guide-cancel-card-office = Report it at the municipal office where you live. A card that was cancelled cannot be brought back.

guide-moved = Moved, married, or another name or address
guide-moved-void = What happens to the certificates
guide-moved-void-signature = When your name or address changes, the signature certificate becomes void by itself. So it does when the card is suspended.
guide-moved-void-unmarked = Nothing on the card shows it, and the card goes on signing. Those who check the signature will refuse it.
guide-moved-void-authentication = The user authentication certificate stays in force.
guide-moved-new = Get a new signature certificate
guide-moved-new-office = When you report the change at the municipal office, take the card with you and ask for a new signature certificate.
guide-moved-check = Find out whether it is void
guide-moved-check-where = Ask at the municipal office where you live, or check with the official “JPKI user's software” (JPKI利用者ソフト) or on Mynaportal.
guide-moved-check-not-here = This agent cannot tell: revocation data are given to certified verifiers only.

guide-blocked = Passwords: wrong, blocked, changed
guide-blocked-two = Two certificates, each with its own password
guide-blocked-two-signature = Signature certificate: for documents that you make and send, such as tax returns. Its password has 6 to 16 characters, letters and digits mixed.
guide-blocked-two-authentication = User authentication certificate: for logging in, as to Mynaportal, and for certificates from convenience store kiosks. Its PIN has 4 digits.
guide-blocked-two-tries = The card itself counts wrong entries, of all programs and kiosks together: the signature password is blocked after 5 in a row, the PIN after 3. Only a right entry sets the count back.
guide-blocked-signature = The password of the signature certificate is blocked
guide-blocked-authentication = The PIN of the user authentication certificate is blocked
guide-blocked-office = Have it reset at the municipal office where you live; take the card with you.
guide-blocked-signature-kiosk = If you know the PIN of the user authentication certificate, it can also be reset at the kiosk of a convenience store, once booked in the official phone app “JPKI暗証番号リセット”.
guide-blocked-signature-kiosk-sure = Only if you are sure of the PIN of the user authentication certificate, it can also be reset at the kiosk of a convenience store, once booked in the official phone app “JPKI暗証番号リセット”.
guide-blocked-authentication-kiosk = If you know the password of the signature certificate, it can also be reset at the kiosk of a convenience store, once booked in the official phone app “JPKI暗証番号リセット”.
guide-blocked-authentication-kiosk-sure = Only if you are sure of the password of the signature certificate, it can also be reset at the kiosk of a convenience store, once booked in the official phone app “JPKI暗証番号リセット”.
guide-blocked-kiosk-void = If the certificate has expired, or is void since your name or address changed, no reset helps: the office issues a new one.
guide-blocked-kiosk-shops = Not every shop can reset both; see the list of shops before you go.
guide-blocked-both = Both are blocked, or you know neither
guide-blocked-last = Only one try is left
guide-blocked-last-protected = This agent does not use the last try unless you allow it on this computer.
guide-blocked-last-kiosk = If you are sure of the other one, it can also be reset at the kiosk of a convenience store, once booked in the official phone app “JPKI暗証番号リセット”.
guide-blocked-last-unknown = How many tries are left is unknown, so this agent does not ask for it unless you allow that on this computer.
guide-blocked-not-sure = If you are not sure, have it reset at the municipal office where you live.
guide-blocked-change = Change passwords regularly
guide-blocked-change-how = The sure ways are the official “JPKI user's software” (JPKI利用者ソフト) and the municipal office where you live.
guide-blocked-change-secret = Tell nobody your passwords.
guide-blocked-change-reminder = With “password_yearly = true” below [notifications] in the settings, this agent reminds you once a year.

# GET /v1/pins: what to do, by how the PIN stands (state) and how the other one does (other).
guide-pin = { $state ->
    [blocked] { guide-blocked-office }
    [last_try] { guide-blocked-last-protected } { guide-blocked-not-sure }
   *[unknown] { guide-blocked-last-unknown } { guide-blocked-not-sure }
}{ $other ->
    [blocked] {""}
    [ok] { $key ->
        [authentication] {" "}{ guide-blocked-authentication-kiosk }
       *[signature] {" "}{ guide-blocked-signature-kiosk }
    }
   *[unsure] { $key ->
        [authentication] {" "}{ guide-blocked-authentication-kiosk-sure }
       *[signature] {" "}{ guide-blocked-signature-kiosk-sure }
    }
}

guide-renew = Validity and renewal
guide-renew-until = How long certificates last
guide-renew-until-certificate = Until your fifth birthday after they were issued, and never longer than the card.
guide-renew-until-card = The card lasts until your tenth birthday after it was issued, if you were under 18 then, until the fifth.
guide-renew-until-signature = The signature certificate also ends with the user authentication certificate, and when your name or address changes.
guide-renew-how = Renew them
guide-renew-how-window = From three months before the last day, at the municipal office where you live. Take the card with you; you will need your passwords.
guide-renew-how-letter = A letter comes two to three months before. Renewal is free of charge.
guide-renew-how-late = After the last day, apply for new certificates at the same office.
guide-renew-date = Write the date down
guide-renew-date-card = The front of the card has a space for the last day of the certificates, below that of the card itself. If nothing stands there, write the date in. “jpki-agent certificates” shows it.
guide-renew-stay = Foreign residents with a period of stay
guide-renew-stay-end = Card and certificates end with your period of stay. Permanent residents, special permanent residents and highly skilled professionals (ii) are treated like Japanese citizens.
guide-renew-stay-immigration = First extend your period of stay with the Immigration Services Agency.
guide-renew-stay-card = Then, before the card's date has passed, take the card and the new residence card to the municipal office where you live. Have the card's date changed; it does not change by itself.
guide-renew-stay-certificates = After that, ask there for new certificates.
guide-renew-stay-pending = If the extension has not been decided by then, the office can extend the card by two months, once, as long as its date has not passed. Take the card and proof of your application.
guide-renew-stay-late = A card whose date has passed cannot be extended; a new one costs a fee.
guide-renew-stay-reminder = With “stay_until = "YYYY-MM-DD"” below [notifications] in the settings, this agent reminds you 90, 30 and 7 days before.
guide-renew-where = Where to turn
guide-renew-where-office = The municipal office where you live, for everything about your card and its certificates.
guide-renew-where-phone = My Number toll-free number: 0120-95-0178. Loss and theft at any hour.

# Labels of links.
guide-link-card = My Number Card, official site
guide-link-immigration = Immigration Services Agency
guide-link-jpki = Public key infrastructure for individuals (J-LIS), with the official software
guide-link-kiosk = Resetting at a convenience store kiosk (J-LIS)
