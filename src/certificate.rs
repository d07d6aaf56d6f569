//! Our view of a certificate of the Japanese public key infrastructure: dates, key, holder's attributes, and whom it
//! chains to (RFC 5280; `certificates-and-formats.md` 1 to 4).

/// Which world a card belongs to, decided by the pinned root that verified its certificate, never by its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Environment {
    /// A real card.
    Production,
    /// A test card lent by J-LIS.
    JlisTest,
    /// The software card.
    Simulator,
    /// No known root.
    Unknown,
}
