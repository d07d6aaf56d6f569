//! Words of others (sites, programs, readers, files), made fit to be shown to a person.
//!
//! What must not stand in a label at all is a smaller set than what a prompt shows as a mark: characters of private use,
//! for one, are somebody's name in Japan, and yet nobody can say how they will look.

/// What no label, phrase or name may have: control characters, line and paragraph separators, the marks of interlinear
/// annotation, and whatever has no mark of its own (zero-width, joining, direction-changing, tagging): Unicode 16's
/// `Cc`, `Zl`, `Zp`, U+FFF9 to U+FFFB and `Default_Ignorable_Code_Point`, without the variation selectors U+FE00 to
/// U+FE0F and U+E0100 to U+E01EF. Those only choose among forms of the character before, as many a name in Japan does.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

/// `text` with a mark in place of each character that could hide, reorder or command something.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

/// `c`, or a mark in its place.
#[must_use]
pub fn visible_char(c: char) -> char {
    if is_deceptive(c) { char::REPLACEMENT_CHARACTER } else { c }
}

/// At most `max` bytes of `text`, that can do nothing but be read: what cannot be seen or
/// turns the reading direction becomes `�`, variation selectors go, markup and quotation marks become their harmless
/// look-alikes. What is cut ends with `…`.
#[must_use]
pub fn harmless(text: &str, max: usize) -> String {
    let clean: String = text.chars().filter(|c| !is_variation_selector(*c)).map(harmless_character).collect();
    if clean.len() <= max {
        return clean;
    }
    let end = clean.floor_char_boundary(max.saturating_sub("…".len()));
    format!("{}…", clean.get(..end).unwrap_or_default())
}

fn harmless_character(c: char) -> char {
    match c {
        '<' => '＜',
        '>' => '＞',
        '&' => '＆',
        '“' | '”' => '"',
        '「' => '｢',
        '」' => '｣',
        _ if is_unclear(c) => '\u{FFFD}',
        // Every other kind of space looks like this one.
        _ if c.is_whitespace() && c != '\u{3000}' => ' ',
        _ => c,
    }
}

/// Characters that choose among forms of the one before; common in Japanese names.
fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Characters that deceive, and those whose looks nobody can foretell: formats that enclose what follows (the rest of
/// Unicode's `Cf`), the blank Braille pattern, private use.
fn is_unclear(c: char) -> bool {
    is_deceptive(c)
        || matches!(c,
            '\u{0600}'..='\u{0605}' | '\u{06DD}' | '\u{070F}' | '\u{0890}'..='\u{0891}' | '\u{08E2}' | '\u{2800}'
            | '\u{E000}'..='\u{F8FF}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_text_is_cut_where_characters_end_and_else_as_it_was() {
        assert_eq!(harmless("r7_shinkoku 100%.xtx", 100), "r7_shinkoku 100%.xtx");
        assert_eq!(harmless("辻\u{e0100}", 100), "辻");
        assert_eq!(harmless("123456", 5), "12…");
        assert_eq!(harmless("12345", 5), "12345");
        assert_eq!(harmless("名前名前", 11), "名前…");
        assert_eq!(harmless("1", 0), "…");
    }

    #[test]
    fn no_character_of_unicode_gets_through_that_marks_up_quotes_hides_or_reorders() {
        for c in '\0'..=char::MAX {
            let shown = harmless(&c.to_string(), 10);
            assert!(!shown.contains(['<', '>', '&', '“', '”', '「', '」']), "{c:?}");
            assert!(!shown.chars().any(|c| is_unclear(c) || is_variation_selector(c)), "{c:?} becomes {shown:?}");
        }
    }

    #[test]
    fn what_is_seen_as_it_is_stays_and_what_is_not_leaves_a_mark() {
        assert_eq!(visible("申告書 (1).pdf"), "申告書 (1).pdf");
        assert_eq!(visible("a\u{202E}fdp.exe\n"), "a\u{FFFD}fdp.exe\u{FFFD}");
    }

    /// As common as a name with an old form of a character, and a heart in colour.
    #[test]
    fn a_chosen_form_of_a_character_is_no_deceit() {
        let name = "葛\u{E0100}城❤\u{FE0F}.pdf";
        assert_eq!((visible(name).as_str(), harmless(name, 100).as_str()), (name, "葛城❤.pdf"));
    }
}
