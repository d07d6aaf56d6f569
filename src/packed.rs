//! Texts that stand in the program packed (raw DEFLATE, RFC 1951), a quarter of their size. `build/pack.rs` packs them;
//! [`packed!`] is one of them by its path, [`unpack`] makes it readable.

use miniz_oxide::inflate::decompress_to_vec;

/// The packed bytes of a text, by its path in the repository.
macro_rules! packed {
    ($($path:expr),+) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $($path,)+ ".deflate"))
    };
}
pub(crate) use packed;

/// The text. Tests unpack every one, so nothing is lost here.
pub(crate) fn unpack(packed: &[u8]) -> String {
    decompress_to_vec(packed).ok().and_then(|text| String::from_utf8(text).ok()).unwrap_or_default()
}
