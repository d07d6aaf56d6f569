//! Server-sent events as they come in, cut anywhere (HTML standard, 9.2.6): the name and data of each event are of
//! interest.

/// Most bytes of one event; a status has some hundred.
const LARGEST_EVENT: usize = 1024 * 1024;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerEvent {
    /// Its name, as `status`.
    pub name: String,
    /// Its data.
    pub data: Vec<u8>,
}

/// Puts events together.
#[derive(Debug, Default)]
pub(super) struct EventReader {
    /// A line that is not complete yet.
    line: Vec<u8>,
    /// `None`: it was not named, which makes it a `message`.
    name: Option<String>,
    data: Vec<u8>,
    has_data: bool,
    /// A line ended with CR, so that a LF right after it belongs to it.
    after_cr: bool,
}

/// An event that is too large to be one of ours.
#[derive(Debug, thiserror::Error)]
#[error("an event is too large")]
pub(super) struct TooLarge;

impl EventReader {
    /// Takes the next bytes; gives each event that is complete with them.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<ServerEvent>, TooLarge> {
        let mut events = Vec::new();
        for byte in bytes {
            let belongs_to_cr = std::mem::replace(&mut self.after_cr, *byte == b'\r') && *byte == b'\n';
            match byte {
                b'\n' if belongs_to_cr => {}
                b'\n' | b'\r' => events.extend(self.end_line()),
                byte => self.line.push(*byte),
            }
            if self.line.len() + self.data.len() > LARGEST_EVENT {
                return Err(TooLarge);
            }
        }
        Ok(events)
    }

    /// What a complete line brings about: an empty one ends the event.
    fn end_line(&mut self) -> Option<ServerEvent> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let (name, data) = (self.name.take(), std::mem::take(&mut self.data));
            let name = name.unwrap_or_else(|| "message".to_owned());
            return std::mem::take(&mut self.has_data).then_some(ServerEvent { name, data });
        }
        if let Some(name) = line.strip_prefix(b"event:") {
            let name = name.strip_prefix(b" ").unwrap_or(name);
            self.name = Some(String::from_utf8_lossy(name).into_owned());
        } else if let Some(value) = line.strip_prefix(b"data:") {
            if std::mem::replace(&mut self.has_data, true) {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        }
        None // comments, and fields that say nothing to us
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "retry: 2000\nevent: status\ndata: {\"a\":1}\n\n: heartbeat\n\ndata:1\r\ndata: 2\r\n\r\nid: 7\n\ndata\n\ndata:\r\rdata: cut";

    #[test]
    fn events_are_the_same_however_they_are_cut() {
        let event = |name: &str, data: &str| ServerEvent { name: name.to_owned(), data: data.as_bytes().to_vec() };
        let expected = [event("status", "{\"a\":1}"), event("message", "1\n2"), event("message", "")];
        for size in 1..=STREAM.len() {
            let mut reader = EventReader::default();
            let events: Vec<ServerEvent> =
                STREAM.as_bytes().chunks(size).flat_map(|bytes| reader.take(bytes).unwrap()).collect();
            assert_eq!(events, expected, "{size}");
        }
    }

    #[test]
    fn an_event_without_end_is_given_up() {
        let mut reader = EventReader::default();
        let line = [b"data: ".as_slice(), &[b'x'; 1000], b"\n"].concat();
        let taken = (0..10_000).map(|_| reader.take(&line)).take_while(Result::is_ok).count();
        assert!((1000..1100).contains(&taken), "{taken}");
    }
}
