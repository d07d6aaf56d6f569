# 渡された値や見付かったものの誤り。設定と監査記録は別のファイル。気付いた所から phrase!() で運ばれる。ログでは英語になる。

fault-client-conversation = エージェントから応答がありません（{ $why }）
fault-client-no-agent = { $socket } で待ち受けているエージェントがありません
fault-file = { $path }: { $why }
fault-foreign = { $why }
fault-home-unset = 設定と監査記録を置く場所がありません。HOME が設定されていません
fault-nonce = ノンスは、A-Z、a-z、0-9、+、/ の{ $min }〜{ $max }文字と、末尾の = 2つまでです
fault-origin-not-canonical = { $given } は、ブラウザーの表記では「{ $canonical }」です
fault-origin-scheme = { $scheme } は https でも http でもありません
fault-origin-unreadable = サイトのアドレス（オリジン）ではありません: { $text }
fault-port = 127.0.0.1 のポート { $port }: { $why }
fault-port-reserved = システムが予約しています（{ $why }）
fault-port-taken = ほかのプログラムが使っています
fault-ports = 127.0.0.1 のポート { $first } と { $second }: { $why }
fault-runtime-dir-foreign = { $path }: この利用者のフォルダーではありません
fault-runtime-dir-nowhere = XDG_RUNTIME_DIR もホームフォルダーも設定されていません
fault-untrusted-owner = { $path } はほかの利用者のものです（uid { $uid }）
fault-untrusted-writable = { $path } はほかの利用者が書き換えられます（モード { $mode }）。chmod go-w で直せます
