# 監査記録の誤り。気付いた所から phrase!() で運ばれる。ログでは英語になる。

audit-beginning-missing = 先頭が欠けています。記録 { $first } から始まってよいとする記録がありません
audit-broken = この行は前の行につながりません。どちらかが書き換えられています
audit-cut = 末尾が欠けています。書かれたはずの記録 { $last } がありません
audit-foreign = { $lines ->
   *[other] 末尾の{ $lines }行は、エージェントが書いたものではありません
}
audit-gap = { $records ->
   *[other] この前の{ $records }件は書き込めませんでした
}
audit-head-behind = 末尾の控えが1件遅れています。書き込みの途中でエージェントが終了しました
audit-head-lost = 末尾の控えがないか読めないため、末尾が欠けていないか確かめられません
audit-head-was-behind = この前に、書き込みの途中でエージェントが終了しました
audit-head-was-lost = この記録を書いたとき、末尾の控えがありませんでした。前の記録が欠けている可能性があります
audit-not-the-head = 最後の行が控えと一致しません。この行か前の行が書き換えられています
audit-sequence = 記録 { $expected } があるべき所に、記録 { $found } があります
audit-torn = この行は途中までしか書かれていません（次の行に記録があります）
audit-torn-open = 最後の行は途中までしか書かれていません
audit-unreadable = この行は記録ではありません
audit-was-cut = この記録を書いたとき、前の記録がすでに欠けていました
audit-was-foreign = この前に、エージェントが書いたものではない行があります
