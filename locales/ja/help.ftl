# コマンドと引数の説明（id の作り方は src/cli/help.rs）と、使い方の誤りの説明。複数行の説明は名前の次の行から始め、空白で始まる行はそのまま表示される。

help = マイナンバーカードのための、パソコンで動くエージェント
    .long =
        マイナンバーカードのための、パソコンで動くエージェントです。

        ウェブページやプログラムが、カードでのログインや署名をエージェントに依頼します。エージェントは専用の画面でご本人に確認します。暗証番号やパスワードを入力するのはその画面だけで、コマンドに渡すことはありません。
    .after =
        終了コード:
          0  完了
          1  失敗
          2  使い方の誤り
          3  エージェントが動いていない
          4  本人が断ったか、応答しなかった
          5  カードリーダーやカードがない、使用中、または外された
          6  暗証番号の誤り、ロック、または保護中
          7  許可されていない
          130, 143  2回目の Ctrl-C または SIGTERM で直ちに終了

        カードなしで試すには:
          jpki-agent serve --simulator --auto-approve
          jpki-agent sign document.pdf            （別の端末で）

# 複数のコマンドに共通の引数。
help--config = 通常のものに代えて使う設定ファイル
help--digest = ハッシュ関数
help--holder = 模擬カードの架空の名義人
    .standard = 標準
    .long-address = 住所が200文字近く、証明書が 2 KB を超える
    .latin-name = 氏名がローマ字で、空白がない
    .substitutes = 代替文字を含む
    .non-bmp = 基本多言語面にない文字を含む
    .unknown-birth-day = 生まれた日が不明
    .sex-9 = 資料によって意味の異なる性別コード
    .extra-attribute = まだ知られていない項目がある
    .under-15 = 15歳未満のため、署名用電子証明書がない
    .expired = 40日前に有効期限が切れた（以前の認証局が発行）
    .not-yet-valid = 3日後に有効になる
    .renewable = 80日後に有効期限が切れる
    .soon-renewable = 93日後に有効期限が切れる
    .leap-day = 2月29日生まれ
    .ec-key = 次期カードの鍵（まだ使えない）
help--json = プログラム向けに JSON を出力する。エージェントに尋ねるコマンドでは、その応答の本文
help--chosen-reader = カードリーダーの番号（`status` に表示される r1、r2 など）。choose では、マイナンバーカードが複数のカードリーダーにあるとき、確認画面で選ぶ
help--reader = カードリーダーの番号（`status` に表示される r1、r2 など）。マイナンバーカードが複数のカードリーダーにあるときに指定する
help--root = 認証局の証明書（PEM または DER）。複数指定できる
help--run = システムの信頼設定を変えるコマンドを実行する。付けなければ、macOS と Windows では表示するだけ
help--simulator = 模擬カードを信頼する（鍵が公開されているため、何の証明にもならない）

# コマンドと、それぞれの引数。
help-audit = カードに何が依頼されたかを調べ、その記録が書き換えられていないか確かめる
help-audit-clear = 記録を削除する（役所や企業との手続きの履歴になるため）
help-audit-clear--yes = 確認せずに削除する
help-audit-show = 最近の記録を古い順に表示する
help-audit-show--limit = 表示する件数の上限
help-audit-verify = 記録の書き換え、抜き取り、切り落としがないか確かめる
    .after = エージェントが書いたままなら 0、そうでなければ 1 で終了します。
help-authenticate = ウェブサイトのための Web eID 認証トークンを作る（暗証番号の入力画面が出ます）
    .after =
        サイトは、設定で範囲 `authenticate` を許可してある必要があります。入力画面には、サイトと、依頼したプログラムが表示されます。

        例:
          jpki-agent authenticate --origin https://portal.example --nonce "$(openssl rand -base64 33)"
help-authenticate--nonce = サーバーのノンス（base64 の44〜128文字）
help-authenticate--origin = サイト。ブラウザーの表記で指定する（https://portal.example）
help-certificates = カードの証明書をすべて、または1つだけ表示する
    .after =
        例:
          jpki-agent certificates authentication-ca --pem > ca.pem
help-certificates--der = 証明書そのもの（DER）を出力する
help-certificates--kind = 証明書の種類。署名用電子証明書はパスワードで保護されている（`disclose` を参照）
help-certificates--pem = PEM で出力する
help-completions = シェルでコマンドを補完するためのスクリプトを出力する
    .after =
        例:
          jpki-agent completions bash > ~/.local/share/bash-completion/completions/jpki-agent
help-completions--shell = シェル
help-disclose = 署名用電子証明書と、その中の氏名・住所・生年月日・性別を読み出す（パスワードの入力画面が出ます）
help-doctor = このパソコンに足りないものを調べ、原因と対処を示す
    .after = 問題がなければ 0、対処が必要なことがあれば 1 で終了します。
help-events = カードリーダーとカードの状態を、変化のたびに表示する（Ctrl-C で終了）
    .after =
        状態ごとに1行を出力します（--json では JSON）。最初の状態はすぐに出力します。

        終了コード:
          0  Ctrl-C か SIGTERM で終わった、または出力を読むものがなくなった
          3  エージェントが動いていない、または途中で終了した

        例:
          jpki-agent --json events | jq --unbuffered -r '.readers[].card'
help-guide = カードの紛失、暗証番号のロック、引っ越しなどのときの手続きを案内する（エージェントもカードも不要）
help-guide--topic = 知りたいこと。省略すると一覧を表示する
help-open = エージェントのページをブラウザーで開く（カード、証明書、暗証番号、サイト、利用記録）
    .after =
        画面は30秒以内に1度だけ開けます。コマンドは開くまで待ちます。閉じたり再読み込みしたりした後は、もう一度このコマンドを実行してください。

        終了コード:
          0  画面を開いた
          1  ブラウザーを起動できない、または画面が開かれなかった
          3  エージェントが動いていない

        例:
          jpki-agent open
          jpki-agent open --print      （表示されたファイルを、このパソコンのブラウザーで開く）
help-open--print = 開く代わりに、画面に通じるファイルの場所を出力し、ブラウザーで開かれるのを待つ。ファイルは本人だけが、30秒以内に1度だけ使える
help-openapi = HTTP API の OpenAPI 文書を出力する
help-origin = カードの利用を依頼できるサイトを管理する
help-origin-allow = サイトのページからの依頼を許可する（すぐに有効）
    .after =
        そのサイトに以前許可していた範囲は、置き換えられます。

        例:
          jpki-agent origin allow https://portal.example --scope status --scope authenticate
help-origin-allow--ask = 先に確認画面を表示する
help-origin-allow--force = TLS を使わないサイトでも許可する
help-origin-allow--origin = サイト。ブラウザーの表記で指定する（https://portal.example）
help-origin-allow--scopes = 許可する範囲。`certificates` は、変わらない識別子を確認なしに渡す [既定値: status, authenticate, sign]
help-origin-list = 許可しているサイトとその範囲を表示する
help-origin-list--refused = エージェントの起動後に断ったサイトを表示する
help-origin-remove = サイトの許可を取り消す（すぐに有効）
help-origin-remove--origin = サイト。ブラウザーの表記で指定する（https://portal.example）
help-pin = 暗証番号とパスワードを管理する
help-pin-change = 暗証番号やパスワードを変更する（現在のものを1回、新しいものを2回入力）
    .after =
        入力画面で、現在のもの、新しいもの、確認のためもう一度新しいものの順に入力します。変更した後、新しいもので1回だけ確認します。失敗したときは、どちらが有効かをお知らせします。

        実物のカードで成功した報告はまだありません。確実なのは、公式の「JPKI利用者ソフト」（利用者クライアントソフト）か市区町村の窓口です。このコマンドでは、実物のカードには --i-understand-this-is-unproven が必要です。模擬カードには必要ありません。

        例:
          jpki-agent pin change authentication
help-pin-change--i-understand-this-is-unproven = 実物のカードでの危険を承知して実行する。変更が途中で失敗すると、カードを使えなくなることがある
help-pin-change--kind = 暗証番号（authentication）とパスワード（signature）のどちらか
help-pin-unprotect = 最後の1回を、5分以内に1度だけ使えるようにする（このパソコンで確認します）
help-pin-unprotect--kind = 暗証番号（authentication）とパスワード（signature）のどちらか
help-pins = 暗証番号とパスワードの残り回数を表示する（回数は減りません）
help-release = ほかのプログラムが使えるように、カードを解放する
help-reminders = 期限などのお知らせを表示する（証明書の有効期限と更新、パスワードの変更、在留期間）
help-reminders--done = この日付（有効期限など。YYYY-MM-DD）についての手続きが済んだものとし、もうお知らせしない
help-reminders--when-due = お知らせすることがある場合だけエージェントを起動する（サービスの管理機能が毎日使うもの）
help-serve = エージェントを起動する
    .after =
        準備ができると `listening on http://127.0.0.1:PORT` と出力し（HTTPS が有効なら、もう1行）、SIGTERM、Ctrl-C、または端末が閉じられるまで動き続けます。2回目の信号では直ちに終了し、130（Ctrl-C）か 143（SIGTERM）を返します。ログは標準エラー出力に書きます。JPKI_AGENT_LOG=debug で詳しく、JPKI_AGENT_LOG=warn で簡潔になります。

        例:
          jpki-agent serve
          jpki-agent serve --simulator --auto-approve
help-serve--auto-approve = すべての確認に自動で応答する。新しい暗証番号は決められないため、変更はできない
help-serve--port = 127.0.0.1 のこのポートだけで待ち受ける。0 なら空いているもの [既定値: 25754、使えなければ 29754]
help-serve--simulator = カードリーダーの代わりに、内蔵の模擬カードを使う。暗証番号は 1234、パスワードは ABC123。署名に効力はない
help-service = ログインしたときから、手で起動しなくても使えるようにする
help-service-install = この利用者のサービスとして設定し、開始する（もう一度実行すると、ファイルを新しくする）
    .after =
        Linux: systemd のユニットを ~/.config/systemd/user に置きます（パッケージのユニットがあれば、それを使います）。エージェントは最初の依頼で起動し、使われないと終了します（server.idle_exit_minutes）。設定の server.port を変えたときは、もう一度実行してください。

        macOS: ~/Library/LaunchAgents/jpki-agent.plist を置きます。エージェントはログイン時から動き、~/Library/Logs/jpki-agent.log に記録します。

        本人のフォルダーの外は変更しません。管理者の権限は要りません。
help-service-status = 設定されて待ち受けているか、何か問題があるかを表示する
    .after =
        終了コード:
          0  待ち受けている
          1  問題がある
          3  設定されていない、または待ち受けていない
help-service-uninstall = サービスを止め、そのファイルを消す（設定と記録は残る）
help-sign = ファイルに署名する（パスワードの入力は全部で1回）
    .after =
        各ファイルの隣に署名 FILE.sig（RSASSA-PKCS1-v1_5）を書き、署名者の証明書を signer.der として1つだけ、最初のファイルの隣か --out のフォルダーに書きます。--json では、エージェントの応答を出力するだけで、何も書きません。既存の署名は --force がなければ置き換えません。signer.der がすでにある場合、カードの証明書はそれと同じでなければなりません。

        例:
          jpki-agent sign report.pdf annex.pdf
          openssl x509 -in signer.der -inform DER -noout -pubkey > signer.pub
          openssl dgst -sha256 -verify signer.pub -signature report.pdf.sig report.pdf
help-sign--dry-run = 署名するものと書き込み先を表示するだけで、確認画面を出さない
help-sign--files = ファイル（1〜100件）
help-sign--force = 既存の署名と signer.der を置き換える
help-sign--out = このフォルダーに書き込む
help-sign--wait-card = マイナンバーカードが入れられるまで、この秒数だけ待つ
help-simulate = 模擬カードを仮想の PC/SC リーダーに入れる（PC/SC を使うプログラムの試験用）
    .after =
        カードは、このコマンドが SIGTERM か Ctrl-C で終わるか、起動元のプログラムが終わるまで、カードリーダーにあります。暗証番号は 1234、パスワードは ABC123 です。

        例（pcscd と vsmartcard-vpcd が必要です）:
          jpki-agent simulate --vpcd 127.0.0.1:35963
help-simulate--vpcd = 仮想リーダーの待ち受け先
help-status = カードリーダーとその中のカードを表示する
help-tls = ページがエージェントに HTTPS でも接続できるようにする（HTTP での接続を許さないブラウザーのため）
help-tls-disable = 証明書をブラウザーから取り除き、鍵を削除し、HTTPS を使わないようにする
help-tls-enable = このパソコンのための証明書を作り、ブラウザーに登録して HTTPS を使う。もう一度実行すると更新する
    .after = 実行後に、エージェントとブラウザーを再起動してください。証明書はこのパソコンの 127.0.0.1 と localhost 専用で、有効期間は397日です。発行した認証局の鍵は直ちに破棄されます。
help-tls-status = HTTPS が有効か、証明書の有効期限、登録先のブラウザーを表示する
help-tray = カードとエージェントの状態を示すアイコンとメニューを通知領域に表示する（エージェントが動いていなければ起動する）
    .after =
        動いているエージェントがあればそれを使い、なければ起動します。起動したエージェントはアイコンとともに終了し、すでに動いていたものは動き続けます。アイコンを表示する場所がまだなければ、できるまで待ちます。ログは `serve` と同じく標準エラー出力に書きます。

        終了コード:
          0  メニュー、Ctrl-C か SIGTERM、またはデスクトップの終了で終わった。またはアイコンがすでに表示されている
          1  デスクトップがない

        例:
          jpki-agent tray
          jpki-agent tray --simulator
help-tray--simulator = エージェントを起動するとき、内蔵の模擬カードを使わせる
help-verify = トークンや署名を、サーバーと同じように検証する（エージェントもカードも不要）
help-verify-signature = ファイルの署名を検証する
    .after =
        例:
          jpki-agent verify signature --certificate signer.der --signature report.pdf.sig --root ca.pem report.pdf
help-verify-signature--certificate = 署名者の証明書（PEM または DER）
help-verify-signature--file = 署名されたファイル
help-verify-signature--signature = 署名
help-verify-token = Web eID トークンがだれのものか、このサイトとノンスに対して作られたものかを検証する
    .after =
        例:
          jpki-agent authenticate --origin https://portal.example --nonce "$NONCE" |
            jpki-agent verify token --origin https://portal.example --nonce "$NONCE" --root ca.pem
help-verify-token--file = トークン（単独、またはエージェントの応答のまま）。省略すると標準入力
help-verify-token--nonce = トークンを求めたときのノンス
help-verify-token--origin = トークンを求めたときのサイト

# 説明の周りの言葉。名前で使われる。
help-text-arguments = 引数:
help-text-command = この説明、または指定したコマンドの説明を表示する
help-text-commands = コマンド:
help-text-default = [既定値: { $value }]
help-text-help = 説明を表示する（-h は簡潔に）
help-text-options = オプション:
help-text-usage = 使い方:
help-text-values = [選択肢: { $values }]
help-text-version = バージョンを表示する
help-text-wrong-command = 「{ $command }」というコマンドはありません
help-text-wrong-conflict = 「{ $argument }」は「{ $other }」と一緒に使えません
help-text-wrong-date = YYYY-MM-DD の形の、実在する日付で指定してください
help-text-wrong-meant = 「{ $meant }」のことですか？
help-text-wrong-missing = 次の指定が必要です: { $arguments }
help-text-wrong-more = 詳しくは --help を付けて実行してください。
help-text-wrong-no-command = コマンドを指定してください
help-text-wrong-no-value = 「{ $argument }」には値が必要です
help-text-wrong-number = 数字で指定してください
help-text-wrong-other = 引数を理解できません
help-text-wrong-range = { $least } から { $most } までです
help-text-wrong-unknown = 「{ $argument }」という引数はありません
help-text-wrong-value = 「{ $argument }」に「{ $value }」は使えません
help-text-wrong-values = 「{ $argument }」の値の数が正しくありません
