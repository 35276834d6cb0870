//! How a connection to a CTI Server comes about: names to addresses, addresses to a socket with the options that the
//! reference asks for.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::pki_types::ServerName;
use socket2::{Domain, Protocol, Socket, TcpKeepalive, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::session::Session;
use super::settings::{Endpoint, Settings, Tls};
use crate::tls;

/// Makes connections. A dial that is no longer wanted is dropped.
pub trait Dial: Send + Sync + 'static {
    /// A connection. Dropping it must abort it, not drain it.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Connects; there is a time limit from outside.
    fn dial(&self, endpoint: &Endpoint) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// Turns a name into addresses.
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of the endpoint, best first. Must not block the thread.
    fn resolve(&self, endpoint: &Endpoint) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;
}

/// The operating system's resolver, which works on threads of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    async fn resolve(&self, endpoint: &Endpoint) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((endpoint.host(), endpoint.port())).await?.collect())
    }
}

/// Plain TCP.
#[derive(Debug)]
pub struct TcpDialer<R = SystemResolver> {
    resolver: R,
    /// For a name to be resolved; then the last good address is used.
    resolve_timeout: Duration,
    /// For one of several addresses, so that a dead one leaves time for the next.
    address_timeout: Duration,
    /// Data of ours may stay unacknowledged for so long.
    user_timeout: Duration,
    last_good: Mutex<HashMap<Endpoint, SocketAddr>>,
}

impl TcpDialer<SystemResolver> {
    /// With the system's resolver.
    pub fn new(settings: &Settings) -> Self {
        Self::with_resolver(settings, SystemResolver)
    }
}

impl<R: Resolve> TcpDialer<R> {
    /// With a resolver of one's own.
    pub fn with_resolver(settings: &Settings, resolver: R) -> Self {
        Self {
            resolver,
            resolve_timeout: settings.connect_timeout / 3,
            address_timeout: settings.connect_timeout / 3,
            user_timeout: Session::silence_allowed(settings),
            last_good: Mutex::default(),
        }
    }

    /// The addresses to try: what the resolver says, the last good one first; only that one if the resolver fails.
    async fn addresses(&self, endpoint: &Endpoint) -> io::Result<Vec<SocketAddr>> {
        let last_good = self.last_good().get(endpoint).copied();
        let resolved = match timeout(self.resolve_timeout, self.resolver.resolve(endpoint)).await {
            Ok(result) => result,
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the name was not resolved in time")),
        };
        match (resolved, last_good) {
            (Ok(mut addresses), last_good) if !addresses.is_empty() => {
                if let Some(at) = last_good.and_then(|good| addresses.iter().position(|address| *address == good)) {
                    addresses.swap(0, at);
                }
                Ok(addresses)
            }
            (_, Some(good)) => Ok(vec![good]),
            (Ok(_), None) => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address")),
            (Err(error), None) => Err(error),
        }
    }

    fn last_good(&self) -> std::sync::MutexGuard<'_, HashMap<Endpoint, SocketAddr>> {
        self.last_good.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Resolve> Dial for TcpDialer<R> {
    type Stream = TcpStream;

    async fn dial(&self, endpoint: &Endpoint) -> io::Result<TcpStream> {
        let addresses = self.addresses(endpoint).await?;
        let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        let last = addresses.len().saturating_sub(1);
        for (at, address) in addresses.into_iter().enumerate() {
            let connecting = async { socket(address, self.user_timeout)?.connect(address).await };
            let connected = if at == last {
                connecting.await
            } else {
                let late = || Err(io::Error::new(io::ErrorKind::TimedOut, "the address does not answer"));
                timeout(self.address_timeout, connecting).await.unwrap_or_else(|_| late())
            };
            match connected {
                Ok(stream) => {
                    self.last_good().insert(endpoint.clone(), address);
                    return Ok(stream);
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// TLS over TCP, and nothing else: what cannot be had with TLS is not had.
pub struct TlsDialer<R = SystemResolver> {
    tcp: TcpDialer<R>,
    connect_timeout: Duration,
    handshake_timeout: Duration,
    connector: TlsConnector,
    names: HashMap<Endpoint, ServerName<'static>>,
}

impl TlsDialer<SystemResolver> {
    /// With the system's resolver.
    pub fn new(settings: &Settings, tls: &Tls) -> Self {
        Self::with_resolver(settings, tls, SystemResolver)
    }
}

impl<R: Resolve> TlsDialer<R> {
    /// With a resolver of one's own.
    pub fn with_resolver(settings: &Settings, tls: &Tls, resolver: R) -> Self {
        let side_b = settings.side_b.clone().map(|endpoint| (endpoint, tls.server_name_b.clone()));
        Self {
            tcp: TcpDialer::with_resolver(settings, resolver),
            connect_timeout: settings.connect_timeout,
            handshake_timeout: tls.handshake_timeout,
            connector: TlsConnector::from(Arc::clone(&tls.config)),
            names: [(settings.side_a.clone(), tls.server_name_a.clone())].into_iter().chain(side_b).collect(),
        }
    }
}

impl<R: Resolve> Dial for TlsDialer<R> {
    type Stream = TlsStream<TcpStream>;

    async fn dial(&self, endpoint: &Endpoint) -> io::Result<Self::Stream> {
        let late = |what| io::Error::new(io::ErrorKind::TimedOut, what);
        let Some(name) = self.names.get(endpoint).cloned() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no name is known that its certificate must be for"));
        };
        let stream = timeout(self.connect_timeout, self.tcp.dial(endpoint))
            .await
            .unwrap_or_else(|_| Err(late("no connection within the connect time-out")))?;
        timeout(self.handshake_timeout, self.connector.connect(name, stream))
            .await
            .unwrap_or_else(|_| Err(late("the server does not go on with the TLS handshake")))
            .map_err(|error| match tls::reason_of(&error) {
                Some(_) => error,
                None => io::Error::new(error.kind(), format!("TLS handshake: {error}")),
            })
    }
}

/// A socket as the reference wants it: messages leave at once, closing resets. Beyond that the system watches the
/// connection too, so that a dead peer is noticed even where our own heartbeats cannot leave any more.
fn socket(address: SocketAddr, user_timeout: Duration) -> io::Result<TcpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_linger(Some(Duration::ZERO))?;
    let probe = (user_timeout / 3).max(Duration::from_secs(1));
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(probe).with_interval(probe).with_retries(3))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(user_timeout.max(Duration::from_secs(1))))?;
    Ok(TcpSocket::from_std_stream(socket.into()))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Answers what it was told, once each; then fails.
    struct Scripted(Mutex<Vec<SocketAddr>>);

    impl Resolve for Scripted {
        async fn resolve(&self, _: &Endpoint) -> io::Result<Vec<SocketAddr>> {
            self.0.lock().unwrap().pop().map(|address| vec![address]).ok_or_else(|| io::Error::other("the resolver is down"))
        }
    }

    #[tokio::test]
    async fn sockets_have_the_options_the_reference_asks_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dialer = TcpDialer::new(&Settings::default());
        let endpoint = listener.local_addr().unwrap().to_string().parse().unwrap();
        let stream = dialer.dial(&endpoint).await.unwrap();
        let socket = socket2::SockRef::from(&stream);
        assert!(socket.tcp_nodelay().unwrap());
        assert_eq!(socket.linger().unwrap(), Some(Duration::ZERO));
        assert!(socket.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(15)));
    }

    #[tokio::test]
    async fn the_last_good_address_is_kept_when_the_resolver_fails() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let dialer = TcpDialer::with_resolver(&Settings::default(), Scripted(Mutex::new(vec![address])));
        let endpoint: Endpoint = "pg1a.invalid:42027".parse().unwrap();
        for _ in 0..2 {
            assert_eq!(dialer.dial(&endpoint).await.unwrap().peer_addr().unwrap(), address);
        }
        let unknown: Endpoint = "pg1b.invalid:43027".parse().unwrap();
        assert_eq!(dialer.dial(&unknown).await.unwrap_err().to_string(), "the resolver is down");
    }
}
