//! What our fan-out is compared with: a bare axum websocket with a read buffer of 4 KiB, a queue for each client, one send
//! for each message. It gets the same feed (number of the desktop and stamp in six bytes) and sends the same bytes, without
//! doing anything for them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, Utf8Bytes, WebSocketUpgrade};
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc;

const QUEUE: usize = 64;
const BUFFER: usize = 4 * 1024;

/// Serves until the feed ends. `text` is an event with a stamp of five digits at `stamp_at`.
pub(crate) fn serve(port: u16, feed: u16, text: &str, stamp_at: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(port, feed, text, stamp_at));
}

async fn run(port: u16, feed: u16, text: &str, stamp_at: usize) {
    let clients: Arc<Mutex<Vec<mpsc::Sender<Bytes>>>> = Arc::default();
    let registry = clients.clone();
    let app = Router::new().route(
        "/",
        get(move |upgrade: WebSocketUpgrade| async move {
            upgrade.read_buffer_size(BUFFER).write_buffer_size(BUFFER).on_upgrade(move |mut websocket| async move {
                let (sender, mut queue) = mpsc::channel(QUEUE);
                registry.lock().unwrap().push(sender);
                loop {
                    tokio::select! {
                        bytes = queue.recv() => {
                            let Some(bytes) = bytes else { break };
                            let text = Utf8Bytes::try_from(bytes).unwrap();
                            if websocket.send(Message::Text(text)).await.is_err() {
                                break;
                            }
                        }
                        message = websocket.recv() => if !matches!(message, Some(Ok(_))) { break },
                    }
                }
            })
        }),
    );
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(([127, 0, 0, 1], port).into()).unwrap();
    let listener = socket.listen(4096).unwrap().tap_io(|stream| drop(stream.set_nodelay(true)));
    let feed = TcpListener::bind(("127.0.0.1", feed)).await.unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let (mut feed, _) = feed.accept().await.unwrap();
    let mut senders: Vec<mpsc::Sender<Bytes>> = Vec::new();
    let mut input = vec![0; 64 * 1024];
    let mut have = 0;
    loop {
        let Ok(count @ 1..) = feed.read(&mut input[have..]).await else { return };
        have += count;
        let whole = have / 6 * 6;
        for record in input[..whole].chunks_exact(6) {
            let n = usize::try_from(u32::from_be_bytes(record[..4].try_into().unwrap())).unwrap();
            let stamp = u16::from_be_bytes(record[4..].try_into().unwrap());
            if n >= senders.len() {
                senders.clone_from(&clients.lock().unwrap());
            }
            let mut bytes = text.as_bytes().to_vec();
            let mut rest = stamp;
            for digit in bytes[stamp_at..stamp_at + 5].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            let _ = senders[n].send(bytes.into()).await;
        }
        input.copy_within(whole..have, 0);
        have -= whole;
    }
}
