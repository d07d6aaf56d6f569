# エージェント自身の画面（`jpki-agent open`）。id は五十音ではなくアルファベット順。

page-title = このパソコンのマイナンバーカード
