//! The tray on macOS (menu bar) and Windows (notification area), by `tray-icon` in an event loop of `winit`.
//!
//! Both systems want icons made and changed on the thread of the event loop, on macOS the first of the process. So the
//! [`Keeper`](super::Keeper) works on another thread, sends each [`View`] here, and gets wishes back. There is no sign of a
//! menu that is about to open; a click on the icon stands for it.
//!
//! Type-checked on every change, and not run by the tests: they have neither system.

use tokio::sync::mpsc::UnboundedSender;
use tray_icon::menu::{IsMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu};
use tray_icon::{Icon, TrayIcon, TrayIconBuilder, TrayIconEvent};
use winit::application::ApplicationHandler;
use winit::error::EventLoopError;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, EventLoop, EventLoopProxy};
use winit::window::WindowId;

use super::icon::{draw, rgba};
use super::view::{Item, View};
use super::{Surface, Wish};

/// Side length of the picture that is handed over, in pixels; the system scales it.
const SIDE: u16 = 48;

/// The event loop with the icon.
pub struct Desk {
    events: EventLoop<Order>,
    wishes: UnboundedSender<Wish>,
}

/// The way to it from other threads.
pub struct Native(EventLoopProxy<Order>);

/// What is to be done on the thread of the event loop.
#[derive(Debug)]
enum Order {
    Show(Box<View>),
    Hide,
}

impl Desk {
    /// On the first thread of the process. Wishes of the person go to `wishes`.
    ///
    /// # Errors
    /// If the system has no desktop for this process.
    pub fn open(wishes: UnboundedSender<Wish>) -> Result<(Self, Native), EventLoopError> {
        let mut builder = EventLoop::with_user_event();
        #[cfg(target_os = "macos")]
        {
            use winit::platform::macos::{ActivationPolicy, EventLoopBuilderExtMacOS as _};
            builder.with_activation_policy(ActivationPolicy::Accessory); // no place in the Dock
        }
        let events = builder.build()?;
        let native = Native(events.create_proxy());
        Ok((Self { events, wishes }, native))
    }

    /// Shows what it is told to, until it is told to hide.
    ///
    /// # Errors
    /// The system's.
    pub fn run(self) -> Result<(), EventLoopError> {
        let clicks = self.wishes.clone();
        TrayIconEvent::set_event_handler(Some(move |event| {
            if let TrayIconEvent::Click { .. } = event {
                let _ = clicks.send(Wish::Look); // nobody listens while the tray ends
            }
        }));
        let chosen = self.wishes;
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            if let Some(wish) = Wish::by_name(event.id().as_ref()) {
                let _ = chosen.send(wish);
            }
        }));
        self.events.run_app(&mut Icons(None))
    }
}

impl Surface for Native {
    async fn show(&self, view: View) {
        let _ = self.0.send_event(Order::Show(Box::new(view))); // the event loop has ended
    }

    async fn hide(&self) {
        let _ = self.0.send_event(Order::Hide);
    }
}

/// The icon, once there is one.
struct Icons(Option<TrayIcon>);

impl ApplicationHandler<Order> for Icons {
    fn new_events(&mut self, _: &ActiveEventLoop, _: StartCause) {}

    fn resumed(&mut self, _: &ActiveEventLoop) {}

    fn window_event(&mut self, _: &ActiveEventLoop, _: WindowId, _: WindowEvent) {}

    fn user_event(&mut self, events: &ActiveEventLoop, order: Order) {
        match order {
            Order::Show(view) => {
                if let Err(error) = self.show(&view) {
                    tracing::warn!(%error, "the icon could not be changed");
                }
            }
            Order::Hide => {
                self.0 = None;
                events.exit();
            }
        }
    }
}

impl Icons {
    fn show(&mut self, view: &View) -> Result<(), Box<dyn std::error::Error>> {
        let picture = draw(view.face, view.simulated, SIDE);
        let icon = Icon::from_rgba(rgba(&picture), picture.side.into(), picture.side.into())?;
        let menu = menu(&view.menu)?;
        let tooltip = format!("{}\n{}", view.title, view.summary.join("\n"));
        match &self.0 {
            None => {
                let builder = TrayIconBuilder::new().with_icon(icon).with_tooltip(tooltip).with_menu(Box::new(menu));
                self.0 = Some(builder.build()?);
            }
            Some(shown) => {
                shown.set_icon(Some(icon))?;
                shown.set_tooltip(Some(tooltip))?;
                shown.set_menu(Some(Box::new(menu)));
            }
        }
        Ok(())
    }
}

fn menu(items: &[Item]) -> Result<Menu, tray_icon::menu::Error> {
    let menu = Menu::new();
    for item in items {
        let made: Box<dyn IsMenuItem> = match item {
            Item::Text(text) => Box::new(telling(text)),
            Item::Rule => Box::new(PredefinedMenuItem::separator()),
            Item::Group(text, lines) => {
                let group = Submenu::new(escape_shortcut(text), true);
                for line in lines {
                    group.append(&telling(line))?;
                }
                Box::new(group)
            }
            Item::Button(text, wish) => Box::new(MenuItem::with_id(wish.name(), escape_shortcut(text), true, None)),
        };
        menu.append(made.as_ref())?;
    }
    Ok(menu)
}

/// A line that cannot be chosen.
fn telling(text: &str) -> MenuItem {
    MenuItem::new(escape_shortcut(text), false, None)
}

/// An ampersand would mark the next letter as a shortcut.
fn escape_shortcut(text: &str) -> String {
    text.replace('&', "&&")
}

impl Wish {
    const ALL: [Self; 6] = [Self::Look, Self::Release, Self::OpenPage, Self::StartAgent, Self::Quit, Self::Unseen];

    /// As the id of a menu item.
    fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Release => "release",
            Self::OpenPage => "open-page",
            Self::StartAgent => "start-agent",
            Self::Quit => "quit",
            Self::Unseen => "unseen",
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.name() == name)
    }
}
