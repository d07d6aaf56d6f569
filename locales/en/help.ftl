# The help of commands and arguments (src/cli/help.rs says how the ids are made), and words about wrong usage. No variables
# but those of the headings; a text of several lines begins below its name, and lines that begin with a space stay as they are.

help = Local agent for the Japanese Individual Number Card (My Number Card)
    .long =
        Local agent for the Japanese Individual Number Card (My Number Card).

        Web pages and programs ask it to log in or to sign with the card; it asks the holder, in a prompt of its own. PINs are typed into that prompt only: no command takes one.
    .after =
        Exit codes:
          0  done
          1  failed
          2  wrong usage
          3  no agent is running
          4  the person said no, or nothing
          5  reader or card absent, busy or removed
          6  PIN wrong, blocked or protected
          7  not allowed
          130, 143  ended at once by a second Ctrl-C or SIGTERM

        Try it without a card:
          jpki-agent serve --simulator --auto-approve
          jpki-agent sign document.pdf            (in another terminal)

# Arguments of several commands.
help--config = The settings file, in place of the usual one
help--digest = The hash function
help--holder = The software card's made-up holder
    .standard = nothing special
    .long-address = an address of nearly 200 characters, so a certificate beyond 2 KB
    .latin-name = Latin letters, no space
    .substitutes = characters that stand for others
    .non-bmp = a character beyond the basic plane
    .unknown-birth-day = the day of birth is not known
    .sex-9 = a code for sex that sources do not agree about
    .extra-attribute = an attribute that is not known yet
    .under-15 = a child, so no signature certificate
    .expired = ended 40 days ago, issued by the older authority
    .not-yet-valid = begins in three days
    .renewable = ends in 80 days
    .soon-renewable = ends in 93 days
    .leap-day = born on 29 February
    .ec-key = keys of the next generation, which cannot be used yet
help--json = Print JSON for programs; for commands that ask the agent, the body of its answer
help--chosen-reader = Id of the reader, as `status` shows it (r1, r2 …), or `choose`: of several that hold a My Number Card, you choose one at the prompt
help--reader = Id of the reader, as `status` shows it (r1, r2 …); needed if several hold a My Number Card
help--root = Certificate of an authority, PEM or DER; may be given several times
help--run = Run the commands that change the trust of the system; without it macOS and Windows only show them
help--simulator = Trust the software card: its keys are public, so this proves nothing

# Commands and their own arguments.
help-audit = Look up what was asked of the card, and whether that record was changed
help-audit-clear = Delete the log: it is a history of dealings with offices and companies
help-audit-clear--yes = Do not ask
help-audit-show = Show the latest entries, oldest of them first
help-audit-show--limit = How many at most
help-audit-verify = Check that nothing in the log was changed, taken out or cut off
    .after = Ends with 0 if the log is as the agent wrote it, with 1 if not.
help-authenticate = Make a Web eID authentication token for a web site; asks for the PIN
    .after =
        The origin must be in the settings with the scope `authenticate`; the prompt shows it, and which program asks.

        Example:
          jpki-agent authenticate --origin https://portal.example --nonce "$(openssl rand -base64 33)"
help-authenticate--nonce = The server's nonce: 44 to 128 characters of base64
help-authenticate--origin = The site, as a browser writes it: https://portal.example
help-certificates = Show the certificates on the card, or one of them
    .after =
        Example:
          jpki-agent certificates authentication-ca --pem > ca.pem
help-certificates--der = Print its bytes (DER)
help-certificates--kind = Which one; the signature certificate is behind its password, see `disclose`
help-certificates--pem = Print it in PEM
help-completions = Print a script that completes this program's commands in a shell
    .after =
        Example:
          jpki-agent completions bash > ~/.local/share/bash-completion/completions/jpki-agent
help-completions--shell = The shell
help-disclose = Read the signature certificate and the name, address, birth date and sex in it; asks for its password
help-doctor = Look for what is missing on this computer, with cause and remedy
    .after = Ends with 0 if everything is in place, with 1 if there is something to do.
help-events = Show the readers and what lies in them, and again at each change, until Ctrl-C
    .after =
        Prints one line for each status, with --json one JSON object, the first at once.

        Exit codes:
          0  ended by Ctrl-C or SIGTERM, or nobody reads the output any more
          3  no agent is running, or it has ended meanwhile

        Example:
          jpki-agent --json events | jq --unbuffered -r '.readers[].card'
help-guide = What to do when the card is lost, a PIN is blocked, you have moved …; needs neither agent nor card
help-guide--topic = What about; without it, the list of topics
help-open = Open the agent's own page in the browser: card, certificates, PINs, sites, activity
    .after =
        The page opens once, within 30 seconds; the command waits for that. To see it again after closing or reloading it, run the command again.

        Exit codes:
          0  the page is there
          1  no browser could be started, or none has come for the page
          3  no agent is running

        Examples:
          jpki-agent open
          jpki-agent open --print      (then open the file it names in a browser on this computer)
help-open--print = Print the file that leads to the page instead of opening it, and wait until a browser has; the file is only good for this user, once, and for 30 seconds
help-openapi = Print the OpenAPI document of the HTTP API
help-origin = Say which web sites may ask
help-origin-allow = Let the pages of a site ask; in force at once
    .after =
        What the site could ask before is replaced.

        Example:
          jpki-agent origin allow https://portal.example --scope status --scope authenticate
help-origin-allow--ask = Ask in a prompt first
help-origin-allow--force = Allow it even without TLS
help-origin-allow--origin = The site, as a browser writes it: https://portal.example
help-origin-allow--scopes = What it may ask; `certificates` hands out a lasting identifier without a prompt [default: status, authenticate, sign]
help-origin-list = Show which sites may ask, and what
help-origin-list--refused = Show the sites that asked and were turned away, since the agent started
help-origin-remove = Let the pages of a site ask no more; in force at once
help-origin-remove--origin = The site, as a browser writes it: https://portal.example
help-pin = Change a PIN, or allow its last try
help-pin-change = Change a PIN; asks for the present one and for the new one twice
    .after =
        The prompt asks for three entries: the present PIN, the new one, the new one again. After the change the new PIN is proved once. If anything fails you are told which one is in force.

        Nobody has reported yet that this works on a real card. The sure ways are the official “JPKI user's software” (JPKI利用者ソフト) and the municipal office; here a real card needs --i-understand-this-is-unproven. The software card does not.

        Example:
          jpki-agent pin change authentication
help-pin-change--i-understand-this-is-unproven = Take the risk on a real card: a change that fails half-way can lock you out
help-pin-change--kind = Whose PIN
help-pin-unprotect = Let the last try of a PIN be used, once, within five minutes; asks on this computer
help-pin-unprotect--kind = Whose PIN
help-pins = Show how many tries are left for both PINs; this costs none
help-release = Let the card go, so that another program can use it
help-reminders = Show what to know in time: certificates that end or can be renewed, the password, the period of stay
help-reminders--done = You have seen to what ends on this date (YYYY-MM-DD): no more reminders of it
help-reminders--when-due = Only start the agent, and only if something is to be told; for the service manager, once a day
help-serve = Run the agent
    .after =
        Prints `listening on http://127.0.0.1:PORT` when it is ready, with HTTPS enabled a second line for it, and runs until SIGTERM, Ctrl-C, or the end of its terminal; a second signal ends it at once, with 130 (Ctrl-C) or 143 (SIGTERM). It logs to standard error: JPKI_AGENT_LOG=debug says more, JPKI_AGENT_LOG=warn less.

        Examples:
          jpki-agent serve
          jpki-agent serve --simulator --auto-approve
help-serve--auto-approve = Answer every prompt by itself; it chooses no new PIN, so none can be changed
help-serve--port = Listen on this port of 127.0.0.1 and no other; 0: any free one [default: 25754, or 29754 if that is taken]
help-serve--simulator = Use the built-in software card in place of readers; its PINs are 1234 and ABC123, what it signs is worth nothing
help-service = Have the agent there from each log-in on, without being started by hand
help-service-install = Install the service for this user and start it; done again, it brings the files up to date
    .after =
        Linux: units of systemd in ~/.config/systemd/user, unless a package has brought them. The agent is started by the first request and ends when it is not used (server.idle_exit_minutes). With server.port in the settings, run this again after changing it.

        macOS: ~/Library/LaunchAgents/jpki-agent.plist. The agent runs from the log-in on and writes to ~/Library/Logs/jpki-agent.log.

        Nothing outside your own folders is changed, and no administrator is needed.
help-service-status = Show whether it is installed and listening, and what is wrong with it
    .after =
        Exit codes:
          0  it listens
          1  something is wrong with it
          3  it is not installed, or does not listen
help-service-uninstall = Stop the service and remove its files; settings and records stay
help-sign = Sign files; asks for the signature password, once for all files
    .after =
        Writes FILE.sig, the raw signature (RSASSA-PKCS1-v1_5), beside each file, and the signer's certificate once as signer.der: beside the first file, or in the folder of --out. With --json it prints the agent's answer and writes nothing. Existing signatures are not replaced without --force; if a signer.der is there, the card must have that certificate.

        Examples:
          jpki-agent sign report.pdf annex.pdf
          openssl x509 -in signer.der -inform DER -noout -pubkey > signer.pub
          openssl dgst -sha256 -verify signer.pub -signature report.pdf.sig report.pdf
help-sign--dry-run = Only say what would be signed and written; nobody is asked
help-sign--files = The files, 1 to 100
help-sign--force = Replace existing signatures and signer.der
help-sign--out = Write into this folder
help-sign--wait-card = Wait so many seconds for a My Number Card to be put in
help-simulate = Put the software card into a virtual PC/SC reader, for tests of programs that use PC/SC
    .after =
        The card stays in the reader until this command ends: by SIGTERM, by Ctrl-C, or because the program that started it has ended. Its PINs are 1234 and ABC123.

        Example, with pcscd and vsmartcard-vpcd installed:
          jpki-agent simulate --vpcd 127.0.0.1:35963
help-simulate--vpcd = Where the virtual reader listens
help-status = Show the readers and what lies in them
help-tls = Let pages reach the agent by HTTPS, too; only for browsers that do not let them reach it by HTTP
help-tls-disable = Take the certificate out of the browsers, delete its key, and listen without it
help-tls-enable = Make a certificate for this computer, let the browsers trust it and listen with it; done again, it renews it
    .after = Restart the agent and the browsers afterwards. The certificate is good for 127.0.0.1 and localhost of this computer and lasts 397 days; the key of the authority that issued it is destroyed at once.
help-tls-status = Show whether it is on, how long the certificate lasts, and who trusts it
help-tray = Show an icon in the notification area that tells how card and agent are, with a menu; starts an agent if none runs
    .after =
        It joins the agent that runs. Where none does, it starts one, which ends with it; an agent that it has joined goes on. Where nothing shows icons yet, it waits for that. It logs to standard error, as `serve` does.

        Exit codes:
          0  ended from its menu, by Ctrl-C or SIGTERM, or with the desktop; or the icon is shown already
          1  there is no desktop

        Examples:
          jpki-agent tray
          jpki-agent tray --simulator
help-tray--simulator = If it starts an agent, one with the built-in software card
help-verify = Check a token or a signature as a server would; needs neither agent nor card
help-verify-signature = Check a signature over a file
    .after =
        Example:
          jpki-agent verify signature --certificate signer.der --signature report.pdf.sig --root ca.pem report.pdf
help-verify-signature--certificate = The signer's certificate, PEM or DER
help-verify-signature--file = The file that was signed
help-verify-signature--signature = The raw signature
help-verify-token = Check a Web eID token: whose it is, and that it was made for this origin and nonce
    .after =
        Example:
          jpki-agent authenticate --origin https://portal.example --nonce "$NONCE" |
            jpki-agent verify token --origin https://portal.example --nonce "$NONCE" --root ca.pem
help-verify-token--file = The token, alone or in the agent's answer; without it, standard input
help-verify-token--nonce = The nonce it was asked for
help-verify-token--origin = The origin the token was asked for

# What stands around them. These are used by name.
help-text-arguments = Arguments:
help-text-command = Show this help, or that of a command
help-text-commands = Commands:
help-text-default = [default: { $value }]
help-text-help = Show help (-h in short)
help-text-options = Options:
help-text-usage = Usage:
help-text-values = [possible values: { $values }]
help-text-version = Show the version
help-text-wrong-command = there is no command “{ $command }”
help-text-wrong-conflict = “{ $argument }” cannot be used together with “{ $other }”
help-text-wrong-date = a date that exists is wanted, as YYYY-MM-DD
help-text-wrong-meant = Did you mean “{ $meant }”?
help-text-wrong-missing = missing: { $arguments }
help-text-wrong-more = “--help” says more.
help-text-wrong-no-command = a command is missing
help-text-wrong-no-value = “{ $argument }” needs a value
help-text-wrong-number = a number is wanted
help-text-wrong-other = the arguments are not understood
help-text-wrong-range = it goes from { $least } to { $most }
help-text-wrong-unknown = there is no argument “{ $argument }”
help-text-wrong-value = “{ $value }” cannot be used for “{ $argument }”
help-text-wrong-values = too many or too few values for “{ $argument }”
