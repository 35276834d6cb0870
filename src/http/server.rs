//! Listening and serving: a deep listen queue, bounds on connections and open files, little patience for slow headers, a
//! graceful end.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tower_service::Service;

use super::connection::Placed;
use super::tls::Tls;
use crate::network::Scheme;
use crate::telemetry::Telemetry;

/// Connections that may wait to be accepted: after a restart all desktops come back within a second.
const BACKLOG: u32 = 4_096;
/// Longest header block.
const MAX_HEADER: usize = 16 * 1024;
/// Most header lines.
const MAX_HEADERS: usize = 64;
/// A peer that acknowledges nothing for so long is gone.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// Why a port cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct BindError {
    /// As configured.
    pub address: String,
    /// Why.
    pub source: io::Error,
}

/// A port's name for metrics, and its protection.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// `desktops` or `admin`.
    pub port: &'static str,
    /// Connections at once, websockets not counted; more wait in the listen queue.
    pub max_connections: usize,
    /// For a request's headers to arrive, and for a next request on the same connection.
    pub header_timeout: Duration,
    /// Files that connections may hold open, websockets among them; one more is answered 503. What is above it is the
    /// reserve of the CTI sessions, the log and the store.
    pub max_files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { port: "desktops", max_connections: 4_096, header_timeout: Duration::from_secs(10), max_files: Semaphore::MAX_PERMITS }
    }
}

/// Listens on `host:port`; port 0 takes any free one.
///
/// # Errors
/// The name has no address, or the port is taken.
pub async fn bind(address: &str) -> Result<TcpListener, BindError> {
    listen(address).await.map_err(|source| BindError { address: address.to_owned(), source })
}

async fn listen(address: &str) -> io::Result<TcpListener> {
    let address = lookup_host(address).await?.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves `router` until `stop`; then ends idle connections, and the others after their request.
pub fn serve(listener: TcpListener, router: Router, limits: Limits, telemetry: Arc<Telemetry>, stop: CancellationToken) -> JoinHandle<()> {
    serve_with(listener, router, None, limits, telemetry, stop)
}

/// [`serve`] in TLS, if there is any.
pub fn serve_with(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<Tls>>,
    limits: Limits,
    telemetry: Arc<Telemetry>,
    stop: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let permits = Arc::new(Semaphore::new(limits.max_connections));
        let files = Arc::new(Semaphore::new(limits.max_files.min(Semaphore::MAX_PERMITS)));
        let mut connections = JoinSet::new();
        loop {
            let next = async {
                // The semaphore is never closed.
                let permit = Arc::clone(&permits).acquire_owned().await.ok();
                (permit, listener.accept().await)
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(_) = connections.join_next() => {}
                (permit, accepted) = next => match accepted {
                    Ok((stream, peer)) => {
                        let Ok(place) = Arc::clone(&files).try_acquire_owned() else {
                            telemetry.http.refused(limits.port, "files");
                            refuse(&stream, tls.is_some());
                            continue;
                        };
                        let (router, telemetry, stop, tls) = (router.clone(), Arc::clone(&telemetry), stop.clone(), tls.clone());
                        connections.spawn(async move {
                            let _count = telemetry.http.opened(limits.port);
                            prepare(&stream);
                            match tls {
                                None => connection(Placed::new(stream, Some(place)), Scheme::Http, peer, router, limits, stop).await,
                                Some(tls) => match tls.accept(stream, limits.header_timeout).await {
                                    Ok(stream) => {
                                        connection(Placed::new(stream, Some(place)), Scheme::Https, peer, router, limits, stop).await;
                                    }
                                    Err(reason) => telemetry.http.no_handshake(limits.port, peer.ip(), &reason),
                                },
                            }
                            drop(permit);
                        });
                    }
                    Err(e) => {
                        if !is_of_one_connection(&e) {
                            telemetry.http.not_accepted(limits.port, &e);
                            // Trying at once would only burn time.
                            tokio::time::sleep(Duration::from_millis(100)).await;
                        }
                    }
                },
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    })
}

fn is_of_one_connection(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused)
}

/// Says that there is no room, as far as that can be said without waiting.
fn refuse(stream: &TcpStream, is_tls: bool) {
    const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n";
    if !is_tls {
        let _ = stream.try_write(NO_ROOM); // who does not hear it sees the connection go
    }
    let _ = socket2::SockRef::from(stream).shutdown(std::net::Shutdown::Write);
}

fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(UNACKNOWLEDGED));
}

async fn connection<S>(stream: Placed<S>, scheme: Scheme, peer: SocketAddr, router: Router, limits: Limits, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(scheme);
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(MAX_HEADER)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER)
        .half_close(false)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // Broken connections are their clients' business.
            _ = connection.as_mut() => return,
            () = stop.cancelled(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
