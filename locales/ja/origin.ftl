# サイトを許可する前の注意と、断ったサイトの通知

origin-refused-insecure = { $origin } は https を使っていないため、通信の途中で第三者がなりすますおそれがあります
origin-warning-insecure = このサイトは https を使っていないため、通信の途中で第三者がなりすますおそれがあります。
origin-warning-public-suffix = { $suffix } は多くの人が共用する末尾です。名前全体を指定していますか。
origin-warning-look-alike = この名前は、許可済みの { $origin } とまぎらわしい別のサイトです。
origin-warning-mixed-scripts = この名前には複数の種類の文字が混ざっています。見た目の似た別の文字かもしれません。
origin-warning-imitates-latin = この名前の文字は、ラテン文字に見える別の種類の文字です。
origin-warning-unusual = この名前には、名前に使うべきでない文字が入っています。
origin-warning-ip-address = これは名前ではなくアドレスです。別のパソコンに割り当てられることがあります。
origin-warning-port = このサイトはポート { $port } を使います。ポートの付かない同じ名前は別のサイトです。
origin-gives-certificates = 範囲「certificates」を許可すると、カードがカードリーダーにある間、このサイトは確認なしで利用者証明用電子証明書を読めます。何年も変わらない番号と、多くの場合は生まれた月日や発行した市区町村が渡ります。
origin-notice-title = サイトがカードを使おうとしました
origin-notice = { $domain } はまだ許可されていません。信頼できるサイトならエージェントで許可できます。心当たりがなければ何もする必要はありません。
origin-notice-more = { $domain } ほか{ $count }件はまだ許可されていません。信頼できるサイトならエージェントで許可できます。心当たりがなければ何もする必要はありません。
