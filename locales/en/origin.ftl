# What is said before an origin is allowed, and about those that were refused.

origin-refused-insecure = { $origin } is not https: whoever is on the way could ask in its place
origin-warning-insecure = This origin is not https: whoever is on the way could ask in its place.
origin-warning-public-suffix = { $suffix } is a shared ending: many have names below it. Is the whole name meant?
origin-warning-look-alike = This name is easily taken for { $origin }, which is allowed already. They are two different sites.
origin-warning-mixed-scripts = This name mixes letters of several scripts. Some may look like others.
origin-warning-imitates-latin = The letters of this name belong to another script and look like Latin ones.
origin-warning-unusual = This name contains characters that are not meant for names.
origin-warning-ip-address = This is an address, not a name: another computer can have it tomorrow.
origin-warning-port = This origin uses port { $port }: the same name without it is another origin.
origin-gives-certificates = With the scope "certificates" this origin can read the authentication certificate whenever the card is in the reader, without asking: a number that stays the same for years and, as a rule, your month and day of birth and the municipality that issued the card.
origin-notice-title = A site wanted to use your card
origin-notice = { $domain } is not allowed yet. If you trust it, allow it in the agent; otherwise there is nothing to do.
origin-notice-more = { $domain } and { $count } more are not allowed yet. Those you trust you can allow in the agent; otherwise there is nothing to do.
