# Desktop notices (src/notices/words.rs): after the fact, or about an origin. The program's name stands on each by itself.

notice-authenticated = Logged in with your card
notice-signed = Signed with your card
notice-disclosed = Signature certificate handed out
notice-changed = A PIN of your card was changed
notice-changed-body = { $who } asked for it. If that was not you, have the PIN reset at the municipal office.
notice-in-doubt-authentication = The old or the new PIN of the user authentication certificate may be in force
notice-in-doubt-signature = The old or the new password of the signature certificate may be in force
notice-by-program = Program “{ $name }”
notice-by-program-unnamed = A program on this computer
notice-authenticated-body = { $who } asked for it, and your card was used to log in.
notice-signed-body = { $who } received { $count ->
    [one] one signature
   *[other] { $count } signatures
} made with your card.
notice-disclosed-body = { $who } received your name, address, birth date and sex.

notice-refused = A web site may not use your card
notice-refused-body = { $origin } asked for your card and was refused, since you have not allowed it.
notice-refused-others = { $count ->
    [one] So was one other site.
   *[other] So were { $count } other sites.
}
notice-refused-allow = Allow…

notice-added = A web site may use your card now
notice-added-body = { $origin } was added to the list of allowed sites. If that was not you, remove it.
