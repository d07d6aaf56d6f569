//! What happens before the program is compiled: its texts are packed, and the linker is asked for a small file.
#![allow(clippy::print_stdout, reason = "what cargo reads")]

mod link;
mod pack;

use std::env;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    pack::pack(&out)?;
    link::link(&out)
}
