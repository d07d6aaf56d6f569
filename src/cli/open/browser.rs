//! Is the browser that opens HTML here, and so will be given the file, one from a snap? The desktop is asked which program opens HTML
//! (`xdg-mime`, of the same package as `xdg-open`, which asks the same), and snapd whether that is one of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::opener;
use crate::trusted_path::trusted_path;

/// Where snapd puts the desktop entries of what it has installed; their names are the same where a person has copied one.
const SNAPS: &str = "/var/lib/snapd/desktop/applications";

/// How long the desktop may take: it is a script that reads a few files.
const LIMIT: Duration = Duration::from_secs(2);

/// Where this cannot be found out, in time, the answer is no.
pub(super) async fn is_from_a_snap() -> bool {
    let snaps = Path::new(SNAPS);
    if !snaps.is_dir() {
        return false;
    }
    match opener::find("xdg-mime") {
        Some(program) => opens_html_from(snaps, &program, LIMIT).await,
        None => false,
    }
}

async fn opens_html_from(snaps: &Path, xdg_mime: &Path, limit: Duration) -> bool {
    if trusted_path(xdg_mime).is_err() {
        return false;
    }
    let mut command = Command::new(xdg_mime);
    command.args(["query", "default", "text/html"]).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(Ok(output)) = timeout(limit, command.output()).await else { return false };
    let said = String::from_utf8_lossy(&output.stdout);
    let entry = said.trim();
    // The name of a desktop entry, and no way to another folder.
    let is_name = entry.ends_with(".desktop") && !entry.contains(['/', '\0']);
    output.status.success() && is_name && snaps.join(entry).is_file()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;
    use std::time::Instant;

    use tempfile::TempDir;

    use super::*;

    /// A desktop whose answer is a script's, and one snap.
    struct Desktop(TempDir);

    impl Desktop {
        fn new(script: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let snaps = folder.path().join("snaps");
            fs::create_dir(&snaps).unwrap();
            for entry in [snaps.join("firefox_firefox.desktop"), folder.path().join("elsewhere.desktop")] {
                fs::write(entry, "[Desktop Entry]\n").unwrap();
            }
            let desktop = Self(folder);
            fs::write(desktop.program(), format!("#!/bin/sh\n{script}\n")).unwrap();
            desktop.set_mode(0o755);
            desktop
        }

        fn program(&self) -> PathBuf {
            self.0.path().join("xdg-mime")
        }

        fn set_mode(&self, mode: u32) {
            fs::set_permissions(self.program(), fs::Permissions::from_mode(mode)).unwrap();
        }

        async fn is_from_a_snap(&self, limit: Duration) -> bool {
            opens_html_from(&self.0.path().join("snaps"), &self.program(), limit).await
        }
    }

    /// Longer than a script takes on a busy machine.
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn it_is_one_if_the_desktop_names_an_entry_of_snapd() {
        let asked = r#"[ "$*" = "query default text/html" ] && echo firefox_firefox.desktop"#;
        assert!(Desktop::new(asked).is_from_a_snap(LONG).await);
        for other in [
            "echo firefox.desktop",
            "echo ../elsewhere.desktop",
            "echo .",
            "echo",
            "true",
            "echo firefox_firefox.desktop; exit 3",
            "printf 'firefox_firefox.desktop\\nmore\\n'",
        ] {
            assert!(!Desktop::new(other).is_from_a_snap(LONG).await, "{other}");
        }
    }

    #[tokio::test]
    async fn a_desktop_that_cannot_be_asked_says_no() {
        let desktop = Desktop::new("echo firefox_firefox.desktop");
        assert!(desktop.is_from_a_snap(LONG).await);
        desktop.set_mode(0o757); // others could have written it
        assert!(!desktop.is_from_a_snap(LONG).await);
        desktop.set_mode(0o644);
        assert!(!desktop.is_from_a_snap(LONG).await);

        let begin = Instant::now();
        let mute = Desktop::new("sleep 20; echo firefox_firefox.desktop");
        assert!(!mute.is_from_a_snap(Duration::from_millis(100)).await);
        assert!(begin.elapsed() < Duration::from_secs(10));
    }
}
