//! The guides for card holders say what the program says: prompts as they are, every problem, commands that exist. And the
//! README's table of the official guidance names what there is.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use jpki_agent::problem::Problem;

fn read(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Both guides, each with the language it is in.
fn guides() -> [(&'static str, String); 2] {
    [("en", read("docs/guide.md")), ("ja", read("docs/guide.ja.md"))]
}

/// A text of a prompt: its id, and the pieces around its variables.
struct Text {
    id: String,
    pieces: Vec<String>,
}

/// The texts of the prompts. One that has cases gives one for each.
fn prompts(language: &str) -> Vec<Text> {
    let source = ["prompt", "change"].map(|file| read(&format!("locales/{language}/{file}.ftl"))).concat();
    let mut texts: Vec<(String, String)> = Vec::new();
    for line in source.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        match line.split_once(" = ").filter(|_| !line.starts_with([' ', '}'])) {
            Some((id, text)) => texts.push((id.to_owned(), text.to_owned())),
            None => texts.last_mut().unwrap().1.push_str(&format!("\n{line}")),
        }
    }
    let of_text = |(id, text): (String, String)| {
        cases(&text).into_iter().map(move |text| Text { id: id.clone(), pieces: pieces(&text) })
    };
    texts.into_iter().flat_map(of_text).collect()
}

/// What a text is about: those that differ by key, by who asks or by the rule of the secret are explained together.
fn subject(id: &str) -> &str {
    let variants = ["-authentication", "-signature", "-page", "-program", "-digits", "-password"];
    variants.iter().find_map(|variant| id.strip_suffix(variant)).unwrap_or(id)
}

/// Is this something a person has to understand, and not a button, a heading, a label or one more of what is quoted?
fn has_to_be_explained(id: &str) -> bool {
    const PLAIN: [&str; 15] = [
        "prompt-title",
        "prompt-title-pin",
        "prompt-ok",
        "prompt-cancel",
        "prompt-choose-other",
        "prompt-label",
        "prompt-asker-program-unnamed",
        "prompt-step-first",
        "prompt-step-second",
        "prompt-digest-unlabelled",
        "prompt-digests-more",
        "prompt-tries-unknown",
        "prompt-choose-blocked",
        "prompt-choose-cancel",
        "prompt-allow-origin-more",
    ];
    id.starts_with("prompt-") && !id.ends_with("-ok") && !PLAIN.contains(&subject(id)) && !PLAIN.contains(&id)
}

/// A text with `{ $x -> … }` once for each of its cases.
fn cases(text: &str) -> Vec<String> {
    let Some((head, rest)) = text.split_once("->\n") else { return vec![text.to_owned()] };
    let before = head.rsplit_once('{').unwrap().0;
    let (inner, after) = rest.rsplit_once("\n}").unwrap();
    inner.lines().map(|case| format!("{before}{}{after}", case.split_once("] ").unwrap().1)).collect()
}

fn pieces(text: &str) -> Vec<String> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while let Some((piece, variable)) = rest.split_once("{ $") {
        pieces.push(piece.to_owned());
        rest = variable.split_once('}').unwrap().1;
    }
    pieces.push(rest.to_owned());
    pieces
}

fn fits(line: &str, pieces: &[String]) -> bool {
    let (first, others) = pieces.split_first().unwrap();
    let Some(mut rest) = line.strip_prefix(first.as_str()) else { return false };
    for (number, piece) in others.iter().enumerate() {
        let place = if number + 1 == others.len() { rest.rfind(piece.as_str()) } else { rest.find(piece.as_str()) };
        let Some(place) = place.filter(|place| *place > 0) else { return false };
        rest = &rest[place + piece.len()..];
    }
    rest.is_empty()
}

#[test]
fn every_prompt_is_quoted_as_it_is() {
    for (language, guide) in guides() {
        let prompts = prompts(language);
        let mut quoted = BTreeSet::new();
        for block in guide.split("```prompt\n").skip(1) {
            let (block, _) = block.split_once("\n```").unwrap();
            for line in block.lines().filter(|line| !line.starts_with("https://")) {
                let said = prompts.iter().find(|text| fits(line, &text.pieces));
                quoted.insert(subject(&said.unwrap_or_else(|| panic!("{language}: no prompt says: {line}")).id));
            }
        }
        let explained = prompts.iter().map(|text| text.id.as_str()).filter(|id| has_to_be_explained(id));
        let left_out: Vec<&str> = explained.filter(|id| !quoted.contains(subject(id))).collect();
        assert!(left_out.is_empty(), "{language}: {left_out:?} are not quoted");
        assert!(quoted.contains("change-asked") && quoted.len() >= 30, "{language}: {quoted:?}");
    }
    assert!(!prompts("en").iter().any(|text| fits("Please type your PIN here.", &text.pieces)));
}

#[test]
fn every_problem_has_its_section_in_both_guides_and_no_other() {
    let codes: BTreeSet<String> = Problem::examples().iter().map(|problem| problem.code().to_owned()).collect();
    for (language, guide) in guides() {
        let sections: BTreeSet<String> = guide
            .lines()
            .filter_map(|line| line.strip_prefix("#### `")?.strip_suffix('`').map(str::to_owned))
            .collect();
        assert_eq!(sections, codes, "{language}");
    }
}

#[test]
fn both_guides_have_the_same_sections_and_commands() {
    let [(_, english), (_, japanese)] = guides();
    let shape = |guide: &str| -> Vec<usize> {
        let level = |line: &str| line.chars().take_while(|c| *c == '#').count();
        guide.lines().map(level).filter(|level| *level > 0).collect()
    };
    assert_eq!(shape(&english), shape(&japanese));
    let blocks = |guide: &str| -> Vec<String> {
        let in_blocks = guide.split("```sh\n").skip(1).filter_map(|block| block.split_once("\n```"));
        in_blocks.flat_map(|(block, _)| block.lines().map(command).collect::<Vec<_>>()).collect()
    };
    fn command(line: &str) -> String {
        line.split('#').next().unwrap().trim().to_owned()
    }
    assert_eq!(blocks(&english), blocks(&japanese));
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for document in
        ["docs/guide.md", "docs/guide.ja.md", "docs/readers.md", "docs/readers.ja.md", "README.md", "README.ja.md"]
    {
        let text = read(document);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
        let folder = folder.parent().unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (path, _) = target.split_once('#').unwrap_or((target, ""));
            let is_here = path.is_empty() || path.starts_with("https://") || folder.join(path).exists();
            assert!(is_here, "{document}: {target}");
        }
    }
}

#[test]
fn both_lists_of_readers_name_the_same() {
    // Models and findings of `doctor`, row by row: words with a digit, and names of checks.
    let rows = |path: &str| -> Vec<Vec<String>> {
        let text = read(path);
        let first_cells = text.lines().filter_map(|line| line.strip_prefix("| ")?.split('|').next());
        let words = |cell: &str| -> Vec<String> {
            let words = cell.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
            words.filter(|word| word.contains(|c: char| c.is_ascii_digit() || c == '_')).map(str::to_owned).collect()
        };
        first_cells.map(words).collect()
    };
    let english = rows("docs/readers.md");
    assert_eq!(english, rows("docs/readers.ja.md"));
    assert!(english.concat().len() >= 15, "{english:?}");
}

/// The rows of the table of the guidance: what stands in each column.
fn guidance(readme: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, section) = read(readme).split_once(heading).map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    rows.skip(2).map(cells).collect()
}

#[test]
fn the_table_of_the_guidance_names_tests_that_exist() {
    let english = guidance("README.md", "## The official guidance, sentence by sentence");
    let japanese = guidance("README.ja.md", "## 公式の案内との対応");
    assert_eq!(english.len(), japanese.len());
    assert!(english.len() >= 10);
    for (row, other) in iter::zip(&english, &japanese) {
        assert_eq!(row.len(), 3, "{row:?}");
        assert_eq!(row[2], other[2], "both name the same tests");
        for file in row[2].split('`').skip(1).step_by(2) {
            let (path, test) = file.split_once(':').unwrap_or_else(|| panic!("{file}: FILE:TEST"));
            assert!(read(path).contains(&format!("fn {test}(")), "{path} has no test {test}");
        }
    }
}
