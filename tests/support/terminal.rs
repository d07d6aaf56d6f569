//! A pseudo terminal with somebody in front of it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jpki_agent::consent::Seat;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// The terminal, its keyboard and what stands on its screen.
pub struct Terminal {
    keyboard: File,
    /// Kept open, so that the terminal does not hang up between two programs.
    device: OwnedFd,
    path: PathBuf,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    /// With so many rows.
    pub fn new(rows: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let path = PathBuf::from(ptsname(&master, Vec::new()).unwrap().into_string().unwrap());
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC;
        let device = rustix::fs::open(&path, flags, rustix::fs::Mode::empty()).unwrap();
        tcsetwinsize(&device, Winsize { ws_row: rows, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let keyboard = File::from(master);
        let mut output = keyboard.try_clone().unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                written.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
        });
        Self { keyboard, device, path, screen }
    }

    /// As a seat for prompts.
    pub fn seat(&self) -> Seat {
        Seat { tty: Some(self.path.clone()), term: Some("xterm".to_owned()), ..Seat::default() }
    }

    /// The device.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything written so far.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    /// Waits until `text` has been written `times` times.
    pub async fn shows(&self, text: &str, times: usize) {
        let shown = || self.screen().matches(text).count() >= times;
        let limit = tokio::time::Instant::now() + Duration::from_secs(10);
        while !shown() {
            assert!(tokio::time::Instant::now() < limit, "{text:?} not shown {times} times: {}", self.screen());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Types.
    pub fn type_keys(&self, keys: &str) {
        (&self.keyboard).write_all(keys.as_bytes()).unwrap();
    }

    /// Is what is typed shown? Off while a PIN is typed.
    pub fn echoes(&self) -> bool {
        tcgetattr(&self.device).unwrap().local_modes.contains(LocalModes::ECHO)
    }
}
