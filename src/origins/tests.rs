//! The list under edits by the agent, by hand, by editors and by others.

use std::fs;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::broadcast::error::TryRecvError;

use super::*;
use crate::origin::Scope;

/// What is needed of a settings file here; the real reader knows all of it.
#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    origins: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    origin: String,
    allow: Option<Vec<String>>,
    #[serde(default)]
    insecure: bool,
}

fn read(text: &str) -> Result<AllowList, String> {
    let settings: Settings = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let entry = |entry: Entry| {
        let origin: Origin = entry.origin.parse().map_err(|error: crate::origin::OriginError| error.to_string())?;
        if origin.is_insecure() && !entry.insecure {
            return Err(format!("{origin} is not https"));
        }
        let known = |name: &String| Scope::by_name(name).ok_or_else(|| format!("no scope {name}"));
        let scopes = match &entry.allow {
            None => Scopes::from_iter(Scope::DEFAULT),
            Some(names) => names.iter().map(known).collect::<Result<_, _>>()?,
        };
        Ok((origin, scopes))
    };
    settings.origins.into_iter().map(entry).collect()
}

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn with(text: &str) -> Self {
        let bench = Self::new();
        fs::create_dir(bench.folder.path().join("config")).unwrap();
        set_mode(&bench.folder.path().join("config"), 0o700);
        bench.write(text);
        bench
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("config/config.toml")
    }

    fn write(&self, text: &str) {
        fs::write(self.path(), text).unwrap();
        set_mode(&self.path(), 0o600);
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn open(&self) -> OriginStore {
        OriginStore::open(&self.path(), read).unwrap()
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

fn origin(text: &str) -> Origin {
    text.parse().unwrap()
}

fn names(store: &OriginStore) -> Vec<String> {
    store.current().iter().map(|(origin, _)| origin.to_string()).collect()
}

/// The next event, which comes within ten seconds.
fn next(events: &mut broadcast::Receiver<StoreEvent>) -> StoreEvent {
    let begun = Instant::now();
    loop {
        match events.try_recv() {
            Ok(event) => return event,
            Err(TryRecvError::Empty) if begun.elapsed() < Duration::from_secs(10) => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn entry(name: &str) -> String {
    format!("[[origins]]\norigin = \"{name}\"\n")
}

fn added(name: &str, by: ChangedBy) -> StoreEvent {
    StoreEvent::Added { origin: origin(name), scopes: Scopes::from_iter(Scope::DEFAULT), by }
}

#[test]
fn what_is_allowed_through_the_agent_is_in_force_and_in_the_file() {
    let bench = Bench::with("# mine\nlanguage = \"ja\"\n");
    let store = bench.open();
    let mut events = store.subscribe();
    let portal = origin("https://portal.example");
    store.allow(&portal, &Scopes::from_iter(Scope::DEFAULT), false).unwrap();
    assert_eq!(store.current().scopes(&portal), Some(&Scopes::from_iter(Scope::DEFAULT)));
    assert_eq!(next(&mut events), added("https://portal.example", ChangedBy::Request));
    assert!(bench.text().starts_with("# mine\nlanguage = \"ja\"\n\n[[origins]]\n"), "{}", bench.text());
    assert_eq!(names(&bench.open()), ["https://portal.example"], "as after a restart");

    store.allow(&portal, &Scopes::all(), false).unwrap();
    assert!(store.current().scopes(&portal).unwrap().contains(Scope::Certificates));
    assert!(matches!(next(&mut events), StoreEvent::Added { by: ChangedBy::Request, .. }));

    assert!(store.remove(&portal).unwrap());
    assert!(!store.remove(&portal).unwrap());
    assert_eq!(next(&mut events), StoreEvent::Removed { origin: portal, by: ChangedBy::Request });
    assert_eq!(bench.text(), "# mine\nlanguage = \"ja\"\n");
    assert_eq!(names(&store), [""; 0]);
    // The agent's own changes are noticed as edits, too, and are nothing new.
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(events.try_recv(), Err(TryRecvError::Empty));
}

#[test]
#[cfg(unix)]
fn a_file_is_made_for_the_user_alone_and_an_old_one_keeps_its_mode_and_its_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let allow = |store: &OriginStore| store.allow(&origin("https://a.example"), &Scopes::all(), false).unwrap();
    let bench = Bench::new();
    allow(&bench.open());
    assert_eq!((mode(&bench.path()), mode(bench.path().parent().unwrap())), (0o600, 0o700));

    let bench = Bench::with("");
    set_mode(&bench.path(), 0o644);
    allow(&bench.open());
    assert_eq!(mode(&bench.path()), 0o644);

    let bench = Bench::with("");
    let elsewhere = bench.folder.path().join("dotfiles.toml");
    fs::rename(bench.path(), &elsewhere).unwrap();
    symlink("../dotfiles.toml", bench.path()).unwrap();
    let store = bench.open();
    allow(&store);
    assert!(fs::symlink_metadata(bench.path()).unwrap().is_symlink());
    assert!(fs::read_to_string(&elsewhere).unwrap().contains("https://a.example"));
    // And edits at the other end of the link are noticed.
    let mut events = store.subscribe();
    fs::write(&elsewhere, entry("https://b.example")).unwrap();
    assert!(matches!(next(&mut events), StoreEvent::Removed { by: ChangedBy::File, .. }));
    assert_eq!(next(&mut events), added("https://b.example", ChangedBy::File));
}

#[test]
fn edits_by_hand_are_taken_up_however_the_editor_writes() {
    let bench = Bench::with(&entry("https://a.example"));
    let store = bench.open();
    let mut events = store.subscribe();
    // In place.
    bench.write(&[entry("https://a.example"), entry("https://b.example")].concat());
    assert_eq!(next(&mut events), added("https://b.example", ChangedBy::File));
    assert_eq!(names(&store), ["https://a.example", "https://b.example"]);
    // A new file renamed over the old one, several times.
    for name in ["https://c.example", "https://d.example"] {
        let new = bench.path().with_extension("new");
        fs::write(&new, entry(name)).unwrap();
        set_mode(&new, 0o600);
        fs::rename(&new, bench.path()).unwrap();
        while next(&mut events) != added(name, ChangedBy::File) {}
        assert_eq!(names(&store), [name]);
    }
    // The old one renamed away and a new one written.
    fs::rename(bench.path(), bench.path().with_extension("toml~")).unwrap();
    bench.write(&entry("https://e.example"));
    while next(&mut events) != added("https://e.example", ChangedBy::File) {}
    // Deleted: nobody is allowed any more.
    fs::remove_file(bench.path()).unwrap();
    assert_eq!(next(&mut events), StoreEvent::Removed { origin: origin("https://e.example"), by: ChangedBy::File });
    // The whole folder away and back.
    fs::remove_dir_all(bench.path().parent().unwrap()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    fs::create_dir(bench.path().parent().unwrap()).unwrap();
    set_mode(bench.path().parent().unwrap(), 0o700);
    bench.write(&entry("https://f.example"));
    assert_eq!(next(&mut events), added("https://f.example", ChangedBy::File));
    bench.write(&entry("https://g.example"));
    while next(&mut events) != added("https://g.example", ChangedBy::File) {}
}

#[test]
fn a_broken_edit_keeps_the_list_and_is_said_once() {
    let bench = Bench::with(&entry("https://a.example"));
    let store = bench.open();
    let mut events = store.subscribe();
    bench.write("[[origins]]\norigin = ");
    let StoreEvent::Broken { error } = next(&mut events) else { panic!("not broken") };
    assert!(error.contains("config.toml:"), "{error}");
    assert_eq!(store.fault(), Some(error));
    assert_eq!(names(&store), ["https://a.example"]);
    store.reload();
    assert_eq!(events.try_recv(), Err(TryRecvError::Empty), "the same fault is not said again");
    let refused = store.allow(&origin("https://b.example"), &Scopes::all(), false);
    assert!(matches!(refused, Err(StoreError::Faulty { .. })), "{refused:?}");
    assert_eq!(bench.text(), "[[origins]]\norigin = ", "a broken file is not touched");
    bench.write(&[entry("https://a.example"), entry("https://b.example")].concat());
    assert_eq!(next(&mut events), StoreEvent::Repaired);
    assert_eq!(next(&mut events), added("https://b.example", ChangedBy::File));
    assert_eq!(store.fault(), None);
}

#[test]
#[cfg(unix)]
fn a_file_that_others_could_have_written_is_not_used() {
    let bench = Bench::with(&entry("https://a.example"));
    let store = bench.open();
    let mut events = store.subscribe();
    bench.write(&[entry("https://a.example"), entry("https://evil.example")].concat());
    set_mode(&bench.path(), 0o666);
    store.reload();
    // Perhaps the edit was seen before the mode was changed.
    let _ = next(&mut events);
    assert!(store.fault().is_some());
    assert!(matches!(OriginStore::open(&bench.path(), read), Err(StoreError::Untrusted(_))));
    set_mode(&bench.path(), 0o600);
    set_mode(bench.path().parent().unwrap(), 0o777);
    assert!(matches!(OriginStore::open(&bench.path(), read), Err(StoreError::Untrusted(_))));
    fs::remove_file(bench.path()).unwrap();
    let store = bench.open();
    let refused = store.allow(&origin("https://b.example"), &Scopes::all(), false);
    assert!(matches!(refused, Err(StoreError::Untrusted(_))), "{refused:?}");
    assert!(!bench.path().exists());
}

#[test]
fn a_change_that_the_reader_would_not_take_is_not_written() {
    let bench = Bench::with(&entry("https://a.example"));
    let store = bench.open();
    let before = bench.text();
    let old = origin("http://old.example");
    assert!(matches!(store.allow(&old, &Scopes::all(), false), Err(StoreError::Uneditable { .. })));
    assert_eq!((bench.text(), names(&store).len()), (before, 1));
    store.allow(&old, &Scopes::all(), true).unwrap();
    assert_eq!(names(&store), ["https://a.example", "http://old.example"]);
}

#[test]
fn an_edit_by_hand_just_before_a_change_is_not_lost_and_not_ours() {
    let bench = Bench::with(&entry("https://a.example"));
    let store = bench.open();
    let mut events = store.subscribe();
    bench.write(&[entry("https://a.example"), entry("https://hand.example")].concat());
    store.allow(&origin("https://b.example"), &Scopes::from_iter(Scope::DEFAULT), false).unwrap();
    assert_eq!(next(&mut events), added("https://hand.example", ChangedBy::File));
    assert_eq!(next(&mut events), added("https://b.example", ChangedBy::Request));
    assert_eq!(names(&store), ["https://a.example", "https://hand.example", "https://b.example"]);
}
