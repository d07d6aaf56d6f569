//! The log under crashes, full disks, several writers and tampering. Here is the bench; what is tried on it lies in
//! `tests/`.

mod crashes;
mod files;
mod record;
mod tampering;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::files::Folder;
use super::head::Head;
use super::record::Record;
use super::*;
use crate::consent::ProgramIdentity;
use crate::digest::DigestAlgorithm;
use crate::origin::Scope;

/// A log in a folder of its own.
struct Bench {
    folder: tempfile::TempDir,
}

/// All files of a log.
type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("audit")
    }

    fn log(&self) -> AuditLog {
        self.log_with(AuditSettings::default())
    }

    fn log_with(&self, settings: AuditSettings) -> AuditLog {
        AuditLog::new(&self.path(), settings)
    }

    fn report(&self) -> Report {
        self.log().verify().unwrap()
    }

    fn troubles(&self) -> Vec<Trouble> {
        self.report().findings.into_iter().map(|finding| finding.trouble).collect()
    }

    fn first_file(&self) -> PathBuf {
        Folder::new(&self.path()).file(1)
    }

    fn head(&self) -> PathBuf {
        self.path().join("audit.head")
    }

    fn snapshot(&self) -> Snapshot {
        let read = |entry: io::Result<fs::DirEntry>| {
            let path = entry.unwrap().path();
            (path.clone(), fs::read(path).unwrap())
        };
        fs::read_dir(self.path()).unwrap().map(read).collect()
    }

    fn restore(&self, snapshot: &Snapshot) {
        for entry in fs::read_dir(self.path()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (path, bytes) in snapshot {
            fs::write(path, bytes).unwrap();
        }
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn day(day: i64) -> Timestamp {
    at(day * 86_400)
}

fn origin() -> Origin {
    "https://portal.example".parse().unwrap()
}

fn signing() -> Intent {
    Intent {
        asker: Asker::Page(origin()),
        operation: Operation::Sign,
        on_behalf_of: None,
        key_kind: Some(KeyKind::Signature),
        digests: vec![DigestAlgorithm::Sha256.digest(b"document"), DigestAlgorithm::Sha512.digest(b"other")],
    }
}

fn login() -> Intent {
    Intent {
        asker: Asker::Program(ProgramIdentity { pid: Some(4711), name: Some("curl".into()) }),
        operation: Operation::Authenticate,
        on_behalf_of: Some(origin()),
        key_kind: Some(KeyKind::Authentication),
        digests: Vec::new(),
    }
}

/// Six records.
fn three_requests(log: &AuditLog) {
    assert!(log.begin(&signing(), at(1)).finish(Outcome::Done, at(2)));
    assert!(log.begin(&login(), at(3)).finish(Outcome::failed("pin_incorrect"), at(4)));
    assert!(log.begin(&login(), at(5)).finish(Outcome::Unknown, at(6)));
}
