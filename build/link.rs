//! What the linker is asked for in a release for Linux: relocations in the packed form (RELR), a hundredth of the usual one.
//!
//! glibc reads that form from 2.36 on. So it is used only if a program made that way runs here; whoever builds for another
//! system than this one, or where linker or glibc are older, gets the usual form.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

const PACKED_RELOCATIONS: &str = "-Wl,-z,pack-relative-relocs";

pub(crate) fn link(out: &Path) -> io::Result<()> {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_release = is("PROFILE", "release");
    let is_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if is_release && is_linux && env::var("TARGET") == env::var("HOST") && makes_what_runs(out)? {
        println!("cargo::rustc-link-arg-bins={PACKED_RELOCATIONS}");
    }
    Ok(())
}

/// Does a program linked that way run? A linker that does not know the flag passes over it or fails.
fn makes_what_runs(out: &Path) -> io::Result<bool> {
    let (source, program) = (out.join("probe.rs"), out.join("probe"));
    fs::write(&source, "fn main() {}")?;
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let mut compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    compiler.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        compiler.arg(format!("-Clinker={linker}"));
    }
    compiler.arg(format!("-Clink-arg={PACKED_RELOCATIONS}")).arg("-o").arg(&program).arg(&source);
    let succeeds = |command: &mut Command| {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    };
    Ok(succeeds(&mut compiler) && succeeds(&mut Command::new(&program)))
}
