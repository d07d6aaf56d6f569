//! The tray on Linux: a StatusNotifierItem with its menu (com.canonical.dbusmenu) on the session's bus, by `ksni`.
//!
//! Where nothing shows icons yet (the watcher is not on the bus), it waits for that; when the session's bus goes, so does
//! the tray. Labels are escaped here: a menu takes `_` for a shortcut, and a tooltip takes some HTML.

use ksni::menu::{StandardItem, SubMenu};
use ksni::{Category, Handle, Icon, MenuItem, OfflineReason, Status, ToolTip, Tray, TrayMethods as _};
use tokio::sync::mpsc::UnboundedSender;

use super::icon::{SIZES, draw};
use super::view::{Face, Item, View};
use super::{Surface, Wish};
use crate::bus::{Bus, BusError};

/// For hosts that show no pictures of ours (Freedesktop icon names).
const ICON: &str = "auth-smartcard";

/// The item on the bus.
pub struct Notifier(Handle<Shown>);

/// Why there is no item.
#[derive(Debug, thiserror::Error)]
pub enum NotifierError {
    /// There is no bus.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The item could not be made.
    #[error(transparent)]
    Item(#[from] ksni::Error),
}

impl Notifier {
    /// Puts the item on the session's bus. Wishes of the person go to `wishes`; so does a wish to quit when the bus ends.
    ///
    /// # Errors
    /// [`NotifierError`]. That nothing shows icons is none: see [`Wish::Unseen`].
    pub async fn start(first: View, wishes: UnboundedSender<Wish>) -> Result<Self, NotifierError> {
        // ksni does not tell when its connection ends, so one of our own does. It hears nothing else.
        let line = Bus::Session.connect().await?;
        let ended = wishes.clone();
        tokio::spawn(async move {
            line.ended().await;
            let _ = ended.send(Wish::Quit);
        });
        let item = Shown { view: first, wishes };
        Ok(Self(item.assume_sni_available(true).spawn().await?))
    }
}

impl Surface for Notifier {
    async fn show(&self, view: View) {
        let changed = |shown: &mut Shown| shown.view = view;
        self.0.update(changed).await;
    }

    async fn hide(&self) {
        self.0.shutdown().await;
    }
}

/// What hosts ask for.
struct Shown {
    view: View,
    wishes: UnboundedSender<Wish>,
}

impl Shown {
    fn wish(&self, wish: Wish) {
        let _ = self.wishes.send(wish); // nobody listens while the tray ends
    }

    fn pictures(&self) -> Vec<Icon> {
        let picture = |side| {
            let picture = draw(self.view.face, self.view.simulated, side);
            Icon { width: picture.side.into(), height: picture.side.into(), data: picture.argb }
        };
        SIZES.map(picture).into()
    }
}

impl Tray for Shown {
    const MENU_ON_ACTIVATE: bool = true;

    fn id(&self) -> String {
        "jpki-agent".to_owned()
    }

    fn category(&self) -> Category {
        Category::Hardware
    }

    fn title(&self) -> String {
        self.view.title.clone()
    }

    fn status(&self) -> Status {
        match self.view.face {
            Face::Attention { .. } => Status::NeedsAttention,
            Face::Ready | Face::NoCard => Status::Active,
        }
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        self.pictures()
    }

    fn attention_icon_pixmap(&self) -> Vec<Icon> {
        self.pictures()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            icon_name: ICON.to_owned(),
            icon_pixmap: Vec::new(),
            title: self.view.title.clone(),
            description: escape_html(&self.view.summary.join("\n")),
        }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.view.menu.iter().map(item).collect()
    }

    fn menu_about_to_show(&mut self) {
        self.wish(Wish::Look);
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        tracing::debug!(?reason, "nothing shows icons");
        self.wish(Wish::Unseen);
        true
    }
}

fn item(item: &Item) -> MenuItem<Shown> {
    match item {
        Item::Text(text) => telling(text),
        Item::Rule => MenuItem::Separator,
        Item::Group(text, lines) => SubMenu {
            label: escape_shortcut(text),
            submenu: lines.iter().map(|line| telling(line)).collect(),
            ..SubMenu::default()
        }
        .into(),
        Item::Button(text, wish) => {
            let wish = *wish;
            StandardItem {
                label: escape_shortcut(text),
                activate: Box::new(move |shown: &mut Shown| shown.wish(wish)),
                ..StandardItem::default()
            }
            .into()
        }
    }
}

/// A line that cannot be chosen.
fn telling(text: &str) -> MenuItem<Shown> {
    StandardItem { label: escape_shortcut(text), enabled: false, ..StandardItem::default() }.into()
}

/// An underscore would mark the next letter as a shortcut (dbusmenu, `label`).
fn escape_shortcut(text: &str) -> String {
    text.replace('_', "__")
}

/// Tooltips may have mark-up (StatusNotifierItem, "Markup").
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
