//! ctibridge
fn main() {}
