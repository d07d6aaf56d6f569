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
service-agent-runs-remedy = End that one first (Ctrl-C where it was started), then run this again.
service-wrote = written: { $path }
service-removed = removed: { $path }
service-ran = run: { $command }
service-uninstalled = The service is gone. Settings and records of use are still there.
service-absent = service: not installed
service-absent-remedy = “jpki-agent service install” has the agent there from each log-in on.
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
   *[no] not running; the next request starts it
}
service-problem = problem: { $code ->
    [failed] the agent does not start ({ $detail })
    [no_port] no port can be had ({ $detail })
    [not_enabled] it is not started at log-in
    [refused] { $detail }
   *[outdated] its files are not those of this program and these settings
}
service-problem-remedy = { $code ->
    [failed] “jpki-agent doctor” looks for the cause, “journalctl --user -u jpki-agent” (macOS: ~/Library/Logs/jpki-agent.log) has the last words. Then “jpki-agent service install”.
    [no_port] Other programs or users have the ports (“ss -ltn”). Another one: server.port in the settings, then “jpki-agent service install”.
    [not_enabled] “jpki-agent service install” mends it.
   *[outdated] “jpki-agent service install” writes them anew.
}
