# Reminders (src/reminders/words.rs): notices, “jpki-agent reminders”, GET /v1/reminders. Whole sentences.
# Variables: about (authentication | signature | both), date (already in words), days, year, month, day.

reminder-date = { $year }-{ $month }-{ $day }

# What a notice is headed with.
reminder-title-expired = A certificate on your card has ended
reminder-title-expires-soon = A certificate on your card ends soon
reminder-title-password-due = A good time for another password
reminder-title-renewal-open = Your certificates can be renewed
reminder-title-stay-ends = Your period of stay and your card
reminder-title-simulated = SIMULATED CARD: { $title }

# Before the sentences about another card.
reminder-another-card = Another card:

reminder-expired = { $about ->
    [authentication] The user authentication certificate ended on { $date }. To go on using it, apply for a new one
    [both] Both certificates, for user authentication and for signatures, ended on { $date }. To go on using them, apply for new ones
   *[signature] The signature certificate ended on { $date }. To go on using it, apply for a new one
} at the municipal office where you live.
reminder-expires-soon = { $about ->
    [authentication] The user authentication certificate ends on { $date }
    [both] Both certificates, for user authentication and for signatures, end on { $date }
   *[signature] The signature certificate ends on { $date }
} ({ $days ->
    [0] that is today
    [one] one day left
   *[other] { $days } days left
}).
reminder-password-due = By { $date } at least a year had passed since the password of your signature certificate was set (at its issue, or when this agent changed it). If you still use the same one, change it. The sure ways are the official “JPKI user's software” (JPKI利用者ソフト) and the municipal office where you live.
reminder-renewal-from = { $about ->
    [both] They
   *[one] It
} can be renewed from about { $date } at the municipal office where you live.
reminder-renewal-now = { $about ->
    [both] They
   *[one] It
} can be renewed now at the municipal office where you live; take the card with you.
reminder-renewal-open = { $about ->
    [authentication] The user authentication certificate can be renewed now
    [both] Both certificates, for user authentication and for signatures, can be renewed now
   *[signature] The signature certificate can be renewed now
}, from three months before the last day ({ $date }), at the municipal office where you live. Take the card with you.
reminder-stay-ended = The period of stay in the settings ended on { $date }, and with it card and certificates. If it was extended, see the municipal office where you live about the card, and correct notifications.stay_until in the settings.
reminder-stay-ends = The period of stay in the settings ends on { $date } ({ $days ->
    [0] that is today
    [one] one day left
   *[other] { $days } days left
}), and with it card and certificates. Once it is extended, and before that day has passed, have the card's date changed at the municipal office where you live.

reminder-note-done = If you have seen to it already, there is nothing to do.
reminder-note-moved = Moving, marriage or a suspension of the card voids the signature certificate without any mark on the card. This agent has no revocation data and cannot tell; ask at the municipal office, or check with the official “JPKI user's software” (JPKI利用者ソフト) or on Mynaportal.

# jpki-agent reminders
reminder-done = Noted as seen to: of this date nothing is told any more.
reminder-done-how = “jpki-agent reminders --done DATE” (YYYY-MM-DD) ends the reminders of what you have seen to.
reminder-done-none = There is no reminder with this date.
reminder-kept = No card can be read, so this is about the cards that were read before.
reminder-password-waits = The yearly reminder to change the password begins once the password was given and the dates of the signature certificate are known.
reminder-none = There is nothing to be reminded of.
reminder-signature-known = Signature certificate, as read before:
reminder-signature-unknown = Signature certificate: its dates are known once its password was given, as to “jpki-agent disclose”.
