# doctor が見つけることと対処 (src/doctor.rs)。見つけたことと、あれば -cause（原因）と -remedy（対処）。

doctor-well = 問題は見つかりませんでした。
doctor-to-do = 対処が必要なことが{ $count ->
   *[other] { $count }件
}あります。
doctor-mark = { $level ->
    [ok] 良好
    [warning] 参考
   *[error] 要対処
}
doctor-config = 設定：{ $path }
doctor-config-none = 設定：ファイルなし（既定値を使います）
doctor-runtime = エージェントのフォルダー：{ $path }
doctor-agent = エージェント：動いています（バージョン { $version }）
doctor-agent-none = エージェント：動いていません
doctor-agent-simulator = エージェント：模擬カードで動いています（バージョン { $version }）。カードリーダーは調べていません
doctor-agent-none-remedy = 「jpki-agent serve」で起動してください。「jpki-agent service install」を一度実行すると、ログインのたびに使えます。
doctor-service = スマートカードサービス：動いています
doctor-service-missing = スマートカードサービス：インストールされていません
doctor-service-missing-remedy = インストールしてください。例：「apt install pcscd」「dnf install pcsc-lite pcsc-lite-ccid」
doctor-service-stopped = スマートカードサービス：インストールされていますが、動いていません
doctor-service-stopped-remedy = 「systemctl enable --now pcscd.socket」で起動してください。Windows ではサービス「Smart Card」(SCardSvr) を開始してください。
doctor-service-denied = スマートカードサービス：この利用者は拒否されています
doctor-service-denied-cause = サービスの規則（polkit）は、パソコンの前にいる利用者だけを認めています
doctor-service-denied-remedy = パソコンの前にいる利用者のセッションでエージェントを動かしてください。リモート接続で使うには、管理者が org.debian.pcsc-lite.access_pcsc と access_card をこの利用者に許可してください。
doctor-service-other = スマートカードサービス：エラーになりました
doctor-service-other-remedy = 「systemctl restart pcscd」で起動し直してください。
doctor-reader = カードリーダー：{ $name }
doctor-reader-none = カードリーダー：なし
doctor-reader-none-remedy = カードリーダーを接続してください。接続済みなら、ドライバー（多くは「apt install libccid」）を入れて差し直してください。
doctor-reader-set = カードリーダー：設定で指定された「{ $name }」がありません
doctor-reader-set-remedy = そのカードリーダーを接続するか、設定の card.reader を直してください。
doctor-card = カード：{ $name } にマイナンバーカードがあります
doctor-card-none = カード：どのカードリーダーにもありません
doctor-card-none-remedy = マイナンバーカードをカードリーダーに入れるか載せて、そのままにしてください。
doctor-card-other = カード：{ $name } にあるのはマイナンバーカードではありません
doctor-card-other-remedy = マイナンバーカードを使ってください。スマートフォンや住民基本台帳カードは使えません。
doctor-card-mute = カード：{ $name } にあるカードが応答しません
doctor-card-mute-remedy = 一度取り出し、向き（IC チップを上にして先に）を確かめて入れ直してください。
doctor-card-busy = カード：{ $name } にあるカードをほかのプログラムが使っています
doctor-card-busy-remedy = 公式の「JPKI利用者ソフト」（利用者クライアントソフト）や、行政のサイトを開いたブラウザーなど、カードを使うほかのプログラムを閉じてください。
doctor-pinentry = 暗証番号の入力画面：{ $path }
doctor-pinentry-none = 暗証番号の入力画面：pinentry がありません
doctor-pinentry-none-remedy = インストールしてください。例：「apt install pinentry-gnome3」（または pinentry-qt、pinentry-curses）、macOS では「brew install pinentry-mac」
doctor-pinentry-nowhere = 暗証番号の入力画面：{ $path }（ただし、ここにはデスクトップも端末もないため、表示できません）
doctor-pinentry-nowhere-remedy = カードを使うコマンドは、デスクトップか端末から実行してください。
doctor-pinentry-set = 暗証番号の入力画面：設定の consent.pinentry_program はプログラムではありません：{ $path }
doctor-pinentry-set-remedy = パスを直すか、設定を削除してください。
doctor-port = ポート { $port }：空いています
doctor-port-agent = ポート { $port }：エージェント（バージョン { $version }）が待ち受けています
doctor-port-other = ポート { $port }：ほかのプログラムが待ち受けています
doctor-port-other-remedy = そのプログラムを終了する（「ss -ltnp」で分かります）か、設定の server.port を変えてください。サイト側も新しいポートを知る必要があります。
doctor-port-refused = ポート { $port }：システムに拒否されました
doctor-port-refused-remedy = 設定の server.port を1024以上の別の番号にしてください。
doctor-port-service = ポート { $port }：ご自身のサービスが待ち受けていますが、今はエージェントが応答しませんでした
doctor-port-service-remedy = 理由は「jpki-agent service status」で確認できます。
doctor-untrusted = { $part ->
    [settings] 設定
   *[prompts] 暗証番号の入力画面
}：ほかの利用者が書き換えられるため、信頼できません
doctor-untrusted-remedy = エージェントはこれを使いません。ファイルとフォルダーをご自分の所有とし、ほかの利用者が書き込めないようにしてください（「chmod go-w」）。
doctor-peer = 依頼元：接続の相手がどの利用者か確認できます
doctor-peer-none = 依頼元：このシステムでは TCP 接続の相手がどの利用者か確認できません。ページはサイト名、プログラムはトークンで見分けます
doctor-process = エージェントのメモリーの保護：このシステムでできる限り行っています
doctor-process-missing = エージェントのメモリーの保護：{ $step ->
    [no-core-dumps] コアダンプを防げません
    [not-traceable] 同じ利用者のほかのプログラムから読めます
    [private-files] 新しいファイルは自動では非公開になりません
   *[locked-memory] スワップに書き出されることがあります
}
doctor-audit = 監査記録：エージェントが書いたままです
doctor-audit-altered = 監査記録：書き換えられています
doctor-audit-altered-remedy = 箇所は「jpki-agent audit verify」で分かります。理由が分かっていれば「jpki-agent audit clear」で新しく始められます。
doctor-tls = HTTPS：{ $certificate }
doctor-tls-unusable = HTTPS：証明書を使用できません
doctor-unfinished = スマートカードサービス：応答がないため、調べられない項目がありました
doctor-unfinished-remedy = 「systemctl restart pcscd」で起動し直してください。繰り返す場合は、カードリーダーを差し直してください。

# スマートカードサービスから見えない USB のカードリーダー。
doctor-usb-driver-cause = このようなカードリーダーのドライバー（CCID）がインストールされていません
doctor-usb-driver-remedy = ドライバーをインストールし（「apt install libccid」「dnf install pcsc-lite-ccid」）、カードリーダーを差し直してください。
doctor-usb-kernel = USB：{ $name } は接続されていますが、スマートカードサービスが使えません
doctor-usb-kernel-cause = システムの NFC ドライバー（{ $driver }）が使っています
doctor-usb-kernel-remedy = 「sudo modprobe -r { $driver }」で解放し、カードリーダーを差し直してください。/etc/modprobe.d/jpki-agent.conf に「blacklist { $driver }」と書くと、次回からも使われません。
doctor-usb-own-protocol = USB：{ $name } は接続されていますが、このパソコンでは使えません
doctor-usb-own-protocol-cause = メーカー独自の方式のカードリーダーで、このシステムのスマートカードサービスに対応するドライバーがありません
doctor-usb-own-protocol-remedy = マイナンバーカードに対応した PC/SC（CCID）のカードリーダーを使ってください。例：Sony RC-S300、ACS ACR1251、I-O DATA USB-NFC4
doctor-usb-unseen = USB：{ $name } は接続されていますが、スマートカードサービスから見えません
doctor-usb-unseen-remedy = カードリーダーを差し直してください。変わらない場合は、「systemctl restart pcscd」でサービスを起動し直してください。
