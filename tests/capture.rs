//! `decode` on packet captures: sessions put on a wire of our own making, with everything a real one does to them.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use ctibridge::capture::cli::{DecodeOptions, EncodeOptions, Format, Summary, decode, encode};
use ctibridge::capture::hex::from_hex;
use serde_json::Value;

const CLIENT: ([u8; 4], u16) = ([10, 0, 0, 7], 50_001);
const SERVER: ([u8; 4], u16) = ([10, 0, 0, 1], 42_027);

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;

fn hex(text: &str) -> Vec<u8> {
    from_hex(&text.replace([' ', '|'], "")).unwrap()
}

/// OPEN_REQ of protocol 15, so that a version that was not learnt shows at once.
fn open_req() -> Vec<u8> {
    hex(
        "00000035 00000003 00000001 0000000f ffffffff ffffffff 00000012 0060637c 00000018 0000001f 00000000 00000000 00000000 0104 52545000 0201 00",
    )
}

fn open_conf() -> Vec<u8> {
    hex("00000028 00000004 00000001 00000012 00000000 00000000 4d2c1b00 0001 0011 0009 e4020001 d00400001388 e0020000")
}

fn heartbeat(invoke_id: u8) -> Vec<u8> {
    vec![0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, invoke_id]
}

fn heartbeat_conf(invoke_id: u8) -> Vec<u8> {
    vec![0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0, invoke_id]
}

fn tcp(source: u16, destination: u16, sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(source.to_be_bytes());
    segment.extend(destination.to_be_bytes());
    segment.extend(sequence.to_be_bytes());
    segment.extend([0; 4]);
    segment.extend([5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(payload);
    segment
}

fn ipv4(from: ([u8; 4], u16), to: ([u8; 4], u16), sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let segment = tcp(from.1, to.1, sequence, flags, payload);
    let mut packet = vec![0x45, 0];
    packet.extend((20 + segment.len() as u16).to_be_bytes());
    packet.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
    packet.extend(from.0);
    packet.extend(to.0);
    packet.extend(segment);
    packet
}

fn ethernet(ip: &[u8]) -> Vec<u8> {
    let mut frame = vec![0; 12];
    frame.extend([0x08, 0x00]);
    frame.extend(ip);
    while frame.len() < 60 {
        frame.push(0xee); // Ethernet pads short frames; the padding is no data
    }
    frame
}

/// A capture in the making.
struct Wire {
    packets: Vec<Vec<u8>>,
}

impl Wire {
    fn new() -> Self {
        Self { packets: Vec::new() }
    }

    fn send(&mut self, from: ([u8; 4], u16), to: ([u8; 4], u16), sequence: u32, flags: u8, payload: &[u8]) -> &mut Self {
        self.packets.push(ethernet(&ipv4(from, to, sequence, flags | ACK, payload)));
        self
    }

    fn client(&mut self, sequence: u32, payload: &[u8]) -> &mut Self {
        self.send(CLIENT, SERVER, sequence, 0, payload)
    }

    fn server(&mut self, sequence: u32, payload: &[u8]) -> &mut Self {
        self.send(SERVER, CLIENT, sequence, 0, payload)
    }

    fn syn(&mut self) -> &mut Self {
        self.send(CLIENT, SERVER, 999, SYN, &[]).send(SERVER, CLIENT, 4999, SYN, &[])
    }

    fn pcap(&self) -> Vec<u8> {
        pcap(1, &self.packets)
    }
}

fn pcap(link: u32, packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65535, link] {
        file.extend(u32::to_le_bytes(word));
    }
    for (number, packet) in packets.iter().enumerate() {
        for word in [1_700_000_000 + number as u32, 250_000, packet.len() as u32, packet.len() as u32] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

fn pcap_big_endian_nano(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d, 0x0002_0004, 0, 0, 65535, 1] {
        file.extend(u32::to_be_bytes(word));
    }
    for (number, packet) in packets.iter().enumerate() {
        for word in [1_700_000_000 + number as u32, 250_000_000, packet.len() as u32, packet.len() as u32] {
            file.extend(word.to_be_bytes());
        }
        file.extend(packet);
    }
    file
}

fn block(kind: u32, body: &[u8], is_big_endian: bool) -> Vec<u8> {
    let word = |value: u32| if is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut padded = body.to_vec();
    while !padded.len().is_multiple_of(4) {
        padded.push(0);
    }
    let length = word(padded.len() as u32 + 12);
    [&word(kind)[..], &length, &padded, &length].concat()
}

fn pcapng(packets: &[Vec<u8>], is_big_endian: bool) -> Vec<u8> {
    let word = |value: u32| if is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let half = |value: u16| if is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let section = [&word(0x1a2b_3c4d)[..], &half(1), &half(0), &[0xff; 8]].concat();
    let nanoseconds = [&half(9)[..], &half(1), &[9, 0, 0, 0], &half(0), &half(0)].concat();
    let interface = [&half(1)[..], &half(0), &word(0), &nanoseconds].concat();
    let mut file = [block(0x0a0d_0d0a, &section, is_big_endian), block(1, &interface, is_big_endian)].concat();
    file.extend(block(5, &[7; 24], is_big_endian)); // statistics: passed over
    for (number, packet) in packets.iter().enumerate() {
        let time = (1_700_000_000 + number as u64) * 1_000_000_000 + 250_000_000;
        let length = word(packet.len() as u32);
        let body = [&word(0)[..], &word((time >> 32) as u32), &word(time as u32), &length, &length, packet].concat();
        file.extend(block(6, &body, is_big_endian));
    }
    file
}

fn run(options: &DecodeOptions, file: &[u8]) -> (Vec<Value>, Summary) {
    let mut output = Vec::new();
    let summary = decode(options, file, &mut output).unwrap();
    let lines = output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    (lines.map(|line| serde_json::from_slice(line).unwrap()).collect(), summary)
}

fn decoded(file: &[u8]) -> Vec<Value> {
    run(&DecodeOptions::default(), file).0
}

/// What happened, short: `client OPEN_REQ`, `server ! frame_truncated`.
fn story(lines: &[Value]) -> Vec<String> {
    let told = lines.iter().map(|line| {
        let from = line["from"].as_str().unwrap_or("?");
        match line.get("error") {
            Some(error) => format!("{from} ! {}", error["kind"].as_str().unwrap()),
            None => format!("{from} {}", line["name"].as_str().unwrap_or("unknown")),
        }
    });
    told.collect()
}

/// A session that opens and says one heartbeat, in six packets.
fn session() -> Wire {
    let mut wire = Wire::new();
    let (request, confirmation) = (open_req(), open_conf());
    wire.syn().client(1000, &request).server(5000, &confirmation);
    wire.client(1000 + request.len() as u32, &heartbeat(2)).server(5000 + confirmation.len() as u32, &heartbeat_conf(2));
    wire
}

const SESSION: [&str; 4] = ["client OPEN_REQ", "server OPEN_CONF", "client HEARTBEAT_REQ", "server HEARTBEAT_CONF"];

#[test]
fn all_capture_formats_tell_the_same() {
    let wire = session();
    let expected = decoded(&wire.pcap());
    assert_eq!(story(&expected), SESSION);
    assert_eq!(expected[1]["at"], "2023-11-14T22:13:23.25Z");
    assert_eq!(expected[1]["connection"], 1);
    assert_eq!(expected[1]["client"], "10.0.0.7:50001");
    assert_eq!(expected[1]["server"], "10.0.0.1:42027");
    assert_eq!(expected[1]["floating"][1]["name"], "FltPeripheralID", "the version is learnt for both directions");
    for file in [pcap_big_endian_nano(&wire.packets), pcapng(&wire.packets, false), pcapng(&wire.packets, true)] {
        assert_eq!(decoded(&file), expected);
    }
}

#[test]
fn all_link_layers_tell_the_same() {
    let expected = decoded(&session().pcap());
    let ip: Vec<Vec<u8>> = session().packets.iter().map(|packet| packet[14..].to_vec()).collect();
    let with_header = |header: &[u8]| -> Vec<Vec<u8>> { ip.iter().map(|packet| [header, packet].concat()).collect() };
    let cooked = [&[0; 14][..], &[0x08, 0x00]].concat();
    let cooked_2 = [&[0x08, 0x00][..], &[0; 18]].concat();
    let vlan = [&[0; 12][..], &[0x88, 0xa8, 0, 7, 0x81, 0, 0, 9, 0x08, 0x00]].concat();
    for (link, packets) in [
        (101, ip.clone()),
        (228, ip.clone()),
        (0, with_header(&[2, 0, 0, 0])),
        (108, with_header(&[0, 0, 0, 2])),
        (113, with_header(&cooked)),
        (276, with_header(&cooked_2)),
        (1, with_header(&vlan)),
    ] {
        assert_eq!(decoded(&pcap(link, &packets)), expected, "link type {link}");
    }
}

#[test]
fn ipv6_works_too() {
    let packets: Vec<Vec<u8>> = [(50_001, 42_027, 1000, open_req()), (42_027, 50_001, 5000, open_conf())]
        .iter()
        .map(|(source, destination, sequence, payload)| {
            let segment = tcp(*source, *destination, *sequence, ACK, payload);
            let mut packet = vec![0x60, 0, 0, 0];
            packet.extend((segment.len() as u16 + 8).to_be_bytes());
            packet.extend([0, 64]); // next: hop-by-hop options
            packet.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, *source as u8]);
            packet.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, *destination as u8]);
            packet.extend([6, 0, 1, 4, 0, 0, 0, 0]);
            packet.extend(segment);
            packet
        })
        .collect();
    assert_eq!(story(&decoded(&pcap(229, &packets))), SESSION[..2]);
}

#[test]
fn segments_may_come_late_twice_or_overlapping() {
    let stream = [open_req(), heartbeat(1), heartbeat(2)].concat();
    let expected = ["client OPEN_REQ", "client HEARTBEAT_REQ", "client HEARTBEAT_REQ"];
    let part = |from: usize, to: usize| (1000 + from as u32, stream[from..to].to_vec());
    let end = stream.len();
    let orders = [
        vec![part(0, 30), part(30, 70), part(70, end)],
        vec![part(0, 30), part(70, end), part(30, 70)],
        vec![part(30, 70), part(70, end), part(0, 30)],
        vec![part(0, 30), part(0, 30), part(30, 70), part(0, 70), part(70, end), part(70, end)],
        vec![part(0, 40), part(20, 80), part(60, end)],
        vec![part(0, 10), part(5, 20), part(60, end), part(15, 65)],
    ];
    for order in orders {
        let mut wire = Wire::new();
        wire.syn();
        for (sequence, payload) in &order {
            wire.client(*sequence, payload);
        }
        let lines = decoded(&wire.pcap());
        assert_eq!(story(&lines), expected, "{order:?}");
    }
}

#[test]
fn sequence_numbers_wrap_around() {
    let stream = [open_req(), heartbeat(1), heartbeat(2)].concat();
    let start = u32::MAX - 20;
    let mut wire = Wire::new();
    wire.send(CLIENT, SERVER, start.wrapping_sub(1), SYN, &[]);
    for at in [0, 48, 24] {
        let end = (at + 24).min(stream.len());
        wire.client(start.wrapping_add(at as u32), &stream[at..end]);
    }
    wire.client(start.wrapping_add(72), &stream[72..]);
    assert_eq!(story(&decoded(&wire.pcap())), ["client OPEN_REQ", "client HEARTBEAT_REQ", "client HEARTBEAT_REQ"]);
}

#[test]
fn connections_are_told_apart_and_others_are_ignored() {
    let other = ([10, 0, 0, 8], 50_001);
    let web = ([10, 0, 0, 9], 443);
    let mut wire = Wire::new();
    wire.client(1000, &open_req()).send(other, SERVER, 70, 0, &open_req());
    wire.send(CLIENT, web, 1, 0, b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n").send(web, CLIENT, 1, 0, b"HTTP/1.1 200 OK\r\n\r\n 123");
    wire.send(SERVER, other, 90, 0, &open_conf()).server(5000, &open_conf());
    let lines = decoded(&wire.pcap());
    let seen: Vec<_> = lines.iter().map(|line| (line["connection"].as_u64().unwrap(), line["from"].as_str().unwrap())).collect();
    assert_eq!(seen, [(1, "client"), (2, "client"), (2, "server"), (1, "server")]);
    assert_eq!(lines[2]["client"], "10.0.0.8:50001");
}

#[test]
fn the_server_is_known_by_who_receives_the_open_request() {
    let server = ([10, 0, 0, 1], 9000);
    let mut wire = Wire::new();
    let (first, second) = (open_req()[..9].to_vec(), open_req()[9..].to_vec());
    wire.send(CLIENT, server, 1000, 0, &first).send(CLIENT, server, 1009, 0, &second).send(server, CLIENT, 5000, 0, &open_conf());
    assert_eq!(story(&decoded(&wire.pcap())), SESSION[..2]);
}

#[test]
fn the_server_is_known_by_its_port_when_that_is_named() {
    let server = ([10, 0, 0, 1], 9000);
    let mut wire = Wire::new();
    wire.send(CLIENT, server, 1000, 0, &heartbeat(1)).send(server, CLIENT, 5000, 0, &heartbeat_conf(1));
    assert_eq!(decoded(&wire.pcap()), Vec::<Value>::new(), "nothing tells that this is a CTI session");
    let options = DecodeOptions { server_port: Some(9000), ..DecodeOptions::default() };
    assert_eq!(story(&run(&options, &wire.pcap()).0), ["client HEARTBEAT_REQ", "server HEARTBEAT_CONF"]);
}

#[test]
fn a_capture_may_begin_in_the_middle_of_a_session_and_of_a_frame() {
    let stream = [open_conf(), heartbeat_conf(1), heartbeat_conf(2)].concat();
    let mut wire = Wire::new();
    wire.server(5000 + 17, &stream[17..50]).server(5000 + 50, &stream[50..]);
    let (lines, summary) = run(&DecodeOptions::default(), &wire.pcap());
    assert_eq!(story(&lines), ["server HEARTBEAT_CONF", "server HEARTBEAT_CONF"]);
    assert_eq!(summary.exit_code(), 0, "what was before the capture is not missing from it");
}

#[test]
fn a_lost_segment_costs_its_frames_and_no_more() {
    let mut wire = Wire::new();
    wire.syn().client(1000, &open_req());
    let at = 1000 + open_req().len() as u32;
    // The segment at `at` is lost and the stream goes on, far enough for it to be given up.
    let later: Vec<u8> = (0..2000).flat_map(|number| heartbeat(number as u8)).collect();
    for (number, piece) in later.chunks(500).enumerate().skip(1) {
        wire.client(at + 500 * number as u32, piece);
    }
    let (lines, summary) = run(&DecodeOptions::default(), &wire.pcap());
    let told = story(&lines);
    assert_eq!(told[..2], ["client OPEN_REQ", "client ! frame_truncated"]);
    assert_eq!(lines[1]["error"]["offset"], open_req().len());
    // 500 bytes were lost: 41 whole heartbeats and 8 bytes of one.
    assert_eq!(told.iter().filter(|line| *line == "client HEARTBEAT_REQ").count(), 2000 - 42);
    assert_eq!(summary.exit_code(), 2);
}

#[test]
fn packets_cut_when_captured_are_holes() {
    let mut wire = Wire::new();
    wire.syn().client(1000, &open_req());
    let at = 1000 + open_req().len() as u32;
    wire.client(at, &[heartbeat(1), heartbeat(2)].concat()).client(at + 24, &[heartbeat(3), heartbeat(4)].concat());
    let cut = wire.packets[3].len() - 6;
    wire.packets[3].truncate(cut);
    let told = story(&decoded(&wire.pcap()));
    assert_eq!(
        told,
        ["client OPEN_REQ", "client HEARTBEAT_REQ", "client ! frame_truncated", "client HEARTBEAT_REQ", "client HEARTBEAT_REQ"]
    );
}

#[test]
fn a_connection_that_ends_inside_a_frame_is_reported_and_its_ports_may_be_used_again() {
    let mut wire = session();
    let at = 1000 + open_req().len() as u32 + 12;
    wire.client(at, &heartbeat(9)[..7]).send(CLIENT, SERVER, at + 7, RST, &[]);
    wire.client(at, &heartbeat(9)[..7]); // a late copy is no new connection
    wire.send(CLIENT, SERVER, 77_000, SYN, &[]).client(77_001, &open_req()).send(
        CLIENT,
        SERVER,
        77_001 + open_req().len() as u32,
        FIN,
        &[],
    );
    let lines = decoded(&wire.pcap());
    let told = story(&lines);
    assert_eq!(told[..4], SESSION);
    assert_eq!(told[4..], ["client ! frame_truncated", "client OPEN_REQ"]);
    assert_eq!(lines[5]["connection"], 2);
}

#[test]
fn a_capture_that_is_cut_or_damaged_is_read_as_far_as_it_goes() {
    for file in [session().pcap(), pcapng(&session().packets, false)] {
        for length in 0..file.len() {
            decode(&DecodeOptions::default(), &file[..length], Vec::new()).unwrap();
        }
        let (lines, summary) = run(&DecodeOptions::default(), &file[..file.len() - 5]);
        assert_eq!(story(&lines)[..3], SESSION[..3]);
        assert_eq!(lines[3]["error"]["kind"], "frame_truncated");
        assert_eq!(summary.exit_code(), 2);
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0xff;
            let text = DecodeOptions { format: Format::Text, ..DecodeOptions::default() };
            decode(&text, &damaged[..], Vec::new()).unwrap();
        }
    }
}

#[test]
fn encode_gives_the_streams_of_a_capture_back() {
    let mut lines = Vec::new();
    decode(&DecodeOptions::default(), &session().pcap()[..], &mut lines).unwrap();
    let mut bytes = Vec::new();
    encode(&EncodeOptions::default(), &lines[..], &mut bytes, Vec::new()).unwrap();
    assert_eq!(bytes, [open_req(), open_conf(), heartbeat(2), heartbeat_conf(2)].concat());
}
