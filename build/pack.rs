//! Packs the texts that the program carries (raw DEFLATE, RFC 1951): `OUT_DIR/locales/en/cli.ftl.deflate` …
//! `src/packed.rs` unpacks them.

use std::fs;
use std::io;
use std::path::Path;

use miniz_oxide::deflate::compress_to_vec;

/// Where they stand, and what their names end with.
const FOLDERS: [(&str, &[&str]); 4] = [
    ("locales/en", &["ftl"]),
    ("locales/ja", &["ftl"]),
    ("openapi", &["json"]),
    ("src/pages/home", &["css", "js", "svg"]),
];
/// The most that is not out of all proportion.
const LEVEL: u8 = 9;

pub(crate) fn pack(out: &Path) -> io::Result<()> {
    for (folder, endings) in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        fs::create_dir_all(out.join(folder))?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| endings.iter().any(|ending| extension == *ending)) {
                let packed = compress_to_vec(&fs::read(&path)?, LEVEL);
                fs::write(out.join(&path).with_added_extension("deflate"), packed)?;
            }
        }
    }
    Ok(())
}
