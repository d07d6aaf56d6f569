# 端末に表示する入力画面の文言 (src/consent/words.rs)。1件が1行。全行を合わせて pinentry の1行 (992バイト) に収める。

prompt-title = マイナンバーカード
prompt-title-pin = マイナンバーカード：暗証番号・パスワードの入力
prompt-ok = OK
prompt-cancel = キャンセル
prompt-label-authentication = 暗証番号（数字4桁）：
prompt-label-signature = パスワード：

prompt-asker-program = プログラム「{ $name }」（プロセス番号 { $pid }）
prompt-asker-program-unnamed = このパソコンのプログラム

prompt-authenticate-page = このサイトがカードでのログインを求めています。
prompt-authenticate-program = 次のサイトへのログインを求めています：
prompt-sign-page = このサイトが文書{ $count }件への電子署名を求めています。
prompt-sign-program = 文書{ $count }件への電子署名を求めています。
prompt-disclose-page = このサイトが署名用電子証明書の提示を求めています（署名はしません）。
prompt-disclose-program = 署名用電子証明書の提示を求めています（署名はしません）。
prompt-step-certificate = 2回のうち1回目：まず証明書を読み取ります。署名は次の画面で改めて確認します。
prompt-step-signature = 2回のうち2回目：証明書に続く署名です。
prompt-step-first = 2回のうち1回目です。
prompt-step-second = 2回のうち2回目です。
prompt-discloses = 氏名・住所・生年月日・性別が相手に渡ります。

prompt-labels = 依頼元が付けた名前：
prompt-digest-labelled = { $digest }「{ $label }」
prompt-digest-unlabelled = { $digest }（名前なし）
prompt-digests-more = ほか{ $count }件

prompt-secret-authentication = 入力するもの：利用者証明用電子証明書の暗証番号・数字{ $length }桁
prompt-secret-signature = 入力するもの：署名用電子証明書のパスワード・英数字{ $min }〜{ $max }文字
prompt-tries-left = { $tries ->
    [1] 残り1回です。間違えるとロックされ、再設定が必要になります。
   *[other] 残り{ $tries }回
}
prompt-tries-unknown = 残り回数は不明です。

prompt-environment-simulator = ＊＊＊ 模擬カード（SIMULATED CARD）：効力なし ＊＊＊
prompt-environment-test = ＊＊＊ テストカード（TEST CARD）：効力なし ＊＊＊
prompt-warning-expired = 警告：証明書の有効期限（{ $date }）が切れています。
prompt-warning-not-yet-valid = 警告：証明書は{ $date }から有効です。パソコンの時計も確かめてください。
prompt-warning-unknown-issuer = 警告：証明書の発行者を確認できません。
prompt-reader = カードリーダー：{ $reader }
prompt-phrase = ご自身の合言葉：{ $phrase }

prompt-hint-length-digits = 数字{ $length }桁で入力してください。カードには送っていません。
prompt-hint-length-password = 英数字{ $min }〜{ $max }文字で入力してください。カードには送っていません。
prompt-hint-full-width = 全角文字が入っています。日本語入力をオフにしてください。カードには送っていません。
prompt-hint-character-digits = 使えるのは数字だけです。カードには送っていません。
prompt-hint-character-password = 使えるのは英字と数字だけです。カードには送っていません。
prompt-hint-other-pin = 4桁の数字は別の暗証番号のようです。署名用電子証明書のパスワードを入力してください。カードには送っていません。
prompt-hint-too-soon = 画面が出た直後の入力だったため破棄しました。内容を確かめてから入力してください。

prompt-choose = マイナンバーカードが複数あります。このカードリーダーのカードを使いますか。
prompt-choose-blocked = { $kind ->
    [authentication] このカードの暗証番号はロックされています。
   *[signature] このカードのパスワードはロックされています。
}
prompt-choose-cancel = キャンセル
prompt-choose-count = { $count }枚のうち{ $number }枚目
prompt-choose-ok = このカードを使う
prompt-choose-other = 別のカード
prompt-choose-unusable = ほかのカードは、今は使えません。
prompt-unprotect-authentication = 利用者証明用電子証明書の暗証番号の最後の1回を使えるようにしますか。
prompt-unprotect-signature = 署名用電子証明書のパスワードの最後の1回を使えるようにしますか。
prompt-unprotect-consequence = 次に間違えるとロックされ、市区町村の窓口などでの再設定が必要です。許可は1回限り、5分間です。
prompt-unprotect-ok = 1回だけ許可
prompt-use-certificate-authentication = それでもこの証明書でログインしますか。
prompt-use-certificate-signature = それでもこの証明書で署名しますか。
prompt-use-certificate-ok = 続ける
prompt-first-visit = このサイトがマイナンバーカードの利用を求めています。このパソコンでは初めての依頼です。
prompt-first-visit-consequence = ご自身で始めた操作で、上のアドレスが正しい場合にだけ進んでください。利用のたびに確認します。
prompt-first-visit-ok = 確認へ進む
prompt-try-again-authentication = { $count ->
    [1] 前回、利用者証明用電子証明書の暗証番号が間違っていました。
   *[other] 利用者証明用電子証明書の暗証番号が{ $count }回続けて間違っています。
}
prompt-try-again-signature = { $count ->
    [1] 前回、署名用電子証明書のパスワードが間違っていました。
   *[other] 署名用電子証明書のパスワードが{ $count }回続けて間違っています。
}
prompt-try-again-consequence = 暗証番号とパスワードのどちらを求めているかをお確かめください。残り回数がなくなるとロックされ、市区町村の窓口などでの再設定が必要です。
prompt-try-again-ok = もう一度入力
prompt-allow-origin = このサイトにマイナンバーカードの利用を許可しますか。許可すると、次のことができます。
prompt-allow-origin-status = ・カードの有無と残り回数を知る
prompt-allow-origin-certificates = ・利用者証明用電子証明書を確認なしに読み取る（変わらない識別子です）
prompt-allow-origin-authenticate = ・ログインを求める
prompt-allow-origin-sign = ・署名や、氏名・住所の提示を求める
prompt-allow-origin-more = ほかに{ $count }件の注意があります。
prompt-allow-origin-ok = 許可する
