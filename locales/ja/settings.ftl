# 設定の誤り。気付いた所から phrase!() で運ばれる。ログでは英語になる。

settings-at = { $place }: { $why }
settings-absolute = { $key } は絶対パスで指定してください
settings-choice = { $key } に指定できるのは { $choices } です（{ $given } は使えません）
settings-faulty-remedy = 示された行を直すか削除してください。設定項目の一覧は README にあります。
settings-duplicate-key = 同じ設定が2つあります
settings-guard = consent.guard_seconds は consent.timeout_seconds より小さくしてください
settings-kind = { $wanted ->
    [boolean] 値は true か false で指定してください
    [list] 値はリスト（[ ] で囲む）で指定してください
    [number] 値は数で指定してください
    [table] 値はテーブルで指定してください
   *[text] 値は文字列（" " で囲む）で指定してください
}
settings-missing-key = { $key } が必要です
settings-no-effect = 書き換えても、求められた設定になりません
settings-not-toml = TOML ではありません
settings-number = { $given } は使えません
settings-origin = origin: { $why }
settings-origin-insecure = origin: { $origin } は https ではないため、通信経路上の第三者がなりすませます。http を使えるのは、--simulator を付けたときのこのパソコン自身のほかは、承知のうえで「insecure = true」と書いた場合だけです（jpki-agent origin allow --force が書きます）
settings-origin-nothing = allow: 何も許可しないサイトです。項目ごと削除してください
settings-origin-twice = origin: { $origin } はすでに一覧にあります
settings-phrase = consent.phrase は200文字以内で、見えない文字は使えません
settings-range = { $key } は { $least } から { $most } までです（{ $given } は使えません）
settings-reader-empty = card.reader が空です。すべてのカードリーダーを使うには、項目ごと削除してください
settings-stay-until = notifications.stay_until は "2027-03-31" のような日付で指定してください
settings-syntax = 書き方を理解できません（{ $why }）
settings-tls-no-table = tls の書き方が正しくありません（テーブルではありません）
settings-tls-port = tls.port は 1 から 65535 までです。ページがポートを知る必要があるため、0 は使えません
settings-tls-port-same = tls.port は server.port と別の番号にしてください
settings-unknown-key = { $key } という設定はありません（使えるもの：{ $known }）
settings-unreadable = 読めません: { $why }
settings-unreadable-remedy = 読み取れる設定ファイルを指定してください。
settings-whole = { $key } は整数で指定してください
