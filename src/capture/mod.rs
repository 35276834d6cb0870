//! Recorded bytes ↔ messages that people and programs can read: what `ctibridge decode` and `ctibridge encode` do.
//!
//! The way of a recording: [`input`] recognises what it is (binary stream, hex text, pcap, pcapng); captures go through
//! [`pcap`], [`packet`] and [`reassembly`] and become byte streams again; [`stream`] cuts streams into frames and learns
//! the protocol version, [`resync`] finds the next frame where bytes are missing; [`json`] and [`text`] write them, [`filter`] chooses which. [`cli`] joins the parts.
//! All of it works on pieces, so that a recording of any size needs the same small memory.
//!
//! This room knows bytes and declarations, not calls.

pub mod cli;
pub mod filter;
pub mod hex;
pub mod input;
pub mod json;
pub mod packet;
pub mod pcap;
pub mod reassembly;
pub mod record;
pub mod resync;
pub mod stream;
pub mod text;
