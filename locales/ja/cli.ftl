# コマンドが表示する言葉 (src/cli)。エージェントの応答の言葉はエージェント側にある。

# 失敗: 見出しと対処。
cli-no-agent = エージェントが動いていません
cli-no-agent-remedy = 別の端末で「jpki-agent serve」を実行して起動してください。「jpki-agent service install」を一度実行すると、ログインのたびに使えます。
cli-agent-ended = エージェントが終了しました
cli-no-answer = エージェントから応答がありません
cli-no-answer-remedy = エージェントのログを確認するか、起動し直してください。
cli-odd-answer = エージェントの応答を理解できません
cli-odd-answer-remedy = エージェントとコマンドのバージョンが違います。エージェントを終了して起動し直してください。
cli-settings-faulty = 設定ファイルを使えません
cli-runtime-dir = エージェントのソケットを置くフォルダーがありません
cli-runtime-dir-remedy = XDG_RUNTIME_DIR に自分のフォルダー（モード 0700）を設定してください。通常はログイン時に設定されます。
cli-file-not-regular = 通常のファイルではありません
cli-file-too-large = 64 KiB を超えています
cli-file-unreadable = ファイルを読めません

# カードリーダーとカード。
cli-status-agent = jpki-agent { $version }、{ $backend ->
    [pcsc] PC/SC のカード
   *[simulator] 模擬カード（効力はありません）
}
cli-status-no-reader = カードリーダーが接続されていません。
cli-status-no-service = スマートカードサービス (PC/SC) が使えません。
cli-status-reader = { $id }  { $name }：{ $card ->
    [none] カードなし
    [jpki] マイナンバーカード
    [other] 別のカード
    [unsupported] マイナンバーカードではないもの（スマートフォンや旧カード）
    [mute] 応答しないカード
    [busy] ほかのプログラムが使用中のカード
   *[unknown] 不明
}
cli-released = カードを解放しました。
cli-waiting-for-card = マイナンバーカードを待っています（最長{ $seconds }秒）…

# 暗証番号。
cli-key-kind = { $kind ->
    [authentication] 利用者証明用電子証明書の暗証番号
    [signature] 署名用電子証明書のパスワード
   *[unknown] 暗証番号
}
cli-pin = { $kind }：{ $tries }
cli-pin-tries = { $state ->
    [ok] 残り{ $left }回（{ $max }回中）
    [last_try] 残り1回（{ $max }回中）
    [blocked] ロックされています
   *[unknown] 残り回数は不明です
}
cli-unprotected = 残りが1回の場合は、5分以内に1度だけ使えます。2回以上残っている場合、許可は必要ありません。

# 証明書。
cli-certificate-kind = { $kind ->
    [authentication] 利用者証明用電子証明書
    [authentication-ca] 利用者証明用認証局の証明書
    [signature] 署名用電子証明書
    [signature-ca] 署名用認証局の証明書
   *[unknown] 証明書
}
cli-certificate-absent = カードにありません
cli-certificate-pin-required = パスワードなしでは読めません。「jpki-agent disclose」で読み出せます
cli-certificate-pin-required-remedy = 「jpki-agent disclose」を使うと、パスワードを入力して読み出せます。
cli-certificate-period = { $period ->
    [in_period] 有効期間内、{ $date } まで（{ $days ->
       *[other] あと{ $days }日
    }）
    [expired] 有効期間が終わっています（{ $date } まで）
   *[not_yet_valid] { $from } から有効です（まだ始まっていません。パソコンの時計も確かめてください）
}
cli-certificate-anew = お住まいの市区町村の窓口で新しい発行を申請してください
cli-certificate-renewal = { $open ->
    [yes] { $date } から更新できます
   *[no] { $date } から更新できるようになります
}
cli-certificate-chain = { $result ->
    [trusted] 発行者：{ $root }（{ $environment ->
        [production] 実物のカード
        [jlis-test] テストカード
        [simulator] 模擬カード
       *[unknown] このパソコンに追加された認証局
    }）
    [unknown_issuer] 発行者はこのエージェントの知らない認証局です
    [bad_signature] 名乗っている認証局の署名ではありません
   *[not_a_jpki_certificate] 公的個人認証サービスの証明書ではありません
}
cli-certificate-subject = 主体者：{ $subject }
cli-certificate-issuer = 発行者：{ $issuer }
cli-certificate-serial = シリアル番号：{ $serial }
cli-certificate-fingerprint = SHA-256：{ $fingerprint }
cli-revocation-not-checked = revocation: not_checked（失効しているかどうかは確認していません。分かるのは認証局のサービスだけです）
cli-attribute-name = 氏名：{ $value }
cli-attribute-address = 住所：{ $value }
cli-attribute-birth-date = 生年月日：{ $value }
cli-attribute-sex = 性別：{ $value ->
    [male] 男
    [female] 女
   *[other] その他または記載なし
}

# ファイルへの署名。
cli-signed = { $file }：署名 { $signature }
cli-signer = 署名者の証明書：{ $path }
cli-would-sign = { $file }：{ $algorithm } { $digest }（署名の書き込み先 { $signature }）
cli-same-output = 2つのファイルの署名が同じ名前になります
cli-same-output-remedy = --out を変えて、別々に署名してください。
cli-exists = 署名ファイルがすでにあります
cli-exists-remedy = 別の場所に移すか、--force で置き換えてください。
cli-no-folder = フォルダーがありません
cli-signer-differs = そこにある signer.der は、このカードとは別の証明書です
cli-signer-differs-remedy = --out で別のフォルダーを指定するか、--force で置き換えてください。
cli-not-writable = ここには署名を書き込めないため、署名していません
cli-not-saved = 署名しましたが、ファイルに書き込めませんでした

# 検証。
cli-token-accepted = トークンは { $origin } とこのノンスに対して作られたものです。
cli-signature-accepted = 署名は、この証明書の鍵でこのファイルに対して作られたものです。
cli-verify-signature = 署名：一致（{ $algorithm }）
cli-verify-moment = 確認した時点：{ $moment }
cli-verify-moment-claimed = 署名した時刻は確認していません。署名だけでは時刻の証拠になりません
cli-token-refused = このトークンは受け入れられません
cli-token-refused-remedy = { $cause ->
    [chain] 認証局の証明書が足りない場合は --root で指定してください（「jpki-agent certificates authentication-ca --pem」でカードから読めます）。模擬カードなら --simulator を付けてください。
    [signature] オリジンとノンスは、トークンを求めたときと完全に同じでなければなりません。
    [period] 証明書を更新してください。有効期間内のはずなら、このパソコンの時計を合わせてください。
   *[form] エージェントが出力したトークンをそのまま渡してください。
}
cli-signature-refused = この署名は受け入れられません
cli-signature-refused-chain = 認証局の証明書が足りない場合は --root で指定してください（「jpki-agent certificates signature-ca --pem」でカードから読めます）。模擬カードなら --simulator を付けてください。
cli-signature-refused-period = 証明書は現在の時点で有効期間内ではありません。署名した時点でどうだったかは、このコマンドでは分かりません。
cli-signature-refused-mismatch = ファイル、署名、証明書のどれか、またはダイジェスト (--digest) が違います。
cli-certificate-unreadable = 証明書を読めません
cli-root-unusable = 認証局の証明書として使えません

# エージェントの起動。
cli-agent-runs = この利用者のエージェントがすでに動いています
cli-agent-runs-remedy = そのエージェントを使うか、先に終了してください。
cli-port-taken = 使えるポートがありません
cli-port-taken-remedy = どのプログラムが使っているかは「jpki-agent doctor」で分かります。別のポートは --port で指定できます。
cli-start-failed = エージェントを起動できません
cli-simulate-failed = 仮想リーダーに接続できません
cli-software-card = 模擬カードを使います。鍵は公開されており、名義人は実在せず、署名に効力はありません。
cli-simulate-address = アドレスではありません。「ホスト:ポート」の形で指定してください
cli-card-in = 模擬カードを仮想リーダー（{ $address }）に入れました。

# 依頼を許すサイト。
cli-origin-allowed = { $origin } を許可しました：{ $scopes }
cli-origin-removed = { $origin } の許可を取り消しました。
cli-origin-none = 許可しているサイトはありません。
cli-origin-fault = 設定ファイルを使えないため、一覧は前のままです：{ $why }
cli-origin-others = 断ったサイトが{ $count ->
   *[other] { $count }件
}あります：「jpki-agent origin list --refused」
cli-origin-refused = { $origin }：{ $count ->
   *[other] { $count }回断りました（最初 { $first }、最後 { $last }）
}
cli-origin-refused-none = エージェントの起動後に断ったサイトはありません。
cli-origin-refused-remedy = 信頼できるサイトがあれば「jpki-agent origin allow --ask ORIGIN」で許可できます（ORIGIN はサイト）。なければ何もする必要はありません。
cli-origin-not-allowed = サイトを許可できませんでした
cli-origin-unknown = このサイトは一覧にありません

# 監査記録。
cli-audit-empty = 監査記録は空です。
cli-audit-intact = 監査記録はエージェントが書いたままです。
cli-audit-altered = 監査記録が書き換えられています。箇所は「jpki-agent audit verify」で分かります。
cli-audit-more = ほかに{ $count }件
cli-audit-request = { $asker }：{ $operation ->
    [authenticate] ログイン
    [sign] 署名
    [disclose] 署名用電子証明書の提示
    [pin-change] 暗証番号の変更
    [unprotect] 最後の1回の許可
   *[other] { $operation }
}{ $key ->
    [authentication] （利用者証明用電子証明書）
    [signature] { $operation ->
        [disclose] {""}
       *[other] （署名用電子証明書）
    }
   *[none] {""}
}：{ $outcome ->
    [done] 完了
    [failed] 失敗（{ $code }）
    [abandoned] 依頼元が取りやめ
   *[unknown] 結果は不明
}
cli-audit-event = { $kind ->
    [origin_allowed] { $origin } を許可：{ $scopes }
    [origin_removed] { $origin } の許可を取り消し
    [gap] ここで{ $records }件を記録できませんでした
    [mended] ここで記録と末尾の控えが食い違っていました
    [dropped] 保存期間を過ぎた記録を削除
    [cleared] これより前の記録を利用者がすべて削除
   *[unreadable] この行は読み取れません
}{ $by ->
    [file] （設定ファイルの編集による）
   *[request] {""}
}
cli-audit-nowhere = 監査記録を置く場所がありません。XDG_STATE_HOME も HOME も設定されていません
cli-audit-unusable = 監査記録を使えません
cli-audit-clear-question = カードの利用記録をすべて削除しますか？元には戻せません。削除するには「yes」と入力してください：
cli-audit-clear-unasked = 監査記録を削除してよいか確認できませんでした
cli-audit-clear-unasked-remedy = 端末で実行するか、--yes を付けてください。
cli-audit-kept = 監査記録は削除していません
cli-audit-cleared = 監査記録を削除しました。

# HTTPS。
cli-tls-agent = エージェント：{ $url } で待ち受けています
cli-tls-agent-none = エージェント：起動していません
cli-tls-agent-without = エージェント：HTTPS なしで動作しています
cli-tls-certificate = 証明書：{ $state ->
    [expired] { $date } に期限が切れました
    [not_yet] まだ有効期間に入っていません。パソコンの時計を確かめてください
    [ends_soon] { $date } まで有効（残り{ $days }日）
   *[good] { $date } まで有効（残り{ $days }日）
}
cli-tls-certificate-faulty = 証明書：使用できません：{ $why }
cli-tls-certutil = 「certutil」がインストールされていないため、ブラウザーに証明書を登録できません。
cli-tls-certutil-remedy = インストール（「apt install libnss3-tools」「dnf install nss-tools」）してこのコマンドをもう一度実行するか、表示されたコマンドを実行してください。
cli-tls-failed = HTTPS の設定ができませんでした
cli-tls-renew = 「jpki-agent tls enable」で新しい証明書を作成できます。
cli-tls-restart = エージェントを再起動し、開いているブラウザーも再起動してください。
cli-tls-state = { $state ->
    [on] HTTPS：有効
   *[off] HTTPS：無効
}
cli-tls-store = { $kind ->
    [chromium] Chromium
    [firefox] Firefox
    [keychain] macOS
   *[windows] Windows
}（{ $path }）：{ $state ->
    [trusted] 信頼済み
    [untrusted] 未登録
   *[unknown] 確認できません
}
