//! The software card: a JPKI card in memory, for trying things out and for tests. Never chosen without being asked for.

pub mod holder;
pub mod issuer;
pub(crate) mod keys;
