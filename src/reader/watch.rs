//! stub
/// stub
pub struct ReaderId;
/// stub
pub struct ReaderInfo;
/// stub
pub struct Readers;
