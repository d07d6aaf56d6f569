# お知らせ (src/reminders/words.rs)：通知、「jpki-agent reminders」、GET /v1/reminders。文で書く。
# 変数：about (authentication | signature | both)、date (日付の文言)、days、year、month、day。

reminder-date = { $year }年{ $month }月{ $day }日

# 通知の見出し
reminder-title-expired = 電子証明書の有効期限が切れました
reminder-title-expires-soon = 電子証明書の有効期限が近づいています
reminder-title-password-due = パスワードの変更をおすすめします
reminder-title-renewal-open = 電子証明書を更新できます
reminder-title-stay-ends = 在留期間とカードの有効期限
reminder-title-simulated = 模擬カード（SIMULATED CARD）：{ $title }

# 別のカードについての文の前に置く
reminder-another-card = 別のカード：

reminder-expired = { $about ->
    [authentication] 利用者証明用電子証明書
    [both] 2つの電子証明書（利用者証明用・署名用）
   *[signature] 署名用電子証明書
}は、{ $date }で有効期限が切れました。引き続き使うには、お住まいの市区町村の窓口で新しい電子証明書の発行を申請してください。
reminder-expires-soon = { $about ->
    [authentication] 利用者証明用電子証明書
    [both] 2つの電子証明書（利用者証明用・署名用）
   *[signature] 署名用電子証明書
}の有効期限は{ $date }です（{ $days ->
    [0] 本日まで
   *[other] あと{ $days }日
}）。
reminder-password-due = 署名用電子証明書のパスワードを設定した日（電子証明書の発行日か、このエージェントで変更した日）から、{ $date }で1年以上がたちました。同じパスワードを使い続けている場合は、変更をおすすめします。確実な方法は、公式の「JPKI利用者ソフト」（利用者クライアントソフト）か、お住まいの市区町村の窓口です。
reminder-renewal-from = { $date }ごろから、{ $about ->
    [both] どちらもお住まい
   *[one] お住まい
}の市区町村の窓口で更新できます。
reminder-renewal-now = { $about ->
    [both] どちらもお住まい
   *[one] お住まい
}の市区町村の窓口で更新できます。カードをお持ちください。
reminder-renewal-open = { $about ->
    [authentication] 利用者証明用電子証明書
    [both] 2つの電子証明書（利用者証明用・署名用）
   *[signature] 署名用電子証明書
}を更新できるようになりました。有効期間満了日（{ $date }）の3か月前から、お住まいの市区町村の窓口で手続きできます。カードをお持ちください。
reminder-stay-ended = 設定にある在留期間の満了日（{ $date }）を過ぎたため、カードと電子証明書は使えません。在留期間を更新した場合は、カードの手続きについてお住まいの市区町村の窓口にご相談のうえ、設定の notifications.stay_until を直してください。
reminder-stay-ends = 設定にある在留期間の満了日は{ $date }です（{ $days ->
    [0] 本日まで
   *[other] あと{ $days }日
}）。カードと電子証明書も、この日までしか使えません。在留期間を更新したら、この日が過ぎる前に、お住まいの市区町村の窓口でカードの有効期限を変更してください。

reminder-note-done = 手続きがお済みの場合は、何もする必要はありません。
reminder-note-moved = 引っ越しや結婚などで住所や氏名が変わったときや、カードを一時利用停止したときは、署名用電子証明書が失効しますが、カードには何も表示されません。このエージェントには失効情報がなく、確認できません。市区町村の窓口、公式の「JPKI利用者ソフト」（利用者クライアントソフト）、またはマイナポータルで確認してください。

# jpki-agent reminders
reminder-done = 手続き済みとして記録しました。この日付についてはもうお知らせしません。
reminder-done-how = 手続きがお済みのものは、「jpki-agent reminders --done 日付」（YYYY-MM-DD）でお知らせを止められます。
reminder-done-none = この日付のお知らせはありません。
reminder-kept = カードが読み取れないため、以前に読み取ったカードについて表示しています。
reminder-password-waits = 年1回のパスワード変更のお知らせは、一度パスワードを入力して署名用電子証明書の日付が分かってから始まります。
reminder-none = お知らせはありません。
reminder-signature-known = 署名用電子証明書（以前に読み取った内容）：
reminder-signature-unknown = 署名用電子証明書：有効期限は、「jpki-agent disclose」などで一度パスワードを入力すると分かります。
