//! A panel: the watcher that items register with, and the eyes and hands of a person at it. It looks again only when the
//! item says that something has changed, as panels do.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::timeout;
use zbus::message::Type;
use zbus::zvariant::{DynamicType, OwnedValue, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

use crate::support::dbus::PrivateBus;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";
const ITEM_PATH: &str = "/StatusNotifierItem";
const MENU_PATH: &str = "/MenuBar";
const LIMIT: Duration = Duration::from_secs(40);

type Properties = HashMap<String, OwnedValue>;
/// Revision, and id, properties and children of the root (`com.canonical.dbusmenu.GetLayout`).
type Layout = (u32, (i32, Properties, Vec<OwnedValue>));

/// The watcher's connection and the one item.
pub(super) struct Panel {
    eyes: Connection,
    registered: mpsc::UnboundedReceiver<String>,
    watcher: Connection,
    item: String,
    changes: MessageStream,
}

/// What a person sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) title: String,
    pub(super) status: String,
    pub(super) tooltip: String,
    /// The largest picture, as bytes.
    pub(super) icon: Vec<u8>,
    pub(super) lines: Vec<Line>,
}

/// One line of the menu; those of submenus too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) id: i32,
    pub(super) label: String,
    pub(super) enabled: bool,
}

impl Seen {
    /// Does menu or tooltip say this?
    pub(super) fn tells(&self, text: &str) -> bool {
        self.tooltip.contains(text) || self.lines.iter().any(|line| line.label.contains(text))
    }

    /// Can something with these words be chosen?
    pub(super) fn offers(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.enabled && line.label.contains(text))
    }
}

impl Panel {
    /// Comes on the bus.
    pub(super) async fn start(bus: &PrivateBus) -> Self {
        let (sender, registered) = mpsc::unbounded_channel();
        let watcher = bus.serve(WATCHER, move |connection, call| {
            let sender = sender.clone();
            async move { answer(&connection, &call, &sender).await }
        });
        let watcher = watcher.await;
        let eyes = bus.connect().await;
        let rule = MatchRule::builder().msg_type(Type::Signal).build();
        let changes = MessageStream::for_match_rule(rule, &eyes, Some(1000)).await.unwrap();
        Self { eyes, registered, watcher, item: String::new(), changes }
    }

    /// Leaves the bus, as a panel that is restarted.
    pub(super) async fn leave(self) {
        assert!(self.watcher.release_name(WATCHER).await.unwrap());
    }

    /// Waits for an item.
    pub(super) async fn find(&mut self) {
        self.item = timeout(LIMIT, self.registered.recv()).await.expect("no item").unwrap();
    }

    /// Is there another item?
    pub(super) fn found_another(&mut self) -> bool {
        self.registered.try_recv().is_ok()
    }

    /// Looks until it sees what is `wanted`.
    pub(super) async fn until(&mut self, wanted: impl Fn(&Seen) -> bool) -> Seen {
        let deadline = tokio::time::Instant::now() + LIMIT;
        loop {
            let seen = self.look().await;
            if wanted(&seen) {
                return seen;
            }
            let changed = tokio::time::timeout_at(deadline, async {
                loop {
                    let signal = self.changes.next().await.unwrap().unwrap();
                    let header = signal.header();
                    let by = header.interface().map(|name| name.as_str().to_owned()).unwrap_or_default();
                    if by == ITEM || by == MENU || by == "org.freedesktop.DBus.Properties" {
                        return;
                    }
                }
            });
            assert!(changed.await.is_ok(), "nothing changed any more: {seen:#?}");
        }
    }

    /// Looks at icon and menu of one moment: they are asked for one after the other, and may change in between.
    pub(super) async fn look(&self) -> Seen {
        let mut seen = self.look_at_icon().await;
        loop {
            let lines = self.look_at_menu().await;
            let after = self.look_at_icon().await;
            if after == seen {
                return Seen { lines, ..seen };
            }
            seen = after;
        }
    }

    async fn look_at_menu(&self) -> Vec<Line> {
        let menu = self.call((MENU_PATH, MENU), "GetLayout", &(0_i32, -1_i32, Vec::<String>::new())).await;
        let (_, (_, _, children)): Layout = menu.body().deserialize().unwrap();
        let mut lines = Vec::new();
        for child in &children {
            read_lines(child, &mut lines);
        }
        lines
    }

    async fn look_at_icon(&self) -> Seen {
        let answer = self.call((ITEM_PATH, "org.freedesktop.DBus.Properties"), "GetAll", &ITEM).await;
        let properties: Properties = answer.body().deserialize().unwrap();
        let Value::Structure(tooltip) = &*properties["ToolTip"] else { panic!() };
        let Value::Array(pictures) = &*properties["IconPixmap"] else { panic!() };
        let icon = pictures.inner().iter().map(|picture| {
            let Value::Structure(picture) = picture else { panic!() };
            let [Value::I32(width), Value::I32(height), Value::Array(bytes)] = picture.fields() else { panic!() };
            let bytes: Vec<u8> = bytes.inner().iter().map(byte).collect();
            assert_eq!(usize::try_from(width * height * 4).unwrap(), bytes.len());
            bytes
        });
        Seen {
            title: text(&properties["Title"]),
            status: text(&properties["Status"]),
            tooltip: text(&tooltip.fields()[3]),
            icon: icon.max_by_key(Vec::len).unwrap(),
            lines: Vec::new(),
        }
    }

    /// Tells the item that its menu is about to be seen.
    pub(super) async fn open_menu(&self) {
        self.call((MENU_PATH, MENU), "AboutToShow", &0_i32).await;
    }

    /// Chooses the line with these words.
    pub(super) async fn choose(&self, label: &str) {
        let seen = self.look().await;
        let found = seen.lines.iter().find(|line| line.enabled && line.label.contains(label));
        let line = found.unwrap_or_else(|| panic!("{label} is not offered: {seen:#?}"));
        self.call((MENU_PATH, MENU), "Event", &(line.id, "clicked", Value::from(0_i32), 0_u32)).await;
    }

    async fn call<B>(&self, (path, interface): (&str, &str), method: &str, body: &B) -> Message
    where
        B: serde::Serialize + DynamicType,
    {
        let calling = self.eyes.call_method(Some(self.item.as_str()), path, Some(interface), method, body);
        timeout(LIMIT, calling).await.expect("the item does not answer").unwrap()
    }
}

async fn answer(connection: &Connection, call: &Message, registered: &mpsc::UnboundedSender<String>) {
    let header = call.header();
    match header.member().unwrap().as_str() {
        "RegisterStatusNotifierItem" => {
            let name: String = call.body().deserialize().unwrap();
            connection.reply(&header, &()).await.unwrap();
            let _ = registered.send(name); // after the test
        }
        "Get" => connection.reply(&header, &Value::from(true)).await.unwrap(),
        other => panic!("a watcher is not asked for {other}"),
    }
}

fn text(value: &Value<'_>) -> String {
    let Value::Str(text) = value else { panic!("{value:?} is no text") };
    text.as_str().to_owned()
}

/// A child is a variant of id, properties and children.
fn read_lines(child: &Value<'_>, lines: &mut Vec<Line>) {
    let child = if let Value::Value(inner) = child { inner } else { child };
    let Value::Structure(child) = child else { panic!("{child:?}") };
    let [Value::I32(id), Value::Dict(properties), Value::Array(children)] = child.fields() else { panic!() };
    let mut line = Line { id: *id, label: String::new(), enabled: true };
    for (key, value) in properties.iter() {
        let value = if let Value::Value(inner) = value { inner } else { value };
        match (text(key).as_str(), value) {
            ("label", value) => line.label = text(value),
            ("enabled", Value::Bool(enabled)) => line.enabled = *enabled,
            _ => {}
        }
    }
    lines.push(line);
    for child in children.inner() {
        read_lines(child, lines);
    }
}

fn byte(value: &Value<'_>) -> u8 {
    let Value::U8(byte) = value else { panic!("{value:?} is no byte") };
    *byte
}
