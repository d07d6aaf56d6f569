# 利用者のサービスとしてのエージェント（src/cli/service）と、その不具合。
service-handed-over = サービスの管理機能から渡されたソケットを使えません
service-handed-over-remedy = 「jpki-agent service install」を実行すると、設定のポートに合わせて作り直されます。
service-failed = サービスを変更できませんでした
service-refused = 今の状態ではサービスにできません
service-foreign-remedy = そのファイルを別の場所に移すか、導入したときの方法でサービスを取り除いてください。
service-untrusted-remedy = プログラムとその上のフォルダーをご自分の所有とし、ほかの人が書き込めないようにしてください（「chmod go-w」）。
service-writable-remedy = 「chmod go-w { $paths }」で、ほかの人が書き込めないようにしてから、もう一度実行してください。
service-no-manager = この利用者のサービスを管理する機能が応答しません
service-no-manager-remedy = Linux では systemd を使うログインが必要です（「systemctl --user status」で確認できます）。ほかの環境では、ログイン時に「jpki-agent serve」が起動するように設定してください。
service-root = root のサービスにはできません
service-root-remedy = sudo を付けず、カードをお持ちの利用者として実行してください。
service-agent-runs-remedy = { $known ->
    [yes] 先にそのエージェントを終了してから（起動した端末で Ctrl-C、または「kill { $process }」）、もう一度実行してください。
   *[no] 先にそのエージェントを終了してから（起動した端末で Ctrl-C、アイコンが起動したものならアイコンを終了）、もう一度実行してください。
}
service-ended = 終了しました：アイコンが起動したエージェント（プロセス { $process }）
service-wrote = 書き込みました：{ $path }
service-removed = 削除しました：{ $path }
service-ran = 実行：{ $command }
service-uninstalled = サービスを取り除きました。設定と利用記録は残っています。
service-enabled-for-all = サービスは終了しましたが、管理者がこのパソコンのすべての利用者に対して有効にしています
service-enabled-for-all-remedy = 「systemctl --user mask { $units }」を実行すると、ご自分についてだけ無効になります。
service-absent = サービス：導入されていません
service-absent-remedy = 「jpki-agent service install」を実行すると、ログインのたびに使えるようになります。
service-offered = サービス：パッケージに含まれていますが、有効になっていません
service-masked = サービス：この利用者では使わない設定です（「systemctl --user mask」）
service-masked-remedy = 「systemctl --user unmask { $units }」の後に「jpki-agent service install」を実行すると、使えるようになります。
service-file = サービス：{ $path }
service-enabled = ログイン時：{ $enabled ->
    [yes] 開始します
   *[no] 開始しません
}
service-socket = プログラム用：{ $open ->
    [yes] Unix ソケットで待ち受けています
   *[no] Unix ソケットで待ち受けていません
}
service-port = ウェブページ用：{ $open ->
    [yes] http://127.0.0.1:{ $port } で待ち受けています
   *[no] 待ち受けているポートはありません
}
service-agent = エージェント：{ $running ->
    [since] { $since } から動いています
    [yes] 動いています
    [never] 動いていません
   *[no] 動いていません。次の依頼で起動します
}
service-agent-other = エージェント：サービスとは別に動いています（プロセス { $process }）。{ $by ->
    [icon] アイコンが起動しました
   *[hand] 手動で起動されました
}
service-problem = 不具合：{ $code ->
    [crashed] エージェントが前回、異常終了しました（{ $detail }）。次の依頼で起動します
    [faulty_unit] 管理機能がサービスのファイルを使えません
    [not_listening] 今は開始されていません
    [other_agent] 別に動いているエージェント（プロセス { $detail }）があるため開始できません
    [failed] エージェントが起動しません（{ $detail }）
    [no_port] 使えるポートがありません（{ $detail }）
    [no_timer] お知らせの毎日の確認が開始されていません
    [not_enabled] ログイン時に開始されません
    [refused] { $detail }
   *[outdated] ファイルがこのプログラムや設定と合っていません
}
service-problem-remedy = { $code ->
    [crashed] 最後の記録は「journalctl --user -u jpki-agent」にあります。
    [faulty_unit] 「jpki-agent service install」を実行すると作り直されます。詳しくは「systemctl --user status jpki-agent.service」で確認できます。
    [not_listening] 「jpki-agent service install」で直ります。
    [other_agent] 「jpki-agent service install」を実行してください。アイコンが起動したものは終了させ、それ以外の場合は手順を案内します。
    [failed] 原因は「jpki-agent doctor」で調べられます。最後の記録は「journalctl --user -u jpki-agent」（macOS では ~/Library/Logs/jpki-agent.log）にあります。その後「jpki-agent service install」を実行してください。
    [no_port] ほかのプログラムや利用者がポートを使っています（「ss -ltn」で確認できます）。設定の server.port で別のポートを指定し、「jpki-agent service install」を実行してください。
    [no_timer] 「jpki-agent service install」で直ります。
    [not_enabled] 「jpki-agent service install」で直ります。
   *[outdated] 「jpki-agent service install」を実行すると作り直されます。
}
