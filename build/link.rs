//! What the linker is asked for in a release for Linux, to keep the program small:
//!
//! - relocations in the packed form (RELR), a hundredth of the usual one, which glibc reads from 2.36 on;
//! - functions with the same code once (ICF), which lld can, the linker of Rust on x86-64. Nobody may compare the addresses
//!   of functions then; Rust never promised that they differ.
//!
//! Each only if a program made that way runs here. Whoever builds for another system than this one, or where linker or
//! glibc are older, gets a larger program. Another linker in cargo's own settings is noticed after `cargo clean`.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

const WISHES: [&str; 2] = ["-Wl,-z,pack-relative-relocs", "-Wl,--icf=all"];

pub(crate) fn link(out: &Path) -> io::Result<()> {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if is("PROFILE", "release") && is_linux && env::var("TARGET") == env::var("HOST") {
        for wish in WISHES {
            if makes_what_runs(wish, out)? {
                println!("cargo::rustc-link-arg-bins={wish}");
            }
        }
    }
    Ok(())
}

/// Does a program linked that way run? A linker that does not know the flag passes over it or fails.
fn makes_what_runs(wish: &str, out: &Path) -> io::Result<bool> {
    let (source, program) = (out.join("probe.rs"), out.join("probe"));
    fs::write(&source, "fn main() {}")?;
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let mut compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    compiler.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        compiler.arg(format!("-Clinker={linker}"));
    }
    compiler.arg(format!("-Clink-arg={wish}")).arg("-o").arg(&program).arg(&source);
    let succeeds = |command: &mut Command| {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    };
    Ok(succeeds(&mut compiler) && succeeds(&mut Command::new(&program)))
}
