# The icon in the notification area and its menu (src/tray/view.rs).

tray-activity = Recent use
tray-activity-none = No use of the card on record
tray-agent-down = The agent is not running
tray-agent-starting = The agent is being started…
tray-ask-doctor = “jpki-agent doctor” finds out why
tray-card-busy = Another program is using the card
tray-card-mute = The card does not answer: check which way round it is, and insert it again
tray-card-other = This is no My Number Card
tray-log-altered = The record of use was changed by somebody else
tray-no-card = No My Number Card
tray-no-reader = No card reader is connected
tray-no-service = The smart card service (PC/SC) is not available
tray-not-opened = The page could not be opened
tray-not-released = The card could not be let go
tray-not-started = The agent could not be started
tray-open = Open the agent's page…
tray-program = A program on this computer
tray-quit = Remove this icon (the agent keeps running)
tray-quit-icon = Remove this icon
tray-quit-both = Quit
tray-reader = { $name }: { $card ->
    [none] no card
    [jpki] My Number Card
    [production] My Number Card
    [jlis-test] TEST CARD (worth nothing)
    [simulator] SIMULATED CARD (worth nothing)
    [unknown-issuer] My Number Card (its issuer cannot be confirmed)
    [other] another card
    [unsupported] no My Number Card (a phone or an old card)
    [mute] a card that does not answer (check which way round it is, and insert it again)
    [busy] a card in use by another program
   *[unknown] unknown
}
tray-ready = Your My Number Card is ready
tray-refused = { $count ->
    [one] One site was turned away: look at the page…
   *[other] { $count } sites were turned away: look at the page…
}
tray-reminders = Reminders
tray-release = Let the card go
tray-signature-unknown = Signature certificate: its dates are known after your password
tray-simulated = [SIMULATED CARD: WORTH NOTHING]
tray-start = Start the agent
tray-term = { $kind ->
    [authentication] User authentication certificate
   *[signature] Signature certificate
}: { $state ->
    [expired] expired (on { $date }); your municipal office issues a new one
    [not_yet_valid] not valid yet (from { $from } on)
    [renewable] { $days ->
        [one] one day left
       *[other] { $days } days left
    } (until { $date }); your municipal office can renew it
   *[in_period] { $days ->
        [one] one day left
       *[other] { $days } days left
    } (until { $date })
}
tray-title = My Number Card agent
tray-tries = { $kind ->
    [authentication] User authentication PIN
   *[signature] Signature password
}: { $state ->
    [ok] { $left ->
        [one] one try left
       *[other] { $left } tries left
    }
    [last_try] one try left (a wrong one locks it)
    [blocked] blocked
   *[unknown] tries left unknown
}
tray-use = { $time }  { $who }: { $operation ->
    [authenticate] log-in
    [sign] signature
    [disclose] signature certificate handed out
    [pin-change] PIN change
    [unprotect] last try allowed
   *[other] { $operation }
} ({ $outcome ->
    [done] done
    [failed] failed
    [abandoned] given up
   *[unknown] outcome unknown
})

# The command (src/cli/tray.rs).
tray-no-bus = No connection to the desktop's session (D-Bus)
tray-no-bus-remedy = Run it in a terminal of the desktop you are logged in to.
tray-no-desktop = No icon can be shown on this system
tray-no-desktop-remedy = Use “jpki-agent status” or “jpki-agent open”.
tray-runs = The icon is shown already.
tray-unseen = There is no place for an icon yet; waiting for one (GNOME needs the extension AppIndicator).
