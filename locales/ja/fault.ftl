# 渡された値や見付かったものの誤り。設定と監査記録は別のファイル。気付いた所から phrase!() で運ばれる。ログでは英語になる。

fault-audit-busy = { $path }: ほかのプログラムが監査記録を使っています
fault-certificate-chain = { $chain ->
    [bad_signature] 証明書の署名が、記載されている認証局のものではありません
    [not_a_jpki_certificate] 公的個人認証サービスの証明書ではありません
   *[unknown_issuer] このエージェントが知らない認証局の証明書です
}
fault-certificate-period = { $period ->
    [expired] 証明書、またはその認証局の証明書の有効期間が過ぎています
   *[not_yet_valid] 証明書、またはその認証局の証明書の有効期間がまだ始まっていません
}
fault-client-conversation = エージェントから応答がありません（{ $why }）
fault-client-no-agent = { $socket } で待ち受けているエージェントがありません
fault-command-absent = { $program } がインストールされていません
fault-command-failed = { $program }: { $said }
fault-command-late = { $program } が時間内に終わりませんでした。パスワードの入力を待っていたのかもしれません
fault-command-untrusted = 起動しませんでした（{ $why }）
fault-file = { $path }: { $why }
fault-foreign = { $why }
fault-handed-elsewhere = 渡されたソケットの場所は { $given } で、{ $wanted } ではありません
fault-handed-many = 渡されたソケットが{ $count }個あります。使えるのは TCP と Unix ソケット、1つずつです
fault-handed-mute = { $what } は待ち受けていません
fault-handed-not-loopback = { $address } は 127.0.0.1 ではありません
fault-handed-nowhere = 渡されたソケットにはパスがなく、{ $wanted } のものではありません
fault-handed-open = { $path }: 所有者がこの利用者で、ほかの利用者がアクセスできない設定（モード 0600）にしてください
fault-handed-port = サービス管理の待ち受けはポート { $given } ですが、設定は { $wanted } です
fault-handed-unknown = エージェントのソケットではありません（{ $why }）
fault-home-unset = 設定と監査記録を置く場所がありません。HOME が設定されていません
fault-nonce = ノンスは、A-Z、a-z、0-9、+、/ の{ $min }〜{ $max }文字と、末尾の = 2つまでです
fault-not-used = 使いません（{ $why }）
fault-origin-not-canonical = { $given } は、ブラウザーの表記では「{ $canonical }」です
fault-origin-scheme = { $scheme } は https でも http でもありません
fault-origin-unreadable = サイトのアドレス（オリジン）ではありません: { $text }
fault-origin-wildcard = { $text } には「*」があります。ワイルドカードは使えませんので、サイトを一つずつ指定してください
fault-port = 127.0.0.1 のポート { $port }: { $why }
fault-port-reserved = システムが予約しています（{ $why }）
fault-port-taken = ほかのプログラムが使っています
fault-ports = 127.0.0.1 のポート { $first } と { $second }: { $why }
fault-runtime-dir-foreign = { $path }: この利用者のフォルダーではありません
fault-runtime-dir-nowhere = XDG_RUNTIME_DIR もホームフォルダーも設定されていません
fault-service-foreign = { $path }: 「jpki-agent service install」が書いたものではないので、そのままにしました
fault-service-masked = ユニットがマスクされています
fault-service-nowhere = サービスを置く場所がありません。HOME が設定されていません
fault-service-path = { $path }: パスに引用符、逆スラッシュ、改行などの制御文字があるか、UTF-8 ではありません
fault-service-writable = ほかの人が書き込めます: { $paths }
fault-signature-mismatch = この署名は、この証明書の鍵でこのファイルに付けたものではありません
fault-socket = ソケット { $path }: { $why }
fault-socket-agent = ほかのエージェントが動いています
fault-socket-folder = フォルダーは、所有者がこの利用者で、ほかの利用者がアクセスできない設定（モード 0700）にしてください
fault-socket-occupied = 同じ名前の、ソケットではないものがあります
fault-tls-absent = { $path }: 証明書はまだありません
fault-tls-faulty = 鍵、その証明書、認証局の証明書の組ではありません（{ $why }）
fault-tls-mismatch = 鍵と証明書を使えません（{ $why }）
fault-tls-not-made = 鍵と証明書を作成できませんでした（{ $why }）
fault-tls-nowhere = 鍵を置く場所がありません。HOME が設定されていません
fault-tls-open = { $path } はほかの利用者が読めるので、使いません（モード { $mode }）
fault-tls-processor = このパソコンの CPU には、HTTPS に必要な機能がありません（{ $what }）
fault-token-algorithm = 証明書の鍵の署名方式は { $algorithm } ではありません
fault-token-base64 = { $member } が base64 ではありません
fault-token-card = { $environment ->
    [simulator] 模擬カードのトークンは受け入れません
    [jlis-test] テストカードのトークンは受け入れません
   *[other] 発行元が異なるカードのトークンは受け入れません（{ $environment }）
}
fault-token-chain = { $chain ->
    [bad_signature] 証明書の署名が、記載されている認証局のものではありません
    [not_a_jpki_certificate] 公的個人認証サービスの利用者証明用電子証明書ではありません
   *[unknown_issuer] 利用者証明用電子証明書を発行する認証局として登録されていない認証局の証明書です
}
fault-token-format = 形式 { $format } は web-eid:1.x ではありません
fault-token-signature = 署名が、このオリジンとノンスに対するものではありません
fault-token-unreadable = Web eID のトークンではありません（{ $why }）
fault-untrusted-owner = { $path } はほかの利用者のものです（uid { $uid }）
fault-untrusted-writable = { $path } はほかの利用者が書き換えられます（モード { $mode }）。chmod go-w で直せます
