//! stub
/// stub
pub struct CardSession;
/// stub
pub struct ReaderHandle;
