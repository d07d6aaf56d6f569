//! Breaking lines of Japanese text, which has no spaces: before any full-width character that may begin a line.

/// Characters that must not begin a line, and those that must not end one (JIS X 4051, as far as such texts have them).
const NOT_FIRST: &str = "、。，．・：；？！）」』】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…";
const NOT_LAST: &str = "（「『【〔〈《";

/// Columns of a terminal that a character takes.
pub(super) fn width_of(character: char) -> usize {
    match character {
        '\u{0}'..='\u{2FF}' | '\u{FF61}'..='\u{FF9F}' => 1,
        _ => 2,
    }
}

/// `text` in lines of at most `width` columns. Words of other scripts stay whole, so that one may stick out; lines that
/// begin with a space are examples and tables, and stay as they are.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let lines: Vec<String> = text.lines().map(|line| wrap_line(line, width)).collect();
    lines.join("\n")
}

fn wrap_line(line: &str, width: usize) -> String {
    if line.starts_with(' ') {
        return line.to_owned();
    }
    let (mut wrapped, mut used) = (String::new(), 0);
    for piece in pieces(line) {
        let columns: usize = piece.trim_end().chars().map(width_of).sum();
        if used > 0 && used + columns > width {
            wrapped.truncate(wrapped.trim_end().len());
            wrapped.push('\n');
            used = 0;
        }
        wrapped.push_str(piece);
        used += piece.chars().map(width_of).sum::<usize>();
    }
    wrapped
}

/// What must not be torn apart: one character, or a word, with what must stay with it.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut before): (usize, Option<char>) = (0, None);
    for (place, character) in line.char_indices() {
        if before.is_some_and(|before| may_break(before, character)) {
            pieces.extend(line.get(start..place));
            start = place;
        }
        before = Some(character);
    }
    pieces.extend(line.get(start..));
    pieces
}

fn may_break(before: char, after: char) -> bool {
    let is_wide = |character| width_of(character) == 2;
    let is_possible = match before {
        ' ' => true,
        _ => after != ' ' && (is_wide(before) || is_wide(after)),
    };
    is_possible && !NOT_FIRST.contains(after) && !NOT_LAST.contains(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_begin_and_end_as_they_may() {
        let text = "マイナンバーカード（署名用電子証明書）のパスワードは、`--json` を付けても表示しません。英数字6〜16文字です。";
        for width in 20..90 {
            let wrapped = wrap(text, width);
            for line in wrapped.lines() {
                assert!(line.chars().map(width_of).sum::<usize>() <= width, "{width}: {line}");
                assert!(!line.starts_with(|c| NOT_FIRST.contains(c)) && !line.ends_with(|c| NOT_LAST.contains(c)));
            }
            let without = |text: &str| text.replace([' ', '\n'], "");
            assert_eq!(without(&wrapped), without(text), "nothing is lost");
            assert!(wrapped.contains("`--json`"), "words stay whole");
        }
        assert_eq!(wrap("  jpki-agent sign 長い名前のファイル.pdf", 10), "  jpki-agent sign 長い名前のファイル.pdf");
        assert_eq!(wrap("一行目\n\n三行目", 20), "一行目\n\n三行目");
    }
}
