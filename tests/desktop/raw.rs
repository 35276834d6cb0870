//! A websocket client that does only what it is told: it answers no ping and reads when asked.

#![allow(dead_code)] // each test program uses its part of it

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{contract, soon};

/// Opcodes of RFC 6455.
pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;

pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
    pub(crate) head: String,
}

impl Raw {
    /// Asks for the upgrade; further header lines end with CR LF each.
    pub(crate) async fn connect(address: SocketAddr, headers: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /mediabar/v1 HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        soon("the answer to the upgrade", async {
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
        })
        .await;
        Self { stream, head: String::from_utf8(head).unwrap() }
    }

    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) async fn send(&mut self, opcode: u8, payload: &[u8]) {
        self.stream.write_all(&frame(0x80 | opcode, payload)).await.unwrap();
    }

    /// The next frame: opcode and payload. `None` when the stream ends.
    pub(crate) async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let first = self.stream.read_u8().await.ok()?;
        let length = match self.stream.read_u8().await.ok()? {
            126 => self.stream.read_u16().await.ok()?.into(),
            127 => self.stream.read_u64().await.ok()?,
            short => short.into(),
        };
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut payload).await.ok()?;
        if first & 0x0f == TEXT {
            match serde_json::from_slice(&payload) {
                Ok(message) => contract::check_from_server(&message).unwrap_or_else(|problem| panic!("{problem}")),
                // Valid JSON that this reader has limits for (too deep, too large, half a surrogate pair) is repeated as it was.
                Err(error) => {
                    let is_ours = ["recursion limit", "number out of range", "hex escape", "surrogate"]
                        .iter()
                        .any(|limit| error.to_string().contains(limit));
                    assert!(is_ours, "what the server says is no JSON: {error}");
                }
            }
        }
        Some((first & 0x0f, payload))
    }

    /// Reads until the close; its code, and how many pings came before.
    pub(crate) async fn closed(&mut self) -> (Option<u16>, usize) {
        let mut pings = 0;
        soon("the close", async {
            loop {
                match self.next().await {
                    Some((CLOSE, payload)) => return (Some(u16::from_be_bytes([payload[0], payload[1]])), pings),
                    Some((PING, _)) => pings += 1,
                    Some(_) => {}
                    None => return (None, pings),
                }
            }
        })
        .await
    }
}

/// A client's frame; the mask is zero, which is a mask.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
        middle @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(long).unwrap().to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}
