//! The map in ARCHITECTURE.md is true: every module has its line, and none uses what stands below it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each line names: `agent` for `src/agent.rs` and `src/agent/`, `webeid/validate` for a part of one.
fn map() -> Vec<Vec<String>> {
    let text = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("| `src/"));
    let named = |line: &str| {
        let cell = line.split(" | ").next().unwrap_or_default();
        let paths = cell.split('`').step_by(2).map(|path| path.strip_prefix("src/").unwrap_or(path));
        paths.map(|path| path.trim_end_matches('/').trim_end_matches(".rs").to_owned()).collect()
    };
    lines.map(named).collect()
}

/// The line of this path: that of the longest name it begins with.
fn line_of(map: &[Vec<String>], path: &str) -> Option<usize> {
    let lines = map.iter().enumerate().flat_map(|(line, names)| names.iter().map(move |name| (name, line)));
    let within = |name: &str| path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    lines.filter(|(name, _)| within(name)).max_by_key(|(name, _)| name.len()).map(|(_, line)| line)
}

/// All files of the program but those of tests, which may use anything.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let ours = entries.filter(|path| path.file_stem().is_some_and(|name| name != "tests" && name != "lib"));
    let code = ours.filter(|path| path.is_dir() || path.extension().is_some_and(|kind| kind == "rs"));
    code.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// What the code of this file names of other modules, as paths.
fn uses(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let program = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: Vec<&str> = program.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let path = |rest: &str| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().replace("::", "/")
    };
    // The macro of phrases lies at the root, as macros do.
    code.split("crate::").skip(1).map(path).filter(|path| path != "phrase").collect()
}

#[test]
fn nothing_uses_what_stands_below_it_on_the_map() {
    let map = map();
    let mut seen = 0;
    for file in sources(Path::new("src")) {
        let own = file.strip_prefix("src").unwrap().with_extension("").to_string_lossy().replace('\\', "/");
        let line = line_of(&map, &own).unwrap_or_else(|| panic!("{own} is not on the map"));
        for used in uses(&file) {
            let below = line_of(&map, &used).unwrap_or_else(|| panic!("{own} uses {used}, which is not on the map"));
            assert!(below <= line, "{own} uses {used}, which stands below it");
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen}");
}
