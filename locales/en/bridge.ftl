# The window that carries requests between a web page and the agent (src/pages).

bridge-ended = This window is no longer connected.
bridge-go-on = Continue to the My Number Card agent
bridge-keep-open = Keep this window open while you use your card there. Close it, and the site can no longer ask for your card.
bridge-may-be-closed = You may close it.
bridge-no-opener = This window belongs to a web site that uses your card. Close it, go back to the site and start again from there.
bridge-no-pin-here = Your PIN is never typed here or on the web site: the agent asks for it in a window of its own.
bridge-open = This window connects your card with this web site:
bridge-open-again = Go back to the web site and open it again from there.
bridge-refused = This web site cannot use your card through this window:
bridge-title = My Number Card agent
bridge-waiting = Connecting with the web site that opened this window …
