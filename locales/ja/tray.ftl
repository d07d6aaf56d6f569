# 通知領域のアイコンとメニュー (src/tray/view.rs)。

tray-activity = 最近の利用
tray-activity-none = カードの利用記録はありません
tray-agent-down = エージェントが動いていません
tray-agent-starting = エージェントを起動しています…
tray-ask-doctor = 原因は「jpki-agent doctor」で確認できます
tray-card-busy = ほかのプログラムがカードを使っています
tray-card-mute = カードが応答しません。向きを確かめて入れ直してください
tray-card-other = マイナンバーカードではないカードです
tray-log-altered = 利用記録が書き換えられています
tray-no-card = マイナンバーカードがありません
tray-no-reader = カードリーダーが接続されていません
tray-no-service = スマートカードサービス (PC/SC) が使えません
tray-not-opened = ページを開けませんでした
tray-not-released = カードを解放できませんでした
tray-not-started = エージェントを起動できませんでした
tray-open = エージェントのページを開く…
tray-program = このパソコンのプログラム
tray-quit = アイコンを終了（エージェントは動き続けます）
tray-quit-icon = アイコンを終了
tray-quit-both = 終了
tray-reader = { $name }：{ $card ->
    [none] カードなし
    [jpki] マイナンバーカード
    [production] マイナンバーカード
    [jlis-test] テストカード（効力はありません）
    [simulator] 模擬カード（効力はありません）
    [unknown-issuer] マイナンバーカード（発行者を確認できません）
    [other] 別のカード
    [unsupported] マイナンバーカードではないもの（スマートフォンや旧カード）
    [mute] 応答しないカード（向きを確かめて入れ直してください）
    [busy] ほかのプログラムが使用中のカード
   *[unknown] 不明
}
tray-ready = マイナンバーカードを使えます
tray-refused = 許可していないサイトからの依頼を断りました（{ $count ->
   *[other] { $count }サイト
}）：ページで確認…
tray-reminders = お知らせ
tray-release = カードを解放する
tray-signature-unknown = 署名用電子証明書：有効期限はパスワードの入力後に分かります
tray-simulated = 【模擬カード・効力なし】
tray-start = エージェントを起動する
tray-term = { $kind ->
    [authentication] 利用者証明用電子証明書
   *[signature] 署名用電子証明書
}：{ $state ->
    [expired] 有効期間が終わっています（{ $date } まで）。市区町村の窓口で新しい発行を申請してください
    [not_yet_valid] { $from } から有効です（まだ始まっていません）
    [renewable] あと{ $days ->
       *[other] { $days }日
    }（{ $date } まで）。市区町村の窓口で更新できます
   *[in_period] あと{ $days ->
       *[other] { $days }日
    }（{ $date } まで）
}
tray-title = マイナンバーカード エージェント
tray-tries = { $kind ->
    [authentication] 利用者証明用電子証明書の暗証番号
   *[signature] 署名用電子証明書のパスワード
}：{ $state ->
    [ok] 残り{ $left }回
    [last_try] 残り1回（間違えるとロックされます）
    [blocked] ロックされています
   *[unknown] 残り回数は不明です
}
tray-use = { $time }  { $who }：{ $operation ->
    [authenticate] ログイン
    [sign] 署名
    [disclose] 署名用電子証明書の提示
    [pin-change] 暗証番号・パスワードの変更
    [unprotect] 最後の1回の許可
   *[other] { $operation }
}（{ $outcome ->
    [done] 完了
    [failed] 失敗
    [abandoned] 取りやめ
   *[unknown] 結果は不明
}）

# コマンド (src/cli/tray.rs)。
tray-no-bus = デスクトップのセッション (D-Bus) に接続できません
tray-no-bus-remedy = ログインしているデスクトップの端末で実行してください。
tray-no-desktop = このシステムではアイコンを表示できません
tray-no-desktop-remedy = 「jpki-agent status」または「jpki-agent open」を使ってください。
tray-runs = アイコンはすでに表示されています。
tray-unseen = アイコンを表示する場所がまだありません。現れるまで待ちます（GNOME では拡張機能 AppIndicator が必要です）。
