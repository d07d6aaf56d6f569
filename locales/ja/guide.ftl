# 手引き (src/guide.rs。事実の出典もそこにあります)。項目は文で書く。「guide-blocked-…」の一部は problem.ftl でも使い、
# ロックされたときの案内をどこでも同じ言葉にする。

guide-list = 手引きの項目です。「jpki-agent guide 項目」で内容を表示します。
guide-links = くわしくは：

guide-lost = カードをなくしたとき・盗まれたとき
guide-lost-stop = すぐに一時利用停止の手続きをしてください
guide-lost-stop-call = マイナンバー総合フリーダイヤル 0120-95-0178 に電話し、音声ガイダンスで「2番」を選んでください。紛失・盗難による一時利用停止は、24時間365日受け付けています。
guide-lost-stop-languages = この番号は、英語・中国語・韓国語・スペイン語・ポルトガル語にも対応しています。
guide-lost-stop-other-numbers = つながらない場合は 0570-783-578、IP電話などからは 050-3818-1250 におかけください（どちらも有料）。聴覚に障がいのある方のファクス：0120-601-785
guide-lost-police = 外出先でなくしたとき、または盗まれたとき
guide-lost-police-report = 警察署か交番に届け出て、受理番号と届け出先を控えてください。再交付の手続きで必要です。
guide-lost-found = カードが見つかったとき
guide-lost-found-office = 一時利用停止の解除は、電話ではできません。カードともう1点の本人確認書類を持って、お住まいの市区町村の窓口で手続きしてください。
guide-lost-found-signature = 一時利用停止をすると署名用電子証明書は失効します。続けて使うには、停止の解除のときに、新しい発行も申請してください。
guide-lost-gone = カードが見つからないとき
guide-lost-gone-office = お住まいの市区町村の窓口で紛失の届け出をし、必要な場合は再交付を申請してください。再交付には手数料がかかります。
guide-lost-gone-final = 廃止したカードは、あとで見つかっても使えません。

guide-cancel = 電子証明書の失効、カードの停止・廃止
guide-cancel-certificate = 電子証明書を失効させる
guide-cancel-certificate-when = 利用をやめるとき、またはパスワードをほかの人に知られたおそれがあるときに行います。
guide-cancel-certificate-office = カードを持って、お住まいの市区町村の窓口で申請してください。
guide-cancel-certificate-online = 公式の「JPKI利用者ソフト」（利用者クライアントソフト）を使い、オンラインで申請することもできます。
guide-cancel-suspend = カードを一時的に止める
guide-cancel-suspend-call = 紛失・盗難のときは、すぐに 0120-95-0178（24時間365日）に電話してください。くわしくは「jpki-agent guide lost」をご覧ください。
guide-cancel-card = カードを廃止する
guide-cancel-card-office = お住まいの市区町村の窓口に届け出てください。廃止したカードは元に戻せません。

guide-moved = 引っ越し・結婚などで住所や氏名が変わったとき
guide-moved-void = 電子証明書はどうなるか
guide-moved-void-signature = 住所や氏名が変わると、署名用電子証明書は自動的に失効します。カードの一時利用停止をしたときも失効します。
guide-moved-void-unmarked = カードには何も表示されず、署名の操作もできてしまいます。ただし、提出先で失効が確認され、受け付けられません。
guide-moved-void-authentication = 利用者証明用電子証明書は、そのまま使えます。
guide-moved-new = 新しい署名用電子証明書の発行
guide-moved-new-office = 市区町村の窓口で住所や氏名の変更を届け出るときにカードを持参し、署名用電子証明書の発行を申請してください。
guide-moved-check = 失効しているかどうかの確認
guide-moved-check-where = お住まいの市区町村の窓口、公式の「JPKI利用者ソフト」（利用者クライアントソフト）、またはマイナポータルで確認できます。
guide-moved-check-not-here = このエージェントでは確認できません。失効情報は、認定を受けた検証者だけに提供されるためです。

guide-blocked = 暗証番号・パスワードについて（ロック、変更）
guide-blocked-two = 2つの電子証明書と、それぞれの暗証番号
guide-blocked-two-signature = 署名用電子証明書：確定申告など、文書を作成して送るときに使います。パスワードは、英字と数字を組み合わせた6〜16文字です。
guide-blocked-two-authentication = 利用者証明用電子証明書：マイナポータルなどへのログインや、コンビニでの証明書の取得に使います。暗証番号は数字4桁です。
guide-blocked-two-tries = 間違えた回数は、どのソフトや端末で入力しても、カードの中で数えられます。続けて間違えると、署名用のパスワードは5回、利用者証明用の暗証番号は3回でロックされます。正しく入力したときだけ、回数は元に戻ります。
guide-blocked-signature = 署名用電子証明書のパスワードがロックされたとき
guide-blocked-authentication = 利用者証明用電子証明書の暗証番号がロックされたとき
guide-blocked-office = カードを持参して、お住まいの市区町村の窓口で再設定してください。
guide-blocked-signature-kiosk = 利用者証明用電子証明書の暗証番号が分かる場合は、公式アプリ「JPKI暗証番号リセット」で予約したあと、コンビニのキオスク端末で再設定することもできます。
guide-blocked-signature-kiosk-sure = 利用者証明用電子証明書の暗証番号が確かな場合に限り、公式アプリ「JPKI暗証番号リセット」で予約したあと、コンビニのキオスク端末で再設定することもできます。
guide-blocked-authentication-kiosk = 署名用電子証明書のパスワードが分かる場合は、公式アプリ「JPKI暗証番号リセット」で予約したあと、コンビニのキオスク端末で再設定することもできます。
guide-blocked-authentication-kiosk-sure = 署名用電子証明書のパスワードが確かな場合に限り、公式アプリ「JPKI暗証番号リセット」で予約したあと、コンビニのキオスク端末で再設定することもできます。
guide-blocked-kiosk-void = 有効期限切れや、住所・氏名の変更による失効の場合は、再設定ではなく、窓口での新しい発行が必要です。
guide-blocked-kiosk-shops = 店舗によって再設定できる種類が違います。事前に対応店舗をご確認ください。
guide-blocked-both = 両方ともロックされた、または両方とも分からないとき
guide-blocked-last = 残りが1回になったとき
guide-blocked-last-protected = 最後の1回は、このパソコンでご本人が許可しないかぎり、このエージェントでは使いません。
guide-blocked-last-kiosk = もう一方が確かな場合は、公式アプリ「JPKI暗証番号リセット」で予約したあと、コンビニのキオスク端末で再設定することもできます。
guide-blocked-last-unknown = 残り回数が分からないため、このパソコンでご本人が許可しないかぎり、このエージェントは入力をお尋ねしません。
guide-blocked-not-sure = 不確かな場合は、お住まいの市区町村の窓口で再設定してください。
guide-blocked-change = 定期的な変更
guide-blocked-change-how = 確実な方法は、公式の「JPKI利用者ソフト」（利用者クライアントソフト）か、お住まいの市区町村の窓口です。
guide-blocked-change-secret = 暗証番号やパスワードは、ほかの人に教えないでください。
guide-blocked-change-reminder = 設定の [notifications] に「password_yearly = true」と書くと、年に1回お知らせします。

# GET /v1/pins：残り回数の状態 (state) と、もう一方の状態 (other) に応じた案内。
guide-pin = { $state ->
    [blocked] { guide-blocked-office }
    [last_try] { guide-blocked-last-protected }{ guide-blocked-not-sure }
   *[unknown] { guide-blocked-last-unknown }{ guide-blocked-not-sure }
}{ $other ->
    [blocked] {""}
    [ok] { $key ->
        [authentication] { guide-blocked-authentication-kiosk }
       *[signature] { guide-blocked-signature-kiosk }
    }
   *[unsure] { $key ->
        [authentication] { guide-blocked-authentication-kiosk-sure }
       *[signature] { guide-blocked-signature-kiosk-sure }
    }
}

guide-renew = 有効期限と更新
guide-renew-until = 電子証明書の有効期限
guide-renew-until-certificate = 発行の日から5回目の誕生日までです。ただし、カードの有効期限を超えることはありません。
guide-renew-until-card = カードの有効期限は、発行の日から10回目の誕生日（発行のとき18歳未満の方は5回目の誕生日）までです。
guide-renew-until-signature = 署名用電子証明書は、利用者証明用電子証明書の期限が来たとき、または住所や氏名が変わったときにも使えなくなります。
guide-renew-how = 更新の手続き
guide-renew-how-window = 有効期間満了日の3か月前から、お住まいの市区町村の窓口で更新できます。カードをお持ちください。暗証番号も必要です。
guide-renew-how-letter = 満了日の2〜3か月前に、有効期限通知書が届きます。更新の手数料は無料です。
guide-renew-how-late = 有効期限が過ぎた場合は、同じ窓口で新しい電子証明書の発行を申請してください。
guide-renew-date = 有効期限の記入
guide-renew-date-card = カードのおもて面には、カードの有効期限の下に電子証明書の有効期限の欄があります。空欄の場合は、日付を書いておいてください。日付は「jpki-agent certificates」で確認できます。
guide-renew-stay = 在留期間のある外国人の方
guide-renew-stay-end = カードと電子証明書の有効期限は、在留期間の満了日までです。永住者・特別永住者・高度専門職第2号の方は、日本人と同じ扱いです。
guide-renew-stay-immigration = はじめに、出入国在留管理庁で在留期間の更新をしてください。
guide-renew-stay-card = 次に、カードの有効期限が過ぎる前に、カードと新しい在留カードを持って、お住まいの市区町村の窓口で有効期限の変更をしてください。自動では変わりません。
guide-renew-stay-certificates = そのあと、同じ窓口で新しい電子証明書の発行を申請してください。
guide-renew-stay-pending = 更新の結果が期限までに出ない場合は、カードと、申請中であることが分かるものを持って期限までに市区町村の窓口で手続きすると、1回に限り、有効期限を2か月延長できます。
guide-renew-stay-late = 有効期限が過ぎたカードは延長できません。再交付には手数料がかかります。
guide-renew-stay-reminder = 設定の [notifications] に「stay_until = "年-月-日"」（例："2027-03-31"）と書くと、90日前・30日前・7日前にお知らせします。
guide-renew-where = お問い合わせ先
guide-renew-where-office = カードと電子証明書の手続き：お住まいの市区町村の窓口
guide-renew-where-phone = マイナンバー総合フリーダイヤル：0120-95-0178（紛失・盗難は24時間365日）

# リンクの名前
guide-link-card = マイナンバーカード総合サイト
guide-link-immigration = 出入国在留管理庁
guide-link-jpki = 公的個人認証サービス ポータルサイト（J-LIS。公式ソフトもこちら）
guide-link-kiosk = コンビニのキオスク端末での再設定（J-LIS）
