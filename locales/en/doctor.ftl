# What `doctor` finds, and what to do (src/doctor.rs): each finding, where it has them with -cause and -remedy.

doctor-well = Everything is in place.
doctor-to-do = { $count ->
    [one] There is one thing to do.
   *[other] There are { $count } things to do.
}
doctor-mark = { $level ->
    [ok] ok
    [warning] note
   *[error] TO DO
}
doctor-config = settings: { $path }
doctor-config-none = settings: none, the defaults apply
doctor-runtime = folder of the agent: { $path }
doctor-agent = agent: version { $version } is running
doctor-agent-none = agent: none is running
doctor-agent-simulator = agent: version { $version } is running with the SIMULATED CARD; readers were not looked at
doctor-agent-none-remedy = Start it with “jpki-agent serve”, or have it there from each log-in on with “jpki-agent service install”.
doctor-service = smart card service: running
doctor-service-missing = smart card service: not installed
doctor-service-missing-remedy = Install it: “apt install pcscd”, “dnf install pcsc-lite pcsc-lite-ccid”, or what your system calls it.
doctor-service-stopped = smart card service: installed, not running
doctor-service-stopped-remedy = Start it: “systemctl enable --now pcscd.socket”. On Windows: the service “Smart Card” (SCardSvr).
doctor-service-denied = smart card service: it refuses this user
doctor-service-denied-cause = its rules (polkit) let in only users who sit at the computer
doctor-service-denied-remedy = Run the agent in the session of whoever sits there. For a remote session, an administrator allows the actions org.debian.pcsc-lite.access_pcsc and access_card for this user.
doctor-service-other = smart card service: failed
doctor-service-other-remedy = Start it anew: “systemctl restart pcscd”.
doctor-reader = reader: { $name }
doctor-reader-none = reader: none
doctor-reader-none-remedy = Connect the reader. If it is connected, install its driver (for most: “apt install libccid”) and plug it in again.
doctor-reader-set = reader: “{ $name }”, the only one the settings allow, is not there
doctor-reader-set-remedy = Connect it, or correct card.reader in the settings.
doctor-card = card: My Number Card in { $name }
doctor-card-none = card: none in any reader
doctor-card-none-remedy = Put the My Number Card in the reader, or on it, and leave it there.
doctor-card-other = card: the one in { $name } is not a My Number Card
doctor-card-other-remedy = Use a My Number Card. A phone with these certificates, or the old resident card, cannot be used.
doctor-card-mute = card: the one in { $name } does not answer
doctor-card-mute-remedy = Take it out, turn it the right way (chip first, facing up) and put it in again.
doctor-card-busy = card: another program holds the one in { $name }
doctor-card-busy-remedy = Close other programs that use the card, such as the official client or a browser window on a government site.
doctor-pinentry = prompts: { $path }
doctor-pinentry-none = prompts: no pinentry program
doctor-pinentry-none-remedy = Install one: “apt install pinentry-gnome3” (or pinentry-qt, pinentry-curses), on macOS “brew install pinentry-mac”.
doctor-pinentry-nowhere = prompts: { $path }, but here is neither a desktop nor a terminal to show one on
doctor-pinentry-nowhere-remedy = Run commands that use the card from a desktop or a terminal.
doctor-pinentry-set = prompts: consent.pinentry_program in the settings is not a program: { $path }
doctor-pinentry-set-remedy = Correct the path, or take the setting out.
doctor-port = port { $port }: free
doctor-port-agent = port { $port }: an agent (version { $version }) listens there
doctor-port-other = port { $port }: another program listens there
doctor-port-other-remedy = End that program (“ss -ltnp” names it), or set server.port; pages have to know the new one.
doctor-port-refused = port { $port }: the system refuses it
doctor-port-refused-remedy = Set server.port to another one, from 1024 up.
doctor-port-service = port { $port }: your own service listens on it, and no agent answered just now
doctor-port-service-remedy = “jpki-agent service status” tells why.
doctor-untrusted = { $part ->
    [settings] settings
   *[prompts] prompts
}: not trusted, since others could have written it
doctor-untrusted-remedy = The agent does not use it. Make file and folders yours, and not writable by others (“chmod go-w”).
doctor-peer = callers: the agent can tell which user is behind a connection
doctor-peer-none = callers: on this system the agent cannot tell which user is behind a TCP connection; pages are told by their origin, programs by the token
doctor-process = protection of the agent's memory: as far as this system allows
doctor-process-missing = protection of the agent's memory: { $step ->
    [no-core-dumps] core dumps cannot be prevented
    [not-traceable] other programs of yours can read it
    [private-files] new files are not private by themselves
   *[locked-memory] it may be written to swap
}
doctor-audit = audit log: as the agent wrote it
doctor-audit-altered = audit log: CHANGED
doctor-audit-altered-remedy = “jpki-agent audit verify” names the places. If you know why, “jpki-agent audit clear” begins anew.
doctor-tls = HTTPS: { $certificate }
doctor-tls-unusable = HTTPS: the certificate is not usable
doctor-unfinished = smart card service: it does not answer, so not everything could be looked at
doctor-unfinished-remedy = Start it anew: “systemctl restart pcscd”. If it happens again, plug the reader in again.

# Readers on USB that the smart card service does not see.
doctor-usb-driver-cause = the driver for such readers (CCID) is not installed
doctor-usb-driver-remedy = Install it (“apt install libccid”, “dnf install pcsc-lite-ccid”), then plug the reader in again.
doctor-usb-kernel = USB: { $name } is plugged in, and the smart card service cannot use it
doctor-usb-kernel-cause = the system's driver for NFC ({ $driver }) holds it
doctor-usb-kernel-remedy = Let it go with “sudo modprobe -r { $driver }” and plug the reader in again. A line “blacklist { $driver }” in /etc/modprobe.d/jpki-agent.conf keeps it so.
doctor-usb-own-protocol = USB: { $name } is plugged in, and cannot be used here
doctor-usb-own-protocol-cause = it speaks its maker's own protocol, for which the smart card service has no driver on this system
doctor-usb-own-protocol-remedy = Use a reader that works with PC/SC (CCID) for the My Number Card, such as Sony RC-S300, ACS ACR1251 or I-O DATA USB-NFC4.
doctor-usb-unseen = USB: { $name } is plugged in, and the smart card service does not see it
doctor-usb-unseen-remedy = Plug it in again. If it stays so, start the service anew: “systemctl restart pcscd”.
