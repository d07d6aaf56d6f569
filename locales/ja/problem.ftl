# 問題の詳細 (RFC 9457)。API のコード1件につき1件: 見出し、.detail (何が起きたか)、.remedy (どうすればよいか)。
# 変数: key (authentication | signature), tries, seconds, member。当てはまらないものは "unknown"。

problem-invalid-request = 依頼の内容が正しくありません
    .detail = { $member ->
        [unknown] 依頼の形式が決められたものと違います。
       *[other] 依頼の形式が決められたものと違います：「{ $member }」
    }
    .remedy = サイトまたはプログラムの作成者の方へ：API の文書と照らし合わせてください。
problem-caller-unidentified = 依頼元が分かりません
    .detail = Origin ヘッダーもトークンもなく、ソケット経由でもありません。
    .remedy = サイトまたはプログラムの作成者の方へ：プログラムはエージェントのソケットを使うか、トークンのファイルにあるトークンを付け、ページは fetch() で呼び出してください。
problem-peer-not-allowed = ほかの利用者からの依頼です
    .detail = このパソコンのほかの利用者からの依頼か、どの利用者のものか確認できない依頼です。
    .remedy = エージェントは利用者ごとに起動してください。
problem-origin-not-allowed = 許可されていないサイトです
    .detail = このサイトは許可の一覧にありません。
    .remedy = 信頼できるサイトであれば、「jpki-agent origin allow」で許可してください。
problem-scope-not-allowed = この操作は許可されていません
    .detail = 依頼元はこの操作を許可されていません。
    .remedy = 信頼できるサイトであれば、「jpki-agent origin allow」に --scope を付けてこの操作を許可してください。ソケット経由でのみ使える操作もあります。
problem-fetch-mode-not-allowed = この経路で受け付けない形の依頼です
    .detail = ブラウザーの Sec-Fetch ヘッダーが「cors」ではないか、エージェント自身のページをウィンドウで開く依頼ではありません。
    .remedy = サイトの作成者の方へ：fetch() を既定の「cors」で呼び出し、中継ウィンドウは window.open() で開いてください。
problem-pin-required = パスワードが必要な証明書です
    .detail = 署名用電子証明書はパスワードなしでは読み出せません。
    .remedy = サイトまたはプログラムの作成者の方へ：利用者に確認する「disclose」を使ってください。
problem-user-declined = 依頼が断られました
    .detail = パソコンに出た画面で、依頼が断られました。
    .remedy = 間違って断った場合は、最初からやり直してください。
problem-nothing-settled = 入力が決まりませんでした
    .detail = 何度か入力されましたが、使えるものがなかったため、受け付けを終わりました。
    .remedy = これによって残り回数は減っていません。準備ができてから、もう一度始めてください。
problem-consent-timeout = 時間内に応答がありませんでした
    .detail = 確認画面に時間内の応答がありませんでした。
    .remedy = もう一度始めて、このパソコンの画面に出る確認に応答してください。
problem-pin-incorrect = { $key ->
        [signature] パスワードが違います
       *[other] 暗証番号が違います
    }
    .detail = { $key ->
        [authentication] 利用者証明用電子証明書の暗証番号が違います。
        [signature] 署名用電子証明書のパスワードが違います。
       *[unknown] 暗証番号が違います。
    }{ $tries ->
        [unknown] 残り回数は不明です。
       *[other] 残り{ $tries }回です。
    }
    .remedy = { $tries ->
        [1] { guide-blocked-last-protected }{ guide-blocked-not-sure }
        [unknown] { guide-blocked-last-unknown }{ guide-blocked-not-sure }
       *[other] 求められているのが暗証番号とパスワードのどちらかをお確かめください。不確かな場合は、続けて入力しないでください。残り回数がなくなるとロックされます。
    }
problem-not-found = そのような機能はありません
    .detail = このパスには何もないか、指定された名前のものがありません。
    .remedy = 指定したものが、すでになくなっていることもあります。それ以外は、サイトまたはプログラムの作成者の方へ：API の文書でパスを確かめてください。
problem-method-not-allowed = 使えないメソッドです
    .detail = このパスではこのメソッドを使えません。
    .remedy = サイトまたはプログラムの作成者の方へ：API の文書でメソッドを確かめてください。
problem-no-reader = カードリーダーがありません
    .detail = カードリーダーがつながっていないか、指定されたものが見つかりません。
    .remedy = カードリーダーをつないでください。足りないものは「jpki-agent doctor」で分かります。
problem-no-card = カードがありません
    .detail = カードリーダーにカードがありません。
    .remedy = マイナンバーカードをカードリーダーに差し込むか置いて、そのままにしてください。
problem-card-unsupported = マイナンバーカードではありません
    .detail = マイナンバーカードではないか、対応していない種類のカードです。
    .remedy = マイナンバーカードを使ってください。マイナンバーカードの場合は、いったん外し、もう一度入れて動かさないでください。
problem-several-cards = カードが複数あります
    .detail = 複数のマイナンバーカードがカードリーダーにあります。
    .remedy = 1枚だけを残して外すか、カードリーダーを指定してください。
problem-card-busy = カードは使用中です
    .detail = ほかのプログラムがカードを使っています。
    .remedy = カードを使うほかのプログラムを閉じてから、やり直してください。
problem-card-removed = カードが外れました
    .detail = カードが外されたか、カードとの通信が途切れました。
    .remedy = カードを戻し、動かさずに最初からやり直してください。暗証番号が自動で送り直されることはありません。
problem-certificate-absent = カードに証明書がありません
    .detail = { $key ->
        [authentication] カードに利用者証明用電子証明書がありません。
        [signature] カードに署名用電子証明書がありません。
       *[unknown] カードにその証明書がありません。
    }
    .remedy = 電子証明書はお住まいの市区町村の窓口で発行されます。
problem-certificate-mismatch = 別の証明書です
    .detail = カードの署名用電子証明書が、依頼元の想定と違います。
    .remedy = 依頼元に登録してあるカードを使うか、このカードを登録してください。
problem-prompt-busy = ほかの確認画面が開いています
    .detail = このパソコンで別の依頼の確認中です。
    .remedy = 開いている確認画面に応答するか、閉じてからやり直してください。
problem-last-try-protected = 最後の1回は保護されています
    .detail = { $key ->
        [authentication] 利用者証明用電子証明書の暗証番号の残りが1回か、残り回数が不明です。
        [signature] 署名用電子証明書のパスワードの残りが1回か、残り回数が不明です。
       *[unknown] 暗証番号の残りが1回か、残り回数が不明です。
    }
    .remedy = { $key ->
        [authentication] 暗証番号が確かな場合は、このパソコンで「jpki-agent pin unprotect authentication」を実行するか、エージェントのページ（「jpki-agent open」）で保護を解除してください。{ guide-blocked-not-sure }
        [signature] パスワードが確かな場合は、このパソコンで「jpki-agent pin unprotect signature」を実行するか、エージェントのページ（「jpki-agent open」）で保護を解除してください。{ guide-blocked-not-sure }
       *[unknown] 確かな場合は、このパソコンで「jpki-agent pin unprotect」を実行してください。{ guide-blocked-not-sure }
    }
problem-pin-change-unproven = 実物のカードでは未確認の機能です
    .detail = { $key ->
        [authentication] 利用者証明用電子証明書の暗証番号の変更は、実物のカードで成功した報告がまだありません。
        [signature] 署名用電子証明書のパスワードの変更は、実物のカードで成功した報告がまだありません。
       *[unknown] この変更は、実物のカードで成功した報告がまだありません。
    }
    .remedy = 公式の「JPKI利用者ソフト」（利用者クライアントソフト）か、お住まいの市区町村の窓口での変更が確実です。承知のうえで行う場合は、「jpki-agent pin change」に --i-understand-this-is-unproven を付けて実行してください。
problem-body-too-large = 依頼が大きすぎます
    .detail = 依頼が大きすぎます。本文は 256 KiB まで、要求行とヘッダーは合わせて 16 KiB までです。
    .remedy = サイトまたはプログラムの作成者の方へ：文書ではなくダイジェストを送り、ヘッダーは必要なものだけにしてください。
problem-unsupported-media-type = 対応していない形式です
    .detail = 依頼の本文が「application/json」ではありません。
    .remedy = サイトまたはプログラムの作成者の方へ：JSON を「Content-Type: application/json」で送ってください。
problem-host-not-allowed = 宛先が違います
    .detail = Host ヘッダーがこのエージェントのものではありません。
    .remedy = サイトまたはプログラムの作成者の方へ：エージェントのポートを付けた http://127.0.0.1 を呼び出してください。
problem-pin-blocked = { $key ->
        [signature] パスワードがロックされています
       *[other] 暗証番号がロックされています
    }
    .detail = { $key ->
        [authentication] 利用者証明用電子証明書の暗証番号がロックされています。
        [signature] 署名用電子証明書のパスワードがロックされています。
       *[unknown] 暗証番号がロックされています。
    }
    .remedy = { $key ->
        [authentication] { guide-blocked-office }{ guide-blocked-authentication-kiosk }
        [signature] { guide-blocked-office }{ guide-blocked-signature-kiosk }
       *[unknown] { guide-blocked-office }
    }
problem-rate-limited = 依頼が多すぎます
    .detail = { $seconds ->
        [unknown] 短い時間に依頼が多すぎます。
       *[other] 短い時間に依頼が多すぎます。{ $seconds }秒後に受け付けます。
    }
    .remedy = 少し待ってから、やり直してください。
problem-internal = エージェントの内部エラーです
    .detail = エージェントの内部でエラーが起きました。内容は記録（ログ）にあります。
    .remedy = もう一度お試しください。繰り返す場合は、依頼番号（requestId）を添えてお知らせください。
problem-card-fault = カードのエラーです
    .detail = カードから正しくない応答がありました。{ $tries ->
        [unknown] {""}
       *[other] 暗証番号の残りは{ $tries }回です。
    }
    .remedy = カードを入れ直して、最初からやり直してください。繰り返す場合は、お住まいの市区町村の窓口にお問い合わせください。
problem-pcsc-unavailable = スマートカードの機能が使えません
    .detail = システムのスマートカード機能（PC/SC）が動いていないか、利用を拒否されました。
    .remedy = 機能を起動してください（Linux では pcscd）。足りないものは「jpki-agent doctor」で分かります。
problem-pinentry-unavailable = 確認画面を表示できません
    .detail = このパソコンに確認画面を表示できませんでした。
    .remedy = デスクトップか端末から実行してください。pinentry がない場合はインストールしてください。足りないものは「jpki-agent doctor」で分かります。
problem-shutting-down = エージェントは終了するところです
    .detail = エージェントは終了中のため、新しい依頼を受け付けません。
    .remedy = エージェントを起動し直してから、もう一度依頼してください。
problem-card-timeout = カードが応答しません
    .detail = カードから時間内に応答がありませんでした。
    .remedy = カードを入れ直して、最初からやり直してください。
