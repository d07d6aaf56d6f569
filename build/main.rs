//! What happens before the program is compiled: its texts are packed.
#![allow(clippy::print_stdout, reason = "what cargo reads")]

mod pack;

use std::env;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build");
    pack::pack(&PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()))
}
