//! Witnesses written in Python, each in a throw-away environment of its own under `target/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The package's root folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the programs of environment `name`, made from a list of packages below `tests/witness/` if need be.
/// The first time it asks PyPI.
pub fn environment(name: &str, requirements: &str) -> PathBuf {
    let mut command = Command::new(root().join("scripts/venv"));
    command.arg(name).arg(root().join("tests/witness").join(requirements)).stdin(Stdio::null());
    let output = command.output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cannot make the Python environment {name}: {complaint}");
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim_end())
}
