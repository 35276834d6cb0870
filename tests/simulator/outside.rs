//! Two programs of other authors, byte by byte: nothing of ours but the socket. What they ask and what they rely on is taken
//! from captures of the real ones.

use std::net::SocketAddr;

use ctibridge::simulator::world::PhoneAction;
use ctibridge::simulator::{Command, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::DEADLINE;
use crate::{call, settings, start};

/// A client that knows numbers and widths, no declarations.
struct Raw {
    stream: TcpStream,
    /// Bytes of a tag, and of a length: 1 up to version 19, 2 from 20 on.
    width: usize,
    invoke: u32,
}

/// A message: number, body.
type Frame = (u32, Vec<u8>);

fn u16_at(body: &[u8], at: usize) -> u16 {
    u16::from_be_bytes(body[at..at + 2].try_into().unwrap())
}

fn u32_at(body: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(body[at..at + 4].try_into().unwrap())
}

impl Raw {
    async fn connect(address: SocketAddr, width: usize) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), width, invoke: 1 }
    }

    async fn send(&mut self, hex: &str) {
        let digits: Vec<u8> = hex.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_digit(16).unwrap() as u8).collect();
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        assert_eq!(u32_at(&bytes, 0) as usize + 8, bytes.len(), "the header's length is right");
        self.stream.write_all(&bytes).await.unwrap();
    }

    /// A request with a body of the fixed part behind InvokeID, and texts with their zero byte by tag.
    async fn ask(&mut self, number: u32, fixed: &str, texts: &[(u16, &str)]) -> u32 {
        self.invoke += 1;
        let mut body = format!("{:08x}{}", self.invoke, fixed.replace(' ', ""));
        for (tag, text) in texts {
            let (tag, length) = (usize::from(*tag), text.len() + 1);
            body += &format!("{tag:0w$x}{length:0w$x}", w = self.width * 2);
            body += &text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
            body += "00";
        }
        self.send(&format!("{:08x}{number:08x}{body}", body.len() / 2)).await;
        self.invoke
    }

    async fn frame(&mut self) -> Frame {
        let read = async {
            let mut header = [0; 8];
            self.stream.read_exact(&mut header).await.unwrap();
            let mut body = vec![0; u32_at(&header, 0) as usize];
            self.stream.read_exact(&mut body).await.unwrap();
            (u32_at(&header, 4), body)
        };
        tokio::time::timeout(DEADLINE, read).await.expect("something comes in time")
    }

    async fn until(&mut self, number: u32) -> Vec<u8> {
        loop {
            let (got, body) = self.frame().await;
            if got == number {
                return body;
            }
        }
    }

    /// Everything that came before the answer to a heartbeat.
    async fn said(&mut self) -> Vec<Frame> {
        let invoke = self.ask(5, "", &[]).await;
        let mut frames = Vec::new();
        loop {
            let frame = self.frame().await;
            if frame.0 == 6 && u32_at(&frame.1, 0) == invoke {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// Tags and data of the floating part that begins at `at`.
    fn fields(&self, body: &[u8], mut at: usize) -> Vec<(u16, Vec<u8>)> {
        let mut fields = Vec::new();
        let word = |at: usize| if self.width == 1 { u16::from(body[at]) } else { u16_at(body, at) };
        while at < body.len() {
            let (tag, length) = (word(at), usize::from(word(at + self.width)));
            at += 2 * self.width;
            fields.push((tag, body[at..at + length].to_vec()));
            at += length;
        }
        assert_eq!(at, body.len(), "the floating part ends where the message does");
        fields
    }
}

fn text(fields: &[(u16, Vec<u8>)], tag: u16) -> String {
    let data = &fields.iter().find(|(known, _)| *known == tag).unwrap_or_else(|| panic!("tag {tag} is missing")).1;
    let (zero, text) = data.split_last().unwrap();
    assert_eq!(*zero, 0, "texts end with one zero byte");
    String::from_utf8(text.to_vec()).unwrap()
}

const AGENT_ID: u16 = 5;
const AGENT_EXTENSION: u16 = 4;
const SKILL_GROUP_ID: u16 = 63;
const DIRECTION: u16 = 244;
const CONNECTION_DEVICE: u16 = 25;

async fn press(running: &Running, device: &str, action: PhoneAction) {
    running.handle().control(Command::Phone(device.to_owned(), action)).await.unwrap();
}

async fn put(running: &Running, agent: &str, state: &str) {
    running.handle().control(Command::Agent(agent.to_owned(), state.to_owned(), None)).await.unwrap();
}

#[tokio::test]
async fn a_bridge_of_version_24_learns_its_agents_and_follows_their_states_and_calls() {
    let running = start(settings()).await;
    let mut bridge = Raw::connect(running.side_a, 2).await;
    // DEBUG | SUPERVISOR | ALL_EVENTS | CLIENT_CONTROL, all call events, IdleTimeout 100; the password is ours.
    bridge
        .send(
            "00000050 00000003 00000001 00000018 00000064 00001388 80000094 ffffffff 00003fff 00000000 00000000 00000000 00000000 \
             | 0001 000d 63746d6f6e69746f725f727300 | 0002 000f 73656372657420706173737764 2100",
        )
        .await;
    let (number, conf) = bridge.frame().await;
    assert_eq!((number, u32_at(&conf, 0), u32_at(&conf, 4)), (4, 1, 0x8000_0094), "OPEN_CONF grants all of it");
    assert_eq!((u32_at(&conf, 12), u16_at(&conf, 20), u16_at(&conf, 22)), (0, 1, 17), "PGStatus, PeripheralOnline, PeripheralType");
    assert_eq!(u16_at(&conf, 30), 1, "an active server");
    bridge.fields(&conf, 32);
    // The agents are known from AGENT_TEAM_CONFIG_EVENT alone.
    let mut agents = Vec::new();
    loop {
        let (number, body) = bridge.frame().await;
        if number != 128 {
            assert_eq!(number, 31, "SYSTEM_EVENT follows the teams");
            break;
        }
        let ids = bridge.fields(&body, 16).into_iter().filter(|(tag, _)| *tag == 86);
        agents.extend(ids.map(|(_, id)| String::from_utf8(id[..id.len() - 1].to_vec()).unwrap()));
    }
    agents.sort();
    agents.dedup();
    assert_eq!(agents.len(), 20);
    for agent in &agents {
        let invoke = bridge.ask(36, "00001388 00000001 00000000", &[(AGENT_ID, agent)]).await;
        let conf = bridge.until(37).await;
        assert_eq!((u32_at(&conf, 0), u16_at(&conf, 4)), (invoke, 1), "signed out");
        let fields = bridge.fields(&conf, 34);
        assert_eq!(text(&fields, AGENT_ID), *agent);
        assert!(!text(&fields, AGENT_EXTENSION).is_empty());
        assert!(fields.iter().any(|(tag, _)| *tag == SKILL_GROUP_ID));
    }
    // Every state event has the three fields it takes for granted, whatever the agent does.
    put(&running, "1001", "AVAILABLE").await;
    let id = call(&running, "+41445550123", "1001").await;
    press(&running, "3001", PhoneAction::Answer).await;
    press(&running, "3001", PhoneAction::Hold).await;
    press(&running, "3001", PhoneAction::Retrieve).await;
    press(&running, "3001", PhoneAction::Hangup).await;
    put(&running, "1001", "LOGOUT").await;
    let frames = bridge.said().await;
    let mut states = Vec::new();
    for (_, body) in frames.iter().filter(|(number, _)| *number == 30) {
        let fields = bridge.fields(body, 62);
        assert_eq!((text(&fields, AGENT_ID), text(&fields, AGENT_EXTENSION)), ("1001".to_owned(), "3001".to_owned()));
        assert!(fields.iter().any(|(tag, data)| *tag == DIRECTION && data.len() == 4), "{fields:?}");
        states.push(u16_at(body, 30));
    }
    // LOGIN, NOT_READY, AVAILABLE, RESERVED, TALKING, HOLD, TALKING, WORK_READY, NOT_READY, LOGOUT.
    assert_eq!(states, [0, 2, 3, 8, 4, 10, 4, 6, 2, 1]);
    let begin = frames.iter().find(|(number, _)| *number == 23).unwrap();
    assert_eq!(u32_at(&begin.1, 20), id, "ConnectionCallID");
    let numbers: Vec<u32> = frames.iter().map(|(number, _)| *number).filter(|number| !matches!(number, 30 | 116 | 117)).collect();
    // PRE_CALL, BEGIN, DELIVERED, ESTABLISHED, HELD, RETRIEVED, CONNECTION_CLEARED of both, CLEARED, END.
    assert_eq!(numbers, [105, 23, 9, 10, 11, 12, 14, 13, 24]);
    // It may also control: the agent signs in by it and calls.
    bridge.ask(38, "00001388 0000 0000 0000 0000 00 00000000", &[(6, "3002"), (AGENT_ID, "1002"), (153, "1234")]).await;
    let (number, _) = bridge.frame().await;
    assert!(number == 35 || number == 39, "an answer comes, whatever tag it takes for the password");
    running.shutdown().await;
}

#[tokio::test]
async fn a_recorder_of_version_14_gets_exactly_the_events_it_asked_for() {
    let running = start(settings()).await;
    let mut recorder = Raw::connect(running.side_a, 1).await;
    // Peripheral and idle timeout all ones; the empty password is one zero byte.
    recorder
        .send(
            "00000035 00000003 00000001 0000000e ffffffff ffffffff 00000012 0060637c 00000018 0000001f 00000000 00000000 00000000 \
             | 0104 52545000 | 0201 00",
        )
        .await;
    let (number, conf) = recorder.frame().await;
    assert_eq!((number, u32_at(&conf, 0), u32_at(&conf, 4)), (4, 1, 0x12));
    recorder.fields(&conf, 26);
    let (number, system) = recorder.frame().await;
    assert_eq!((number, u32_at(&system, 8), u32_at(&system, 12)), (31, 3, 5000), "no teams: its mask leaves them out");
    put(&running, "1001", "AVAILABLE").await;
    let id = call(&running, "+41445550123", "1001").await;
    press(&running, "3001", PhoneAction::Answer).await;
    press(&running, "3001", PhoneAction::Hold).await;
    press(&running, "3001", PhoneAction::Retrieve).await;
    press(&running, "3001", PhoneAction::Hangup).await;
    let frames = recorder.said().await;
    let numbers: Vec<u32> = frames.iter().map(|(number, _)| *number).collect();
    // AVAILABLE; BEGIN (no pre-call, no delivered); ESTABLISHED, RTP started in and out, TALKING; HELD, RTP stopped twice;
    // RETRIEVED, RTP started twice, TALKING; the end. RESERVED, HOLD and WORK_READY are not in its mask.
    assert_eq!(
        numbers.iter().filter(|number| !matches!(number, 116 | 117)).copied().collect::<Vec<_>>(),
        [30, 23, 10, 30, 11, 12, 30, 14, 13, 24]
    );
    assert_eq!(numbers.iter().filter(|number| **number == 116).count(), 4);
    assert_eq!(numbers.iter().filter(|number| **number == 117).count(), 4);
    for (_, body) in frames.iter().filter(|(number, _)| *number == 30) {
        assert!(matches!(u16_at(body, 30), 3 | 4), "AVAILABLE or TALKING");
        assert_eq!(text(&recorder.fields(body, 58), AGENT_ID), "1001");
    }
    let begin = &frames.iter().find(|(number, _)| *number == 23).unwrap().1;
    let fields = recorder.fields(begin, 26);
    assert_eq!((u32_at(begin, 20), text(&fields, CONNECTION_DEVICE)), (id, "3001".to_owned()));
    // The stream's end that it would record: port, and the agent's ids.
    let rtp = &frames.iter().find(|(number, _)| *number == 116).unwrap().1;
    assert!(u32_at(rtp, 8) >= 1024, "ClientPort");
    running.shutdown().await;
}
