# The agent's own page (`jpki-agent open`). Ids alphabetical.

page-title = My Number Card on this computer
