# Problem details (RFC 9457), one message per code of the API: title, .detail, .remedy.
# Titles and details: lower case, no full stop. Variables: key (authentication | signature), tries, seconds, member; each
# is "unknown" where it does not apply.

problem-invalid-request = request not understood
    .detail = { $member ->
        [unknown] the request does not have the form this route wants
       *[other] the request does not have the form this route wants: see “{ $member }”
    }
    .remedy = This is for the author of the web site or program: compare the request with the API document.
problem-caller-unidentified = caller not identified
    .detail = the request has no Origin header and no token, and did not come by the socket
    .remedy = This is for the author of the web site or program: a program uses the agent's socket or sends the token from its token file, a page calls with fetch().
problem-peer-not-allowed = another user
    .detail = the request came from another user of this computer, or whose it is cannot be told
    .remedy = Each user runs an agent of their own.
problem-origin-not-allowed = web site not allowed
    .detail = this origin is not in the list of allowed origins
    .remedy = If you trust this web site, allow it with “jpki-agent origin allow”.
problem-scope-not-allowed = not allowed for this
    .detail = the caller may not use this route
    .remedy = If you trust this web site, give it the scope with “jpki-agent origin allow” and --scope. Some routes are for the socket only.
problem-fetch-mode-not-allowed = not the kind of request this route takes
    .detail = the browser's Sec-Fetch headers do not say “cors”, or for a page of the agent's own not that a window goes there
    .remedy = This is for the author of the web site: call the agent with fetch() in its default mode “cors”, and open the bridge with window.open().
problem-pin-required = certificate behind its PIN
    .detail = the signature certificate can be read only with its password
    .remedy = This is for the author of the web site or program: use the “disclose” route, which asks the holder.
problem-user-declined = declined
    .detail = the person at the computer said no
    .remedy = If that was a mistake, start again and confirm.
problem-nothing-settled = nothing was settled
    .detail = there were answers to the prompts, but none that can be used, and no more were taken
    .remedy = Start again when you are ready. No try was lost by it.
problem-consent-timeout = no answer
    .detail = nobody answered the prompt in time
    .remedy = Start again and answer the prompt on this computer's screen.
problem-pin-incorrect = { $key ->
        [signature] wrong password
       *[other] wrong PIN
    }
    .detail = { $key ->
        [authentication] the PIN of the user authentication certificate was wrong
        [signature] the password of the signature certificate was wrong
       *[unknown] the PIN was wrong
    }{ $tries ->
        [unknown] ; how many tries are left is unknown
        [one] ; one try is left
       *[other] ; { $tries } tries are left
    }
    .remedy = { $tries ->
        [one] { guide-blocked-last-protected } { guide-blocked-not-sure }
        [unknown] { guide-blocked-last-unknown } { guide-blocked-not-sure }
       *[other] Make sure which one is wanted, the PIN or the password. If you are not sure, do not go on: when no try is left it is blocked.
    }
problem-not-found = no such route
    .detail = there is nothing at this path, or nothing of the name in it
    .remedy = What was named may be gone already. Else this is for the author of the web site or program: compare the path with the API document.
problem-method-not-allowed = method not allowed
    .detail = this path does not take this method
    .remedy = This is for the author of the web site or program: compare the method with the API document.
problem-no-reader = no reader
    .detail = no card reader is connected, or not the one asked for
    .remedy = Connect the reader. “jpki-agent doctor” tells what is missing.
problem-no-card = no card
    .detail = there is no card in the reader
    .remedy = Put the My Number Card in the reader, or on it, and leave it there.
problem-card-unsupported = not a My Number Card
    .detail = the card in the reader is not a My Number Card, or one this agent does not know
    .remedy = Use a My Number Card. If it is one, take it out, put it in again and keep it still.
problem-several-cards = several cards
    .detail = more than one My Number Card is in the readers
    .remedy = Take out all cards but one, or name the reader.
problem-card-busy = card in use
    .detail = another program holds the card
    .remedy = Close other programs that use the card, then try again.
problem-card-removed = card removed
    .detail = the card was taken out, or the connection to it was lost
    .remedy = Put the card back, keep it still and start again. The PIN is never sent a second time by itself.
problem-certificate-absent = no such certificate on the card
    .detail = { $key ->
        [authentication] there is no user authentication certificate on the card
        [signature] there is no signature certificate on the card
       *[unknown] there is no such certificate on the card
    }
    .remedy = Certificates are issued at the municipal office where you live.
problem-certificate-mismatch = another certificate
    .detail = the signature certificate on the card is not the one the caller expects
    .remedy = Use the card the web site or program knows, or register this one there.
problem-prompt-busy = another prompt is open
    .detail = another request is being answered on this computer
    .remedy = Answer or close the open prompt, then try again.
problem-last-try-protected = last try protected
    .detail = { $key ->
        [authentication] the PIN of the user authentication certificate has one try left, or how many is unknown
        [signature] the password of the signature certificate has one try left, or how many is unknown
       *[unknown] the PIN has one try left, or how many is unknown
    }
    .remedy = { $key ->
        [authentication] If you are sure of the PIN, run “jpki-agent pin unprotect authentication” on this computer, or let the try go on the agent's page (“jpki-agent open”). { guide-blocked-not-sure }
        [signature] If you are sure of the password, run “jpki-agent pin unprotect signature” on this computer, or let the try go on the agent's page (“jpki-agent open”). { guide-blocked-not-sure }
       *[unknown] If you are sure of it, run “jpki-agent pin unprotect” on this computer. { guide-blocked-not-sure }
    }
problem-pin-change-unproven = change not proved on real cards
    .detail = { $key ->
        [authentication] changing the PIN of the user authentication certificate has not been reported to work on a real card yet
        [signature] changing the password of the signature certificate has not been reported to work on a real card yet
       *[unknown] changing it has not been reported to work on a real card yet
    }
    .remedy = The sure way is the official “JPKI user's software” (JPKI利用者ソフト) or the municipal office where you live. If you take the risk all the same, run “jpki-agent pin change” with --i-understand-this-is-unproven.
problem-body-too-large = request too large
    .detail = the request is larger than allowed: 256 KiB for the body, 16 KiB for the request line and headers
    .remedy = This is for the author of the web site or program: send digests, not documents, and only the headers needed.
problem-unsupported-media-type = unsupported media type
    .detail = the request body is not “application/json”
    .remedy = This is for the author of the web site or program: send JSON with “Content-Type: application/json”.
problem-host-not-allowed = wrong host
    .detail = the Host header does not name this agent
    .remedy = This is for the author of the web site or program: call http://127.0.0.1 with the agent's port.
problem-pin-blocked = { $key ->
        [signature] password blocked
       *[other] PIN blocked
    }
    .detail = { $key ->
        [authentication] the PIN of the user authentication certificate is blocked
        [signature] the password of the signature certificate is blocked
       *[unknown] the PIN is blocked
    }
    .remedy = { $key ->
        [authentication] { guide-blocked-office } { guide-blocked-authentication-kiosk }
        [signature] { guide-blocked-office } { guide-blocked-signature-kiosk }
       *[unknown] { guide-blocked-office }
    }
problem-rate-limited = too many requests
    .detail = { $seconds ->
        [unknown] too many requests in a short time
       *[other] too many requests in a short time; the next one counts in { $seconds } s
    }
    .remedy = Wait, then try again.
problem-internal = error in the agent
    .detail = the agent made a mistake; what it was stands in its log
    .remedy = Try again. If it happens again, report it with the request id.
problem-card-fault = card error
    .detail = the card answered something it must not{ $tries ->
        [unknown] {""}
        [one] ; one try is left for the PIN
       *[other] ; { $tries } tries are left for the PIN
    }
    .remedy = Take the card out, put it in again and start again. If it happens again, ask at the municipal office.
problem-pcsc-unavailable = smart card service not available
    .detail = the system's smart card service (PC/SC) does not run, or refuses
    .remedy = Start the service (on Linux: pcscd). “jpki-agent doctor” tells what is missing.
problem-pinentry-unavailable = no prompt possible
    .detail = the prompt could not be shown on this computer
    .remedy = Run it from a desktop or a terminal. Where there is no pinentry program, install one. “jpki-agent doctor” tells what is missing.
problem-shutting-down = agent is stopping
    .detail = the agent is about to end and takes no more requests
    .remedy = Start the agent again, then repeat the request.
problem-card-timeout = card does not answer
    .detail = the card did not answer in time
    .remedy = Take the card out, put it in again and start again.
