# The agent as a service of the user (src/cli/service), and what can be wrong with it.
service-handed-over = the sockets handed over by the service manager cannot be used
service-handed-over-remedy = “jpki-agent service install” writes its files anew, with the port of the settings.
service-failed = the service could not be changed
service-refused = this program cannot be a service as things are
service-foreign-remedy = Move that file away, or remove the service the way it was installed.
service-untrusted-remedy = Make the program and the folders above it yours, and not writable by others (“chmod go-w”).
service-writable-remedy = “chmod go-w { $paths }” closes all of it; then run this again.
service-no-manager = no service manager answers for this user
service-no-manager-remedy = On Linux a log-in session with systemd is needed (“systemctl --user status”). Elsewhere have “jpki-agent serve” started at the log-in.
service-root = the agent is no service for root
service-root-remedy = Run this as the user whose card it is, without sudo.
service-agent-runs-remedy = { $known ->
    [yes] End that one first: Ctrl-C in the terminal where it was started, or “kill { $process }”. Then run this again.
   *[no] End that one first: Ctrl-C in the terminal where it was started, or the icon that started it. Then run this again.
}
service-ended = ended: the agent that the icon had started (process { $process })
service-wrote = written: { $path }
service-removed = removed: { $path }
service-ran = run: { $command }
service-uninstalled = The service is gone. Settings and records of use are still there.
service-enabled-for-all = the service has ended, but an administrator has turned it on for every user of this computer
service-enabled-for-all-remedy = “systemctl --user mask { $units }” turns it off for you alone.
service-absent = service: not installed
service-absent-remedy = “jpki-agent service install” has the agent there from each log-in on.
service-offered = service: brought by the package, not turned on
service-masked = service: blocked for you (“systemctl --user mask”)
service-masked-remedy = “systemctl --user unmask { $units }”, then “jpki-agent service install”, turns it on.
service-file = service: { $path }
service-enabled = at log-in: { $enabled ->
    [yes] started
   *[no] not started
}
service-socket = for programs: { $open ->
    [yes] the Unix socket listens
   *[no] the Unix socket does not listen
}
service-port = for web pages: { $open ->
    [yes] http://127.0.0.1:{ $port } listens
   *[no] no port listens now
}
service-agent = agent: { $running ->
    [since] running since { $since }
    [yes] running
    [never] not running
   *[no] not running; the next request starts it
}
service-agent-other = agent: running (process { $process }), not by the service: { $by ->
    [icon] the icon started it
   *[hand] somebody started it
}
service-problem = problem: { $code ->
    [crashed] the agent broke off the last time ({ $detail }); the next request starts it
    [faulty_unit] the manager cannot use its files
    [not_listening] it is not started now
    [other_agent] the agent that runs (process { $detail }) is in its way
    [failed] the agent does not start ({ $detail })
    [no_port] no port can be had ({ $detail })
    [no_timer] nothing looks for reminders each day
    [not_enabled] it is not started at log-in
    [refused] { $detail }
   *[outdated] its files are not those of this program and these settings
}
service-problem-remedy = { $code ->
    [crashed] “journalctl --user -u jpki-agent” has the last words.
    [faulty_unit] “jpki-agent service install” writes them anew. What the manager says: “systemctl --user status jpki-agent.service”.
    [not_listening] “jpki-agent service install” mends it.
    [other_agent] “jpki-agent service install” ends the icon's own in order, and says what to do with another.
    [failed] “jpki-agent doctor” looks for the cause, “journalctl --user -u jpki-agent” (macOS: ~/Library/Logs/jpki-agent.log) has the last words. Then “jpki-agent service install”.
    [no_port] Other programs or users have the ports (“ss -ltn”). Another one: server.port in the settings, then “jpki-agent service install”.
    [no_timer] “jpki-agent service install” mends it.
    [not_enabled] “jpki-agent service install” mends it.
   *[outdated] “jpki-agent service install” writes them anew.
}
