//! The least HTTP client that a test needs: one request, one answer, connection closed.

#![allow(dead_code)] // each test program uses its part of it

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// Sends bytes and reads until the server closes.
pub(crate) async fn raw(address: SocketAddr, request: &str) -> Response {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut bytes)).await.expect("the answer comes in time").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head: head.to_owned(), body: body.to_owned() }
}

/// Sends bytes and reads no further than the status.
pub(crate) async fn status(address: SocketAddr, request: &str) -> u16 {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    timeout(DEADLINE, stream.read_exact(&mut start)).await.expect("the answer comes in time").unwrap();
    String::from_utf8_lossy(&start)[9..].parse().unwrap()
}

/// A request without a body; `headers` are whole lines.
pub(crate) async fn request(address: SocketAddr, method: &str, path: &str, headers: &str) -> Response {
    raw(address, &format!("{method} {path} HTTP/1.1\r\nHost: bar.example:8188\r\nConnection: close\r\n{headers}\r\n")).await
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Response {
    request(address, "GET", path, "").await
}

/// A request with a JSON body.
pub(crate) async fn send_json(address: SocketAddr, method: &str, path: &str, body: &serde_json::Value) -> Response {
    let body = body.to_string();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: bar.example:8188\r\nConnection: close\r\nContent-Type: application/json\r\n");
    raw(address, &format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
}
