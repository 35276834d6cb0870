//! Packet captures, damaged in any way, and TCP segments in any order: read to the end in bounded memory.
#![no_main]

use ctibridge::capture::cli::{DecodeOptions, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((kind, input)) = data.split_first() else { return };
    let options = DecodeOptions { server_port: Some(9000), ..DecodeOptions::default() };
    // Half of the inputs are files as they are; in the others only the packets come from the fuzzer, as raw IPv4.
    if kind & 1 == 0 {
        decode(&options, input, std::io::sink()).expect("memory does not fail");
        return;
    }
    let mut file = [0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 228].to_vec();
    let mut rest = input;
    while let [from, sequence, flags, length, more @ ..] = rest {
        let payload = &more[..usize::from(*length).min(more.len())];
        rest = &more[payload.len()..];
        let (source, destination) = if from & 1 == 0 { (5000u16, 9000u16) } else { (9000, 5000) };
        let (a, b) = if from & 1 == 0 { (7, 1) } else { (1, 7) };
        let total = 40 + payload.len() as u16;
        let mut packet = vec![0x45, 0];
        packet.extend(total.to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, a, 10, 0, 0, b]);
        packet.extend(source.to_be_bytes());
        packet.extend(destination.to_be_bytes());
        packet.extend([0xff, 0xff, 0xff, *sequence]);
        packet.extend([0, 0, 0, 0, 0x50, flags & 0x07, 0, 0, 0, 0, 0, 0]);
        packet.extend(payload);
        file.extend([0; 8]);
        file.extend((packet.len() as u32).to_be_bytes());
        file.extend((packet.len() as u32).to_be_bytes());
        file.extend(packet);
    }
    decode(&options, &file[..], std::io::sink()).expect("memory does not fail");
});
