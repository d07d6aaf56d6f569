//! A D-Bus daemon of our own, and made-up services on it.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt as _;
use jpki_agent::bus::Bus;
use tempfile::TempDir;
use zbus::connection::{Builder, Connection};
use zbus::message::Type;
use zbus::{Message, MessageStream};

use super::child::{self, Running};

/// How long the daemon may take to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// Everything is allowed to everybody who may connect: only this user.
const SETTINGS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#;

/// A bus without services; ends when dropped.
pub struct PrivateBus {
    address: String,
    _daemon: Running,
    _folder: TempDir,
}

impl PrivateBus {
    /// Starts the daemon and waits until it listens.
    pub fn start() -> Self {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let settings = folder.path().join("bus.conf");
        std::fs::write(&settings, SETTINGS.replace("FOLDER", folder.path().to_str().unwrap())).unwrap();
        let mut command = child::command("dbus-daemon");
        command.arg("--nofork").arg("--print-address").arg(format!("--config-file={}", settings.display()));
        let mut daemon = Running::spawn("dbus-daemon", command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut address = String::new();
        BufReader::new(daemon.child().stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { address: address.trim_end().to_owned(), _daemon: daemon, _folder: folder }
    }

    /// Its address.
    pub fn bus(&self) -> Bus {
        Bus::Address(self.address.clone())
    }

    /// A connection of a stranger.
    pub async fn connect(&self) -> Connection {
        let connecting = Builder::address(self.address.as_str()).unwrap().build();
        tokio::time::timeout(LIMIT, connecting).await.expect("the bus does not answer").unwrap()
    }

    /// A service of this name. `answer` is called for each method call; it replies, or does not.
    pub async fn serve<A, F>(&self, name: &'static str, answer: A) -> Connection
    where
        A: Fn(Connection, Message) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send,
    {
        let connection = self.connect().await;
        let mut messages = MessageStream::from(&connection);
        connection.request_name(name).await.unwrap();
        let replying = connection.clone();
        tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                if message.message_type() == Type::MethodCall {
                    answer(replying.clone(), message).await;
                }
            }
        });
        connection
    }
}
