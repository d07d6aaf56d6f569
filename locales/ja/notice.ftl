# デスクトップ通知の文言 (src/notices/words.rs)。済んだこと、またはサイトについて。プログラム名は通知に別途表示される。

notice-authenticated = カードでログインしました
notice-signed = カードで電子署名しました
notice-disclosed = 署名用電子証明書を提示しました
notice-changed = カードの暗証番号・パスワードを変更しました
notice-changed-body = { $who } の依頼による変更です。心当たりがなければ、市区町村の窓口で再設定してください。
notice-in-doubt-authentication = 利用者証明用電子証明書の暗証番号は、古いものと新しいもののどちらが有効か分かりません
notice-in-doubt-signature = 署名用電子証明書のパスワードは、古いものと新しいもののどちらが有効か分かりません
notice-by-program = プログラム「{ $name }」
notice-by-program-unnamed = このパソコンのプログラム
notice-authenticated-body = { $who } の依頼で、カードを使ってログインしました。
notice-signed-body = { $who } に電子署名{ $count }件を渡しました。
notice-disclosed-body = { $who } に氏名・住所・生年月日・性別を渡しました。

notice-refused = 許可されていないサイトからの依頼
notice-refused-body = { $origin } がカードの利用を求めましたが、許可されていないため断りました。
notice-refused-others = ほかに{ $count }サイトからの依頼を断りました。
notice-refused-allow = 許可…

notice-added = サイトにカードの利用を許可しました
notice-added-body = { $origin } を許可一覧に追加しました。心当たりがなければ削除してください。
