//! The websocket: upgrade, one task for each socket, frames in, batches out.
//!
//! The task knows nothing of what the texts mean. It keeps the limits of the transport: size, rate, liveness, and how long
//! a write may take.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::SinkExt;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

use super::hub::{Input, SocketId};
use super::origin;
use super::outbox::{Batch, CloseCode, Outbox, Text, Texts};
use super::settings::{Limits, Settings};
use super::tccc;
use crate::auth::limit::TokenBucket;
use crate::network::Scheme;
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// Where the websocket is.
pub const PATH: &str = "/mediabar/v1";
/// The sub-protocol that clients may ask for.
pub const SUBPROTOCOL: &str = "ctibridge.mediabar.v1";

/// The library's default of 128 KiB for each direction costs 17 times the memory and half of the throughput.
/// Requests are short; the library clears what it has of this for every look at the socket.
const READ_BUFFER: usize = 1024;
/// The library keeps what the longest batch needed: five events or so in one write is most of what batching gives.
const WRITE_BUFFER: usize = 2 * 1024;
/// How long we wait for the other side's part of a close.
const CLOSE_WAIT: Duration = Duration::from_secs(2);
/// Pings that may stay without an answer.
const UNANSWERED_MAX: u32 = 2;

#[derive(Debug)]
struct Shared {
    hub: mpsc::Sender<Input>,
    /// For new sockets; the operator may change them.
    settings: watch::Receiver<Arc<Settings>>,
    telemetry: Arc<Telemetry>,
    clock: Clock,
    next: AtomicU64,
    open: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// The routes for desktops. Serve them with connect info, so that limits by address can work.
pub fn router(hub: mpsc::Sender<Input>, settings: watch::Receiver<Arc<Settings>>, telemetry: Arc<Telemetry>) -> Router {
    let shared = Shared {
        hub,
        settings,
        telemetry,
        clock: Clock::start(),
        next: AtomicU64::new(1),
        open: AtomicUsize::new(0),
        by_address: Mutex::default(),
    };
    Router::new().route(PATH, any(upgrade)).with_state(Arc::new(shared))
}

/// A place among the sockets that may be open at once.
struct Place {
    shared: Arc<Shared>,
    peer: IpAddr,
}

impl Place {
    fn take(shared: &Arc<Shared>, peer: IpAddr, limits: &Limits) -> Option<Self> {
        if shared.open.fetch_add(1, Ordering::Relaxed) >= limits.sockets {
            shared.open.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let mut by_address = shared.addresses();
        let count = by_address.entry(peer).or_default();
        *count += 1;
        let fits = *count <= limits.sockets_per_address;
        drop(by_address);
        // One that does not fit is given back at once.
        let place = Self { shared: shared.clone(), peer };
        fits.then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.open.fetch_sub(1, Ordering::Relaxed);
        let mut by_address = self.shared.addresses();
        if let Entry::Occupied(mut count) = by_address.entry(self.peer) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

impl Shared {
    /// Nothing that panics happens under this lock.
    fn addresses(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn upgrade(
    State(shared): State<Arc<Shared>>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    scheme: Option<axum::Extension<Scheme>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.0.ip());
    let settings = Arc::clone(&shared.settings.borrow());
    let scheme = scheme.map_or(Scheme::Http, |scheme| scheme.0);
    if !origin::is_allowed(&headers, scheme, &settings) {
        shared.telemetry.desktop.upgrade_refused(peer, "origin");
        return (StatusCode::FORBIDDEN, "this origin may not connect\n").into_response();
    }
    let Some(place) = Place::take(&shared, peer, &settings.limits) else {
        shared.telemetry.desktop.upgrade_refused(peer, "full");
        return (StatusCode::SERVICE_UNAVAILABLE, "no more desktops are taken\n").into_response();
    };
    let limits = settings.limits;
    upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(limits.message_bytes)
        .max_frame_size(limits.message_bytes)
        .on_upgrade(move |websocket| async move {
            Desktop::open(websocket, &place.shared, peer, limits).run().await;
            drop(place);
        })
}

/// One socket.
struct Desktop {
    id: SocketId,
    peer: IpAddr,
    websocket: WebSocket,
    outbox: Arc<Outbox>,
    shared: Arc<Shared>,
    limits: Limits,
    bucket: TokenBucket,
    ping: Interval,
    unanswered: u32,
    /// A rule was broken: nothing is read any more, what waits is still sent.
    is_deaf: bool,
    /// Set once the desktop has asked for the TCCC-style profile.
    profile: Option<Box<tccc::Desk>>,
}

impl Desktop {
    fn open(websocket: WebSocket, shared: &Arc<Shared>, peer: IpAddr, limits: Limits) -> Self {
        let mut ping = interval_at(Instant::now() + limits.ping_interval, limits.ping_interval);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            id: SocketId(shared.next.fetch_add(1, Ordering::Relaxed)),
            peer,
            websocket,
            outbox: Arc::new(Outbox::new(limits.outbox_messages, limits.outbox_bytes)),
            shared: shared.clone(),
            limits,
            bucket: TokenBucket::new(limits.requests_per_second, limits.request_burst, shared.clock.now().mono),
            ping,
            unanswered: 0,
            is_deaf: false,
            profile: None,
        }
    }

    async fn run(mut self) {
        let opened = Input::Opened { socket: self.id, peer: self.peer, outbox: self.outbox.clone() };
        if tell(&self.shared, opened).await.is_break() {
            return;
        }
        let _departure = Departure { socket: self.id, hub: self.shared.hub.clone() };
        while let ControlFlow::Continue(()) = self.step().await {}
    }

    async fn step(&mut self) -> ControlFlow<()> {
        tokio::select! {
            biased;
            batch = poll_fn(|cx| self.outbox.poll_take(cx)) => self.write(batch).await,
            message = self.websocket.recv(), if !self.is_deaf => match message {
                Some(Ok(message)) => self.read(message).await,
                Some(Err(error)) => match close_code(error.into_inner().as_ref()) {
                    Some(code) => self.broken(code, None).await,
                    None => ControlFlow::Break(()),
                },
                None => ControlFlow::Break(()),
            },
            _ = self.ping.tick() => self.ping().await,
        }
    }

    /// Closes after what waits.
    fn close(&self, code: CloseCode) {
        self.shared.telemetry.desktop.closing(self.id.0, code.number(), code.reason());
        self.outbox.close(code);
    }

    /// Has itself closed after everything that was asked before is answered.
    async fn broken(&mut self, code: CloseCode, excess: Option<Text>) -> ControlFlow<()> {
        self.is_deaf = true;
        tell(&self.shared, Input::Broken { socket: self.id, code, excess }).await
    }

    async fn read(&mut self, message: Message) -> ControlFlow<()> {
        self.unanswered = 0;
        #[cfg(test)]
        assert!(!matches!(&message, Message::Text(text) if text.as_str() == tests::FAULT), "simulated");
        match message {
            Message::Text(text) if self.bucket.take(self.shared.clock.now().mono) => self.frame(text).await,
            Message::Text(text) => self.broken(CloseCode::Rate, Some(text)).await,
            Message::Binary(_) => self.broken(CloseCode::Binary, None).await,
            // Answered by the library; a flood of them is no better than one of requests.
            Message::Ping(_) if !self.bucket.take(self.shared.clock.now().mono) => self.broken(CloseCode::Rate, None).await,
            // The answer to a close goes out with the next read.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => ControlFlow::Continue(()),
        }
    }

    /// A request, in the words of either profile.
    async fn frame(&mut self, text: Text) -> ControlFlow<()> {
        if self.profile.is_none() && tccc::Desk::is_wanted(&text) {
            let settings = self.shared.settings.borrow().tccc.clone();
            self.profile = Some(Box::new(tccc::Desk::new(settings)));
        }
        let Some(desk) = &mut self.profile else { return tell(&self.shared, Input::Frame { socket: self.id, text }).await };
        let out = desk.from_client(&text);
        self.pass(out, None).await
    }

    /// Frames of the profile go their ways.
    async fn pass(&mut self, out: Vec<tccc::Out>, close: Option<CloseCode>) -> ControlFlow<()> {
        let mut texts = Texts::new();
        for one in out {
            match one {
                tccc::Out::Hub(text) => tell(&self.shared, Input::Frame { socket: self.id, text: text.into() }).await?,
                tccc::Out::Client(text) => texts.push(text.into()),
            }
        }
        if texts.is_empty() && close.is_none() { ControlFlow::Continue(()) } else { self.send(Batch { texts, close }).await }
    }

    /// Takes what waits, in the words of the desktop's profile.
    async fn write(&mut self, batch: Batch) -> ControlFlow<()> {
        let Some(desk) = &mut self.profile else { return self.send(batch).await };
        let out = batch.texts.iter().flat_map(|text| desk.from_hub(text)).collect();
        self.pass(out, batch.close).await
    }

    /// Writes everything in one flush.
    async fn send(&mut self, batch: Batch) -> ControlFlow<()> {
        let Batch { texts, close } = batch;
        let count = texts.len();
        let (websocket, outbox) = (&mut self.websocket, &self.outbox);
        let writing = async {
            for text in texts {
                websocket.feed(Message::Text(text)).await?;
            }
            websocket.flush().await
        };
        let outcome = tokio::select! {
            biased;
            outcome = timeout(self.limits.write_timeout, writing) => Some(outcome),
            () = poll_fn(|cx| outbox.poll_overflow(cx)), if close.is_none() => None,
        };
        match outcome {
            Some(Ok(Ok(()))) => {
                self.shared.telemetry.desktop.written(count);
                match close {
                    None => ControlFlow::Continue(()),
                    Some(code) => self.say_goodbye(code).await,
                }
            }
            Some(Ok(Err(_))) => ControlFlow::Break(()),
            // Nothing was taken from us for so long, or more came than may wait.
            Some(Err(_)) => {
                self.close(CloseCode::TooSlow);
                // The hub has not given it up yet; the agent who comes back meanwhile must find the session free.
                tell(&self.shared, Input::Closed { socket: self.id }).await?;
                self.say_goodbye(CloseCode::TooSlow).await
            }
            None => self.say_goodbye(CloseCode::TooSlow).await,
        }
    }

    /// Sends the close and waits a moment for the other side's, so that it is not lost with the connection.
    async fn say_goodbye(&mut self, code: CloseCode) -> ControlFlow<()> {
        let frame = CloseFrame { code: code.number(), reason: code.reason().into() };
        let goodbye = async {
            if self.websocket.send(Message::Close(Some(frame))).await.is_ok() {
                while let Some(Ok(_)) = self.websocket.recv().await {}
                if code == CloseCode::TooLarge {
                    // The rest of it is still on its way and nobody reads it: a connection that is closed now is reset, and the
                    // code is lost with it.
                    std::future::pending::<()>().await;
                }
            }
        };
        // Whoever does not answer is gone without it.
        let _ = timeout(CLOSE_WAIT, goodbye).await;
        ControlFlow::Break(())
    }

    async fn ping(&mut self) -> ControlFlow<()> {
        if self.unanswered >= UNANSWERED_MAX {
            self.close(CloseCode::PingUnanswered);
            return ControlFlow::Continue(());
        }
        self.unanswered += 1;
        match timeout(self.limits.write_timeout, self.websocket.send(Message::Ping(bytes::Bytes::new()))).await {
            Ok(Ok(())) => ControlFlow::Continue(()),
            Ok(Err(_)) => ControlFlow::Break(()),
            Err(_) => {
                self.close(CloseCode::TooSlow);
                ControlFlow::Continue(())
            }
        }
    }
}

/// Tells the hub that the socket is gone, however its task ends: a mistake of ours in one of them must not leave a desktop
/// behind that nobody reads for.
struct Departure {
    socket: SocketId,
    hub: mpsc::Sender<Input>,
}

impl Drop for Departure {
    fn drop(&mut self) {
        let closed = Input::Closed { socket: self.socket };
        // Without a hub there is nobody to tell.
        if let Err(mpsc::error::TrySendError::Full(closed)) = self.hub.try_send(closed)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let hub = self.hub.clone();
            runtime.spawn(async move { hub.send(closed).await });
        }
    }
}

/// Tells the hub; without one there is nothing left to do.
async fn tell(shared: &Shared, input: Input) -> ControlFlow<()> {
    if shared.hub.send(input).await.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// The code with which a broken stream is closed, if it can still be closed properly.
fn close_code(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<CloseCode> {
    match error.downcast_ref::<tungstenite::Error>()? {
        tungstenite::Error::Capacity(_) => Some(CloseCode::TooLarge),
        tungstenite::Error::Utf8(_) => Some(CloseCode::NotUtf8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that makes the task of a desktop fail: the place where a mistake of ours is simulated.
    pub(super) const FAULT: &str = "panic here";

    /// G8: a panic in one desktop's task.
    #[tokio::test]
    async fn a_panic_in_one_desktop_cuts_that_one_off_and_the_hub_hears_of_it() {
        use futures_util::StreamExt as _;
        use tokio_tungstenite::{connect_async, tungstenite};

        let (hub, mut inputs) = mpsc::channel(16);
        let (_settings, settings) = watch::channel(Arc::new(Settings::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = router(hub, settings, Telemetry::new());
        tokio::spawn(serve(listener, routes));
        let (mut victim, _) = connect_async(format!("ws://{address}{PATH}")).await.unwrap();
        let Some(Input::Opened { socket: broken, .. }) = inputs.recv().await else { panic!("not opened") };
        let (mut other, _) = connect_async(format!("ws://{address}{PATH}")).await.unwrap();
        let Some(Input::Opened { socket: whole, outbox, .. }) = inputs.recv().await else { panic!("not opened") };

        victim.send(tungstenite::Message::text(FAULT)).await.unwrap();
        let Some(Input::Closed { socket }) = inputs.recv().await else { panic!("the hub was not told") };
        assert_eq!(socket, broken);
        assert!(!matches!(victim.next().await, Some(Ok(_))), "it is cut off");
        other.send(tungstenite::Message::text("fine")).await.unwrap();
        let Some(Input::Frame { socket, .. }) = inputs.recv().await else { panic!("no frame") };
        assert_eq!(socket, whole);
        outbox.push("heard".into()).unwrap();
        assert_eq!(other.next().await.unwrap().unwrap().into_text().unwrap().as_str(), "heard");
    }

    async fn serve(listener: tokio::net::TcpListener, routes: Router) {
        let limits = crate::http::Limits::default();
        let stop = tokio_util::sync::CancellationToken::new();
        crate::http::serve(listener, routes, limits, Telemetry::new(), stop).await.unwrap();
    }
}
