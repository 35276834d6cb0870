//! Sockets: one task owns the [`Station`], one task each for a connection, a listener and the control port.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::station::{Command, CommandError, ConnId, Output, Reply, Station};
use super::world::{CallId, InboundCall, Truth};
use super::{Settings, Side};
use crate::protocol::{FrameCodec, RawFrame};
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// Frames that wait for a client that does not read; beyond it the client is cut off.
const OUTBOX: usize = 65_536;
/// Requests that wait for the station.
const INBOX: usize = 4_096;
/// For a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long shutting down may take.
const GRACE: Duration = Duration::from_secs(2);

/// The simulator could not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// A port is taken or an address is not ours.
    #[error("cannot listen on {address} for {what}")]
    Bind {
        /// Which port.
        what: &'static str,
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

enum Input {
    Connected(ConnId, Side, SocketAddr, mpsc::Sender<Task>),
    Frame(ConnId, RawFrame),
    Broken(ConnId),
    Gone(ConnId),
    Command(Command, oneshot::Sender<Result<Reply, CommandError>>),
}

/// What a connection's task is told.
enum Task {
    Write(Bytes),
    Close,
    Abort(Bytes),
}

/// Talks to a running simulator; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    inputs: mpsc::Sender<Input>,
}

impl Handle {
    /// Does what the control port can do.
    ///
    /// # Errors
    /// [`CommandError`] says why not.
    pub async fn control(&self, command: Command) -> Result<Reply, CommandError> {
        let (reply, answer) = oneshot::channel();
        self.inputs.send(Input::Command(command, reply)).await.map_err(|_| CommandError::Gone)?;
        answer.await.map_err(|_| CommandError::Gone)?
    }

    /// A caller dials in.
    ///
    /// # Errors
    /// [`CommandError`] says why not.
    pub async fn place_call(&self, call: InboundCall) -> Result<CallId, CommandError> {
        match self.control(Command::PlaceCall(call)).await? {
            Reply::Call(id) => Ok(id),
            _ => Err(CommandError::Gone),
        }
    }

    /// The world as it really is.
    ///
    /// # Errors
    /// [`CommandError::Gone`] if the simulator is stopping.
    pub async fn truth(&self) -> Result<Truth, CommandError> {
        match self.control(Command::Truth).await? {
            Reply::Truth(truth) => Ok(*truth),
            _ => Err(CommandError::Gone),
        }
    }
}

/// A simulator that runs.
#[derive(Debug)]
pub struct Running {
    /// Where side A listens.
    pub side_a: SocketAddr,
    /// Where side B listens.
    pub side_b: Option<SocketAddr>,
    /// Where the control port listens.
    pub control: Option<SocketAddr>,
    handle: Handle,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Running {
    /// To steer it from inside the process.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// The routes of the control port, for a server of one's own.
    pub fn control_router(&self) -> axum::Router {
        super::control::router(self.handle())
    }

    /// Closes all ports and connections and waits until that is done.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        let _ = tokio::time::timeout(GRACE, self.tasks.wait()).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What passes between the sides and their clients.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the names say it
pub enum Seen<'s> {
    /// A client connected.
    Opened { conn: u64, client: SocketAddr, server: SocketAddr },
    /// A client's frame, as it stood on the wire.
    Received { conn: u64, bytes: &'s [u8] },
    /// What a side sent.
    Sent { conn: u64, bytes: &'s [u8] },
    /// The connection is gone.
    Closed { conn: u64 },
}

/// Sees all of it; must not wait.
pub type Tap = Box<dyn FnMut(Seen<'_>) + Send>;

/// As [`start`], with somebody who sees what passes.
///
/// # Errors
/// As [`start`].
pub async fn start_tapped(settings: Settings, clock: Clock, telemetry: Arc<Telemetry>, tap: Option<Tap>) -> Result<Running, StartError> {
    begin(settings, clock, telemetry, tap).await
}

/// Binds all ports and starts.
///
/// # Errors
/// [`StartError`] if a port cannot be bound; then none stays open.
pub async fn start(settings: Settings, clock: Clock, telemetry: Arc<Telemetry>) -> Result<Running, StartError> {
    begin(settings, clock, telemetry, None).await
}

async fn begin(settings: Settings, clock: Clock, telemetry: Arc<Telemetry>, tap: Option<Tap>) -> Result<Running, StartError> {
    let side_a = bind("side A", settings.side_a).await?;
    let side_b = match settings.side_b {
        Some(address) => Some(bind("side B", address).await?),
        None => None,
    };
    let control = match settings.control {
        Some(address) => Some(bind("the control port", address).await?),
        None => None,
    };
    let address_of = |listener: &TcpListener, asked: SocketAddr| listener.local_addr().unwrap_or(asked);
    let (address_a, address_b) =
        (address_of(&side_a, settings.side_a), side_b.as_ref().zip(settings.side_b).map(|(l, asked)| address_of(l, asked)));
    let control_address = control.as_ref().zip(settings.control).map(|(listener, asked)| address_of(listener, asked));
    let (inputs, received) = mpsc::channel(INBOX);
    let handle = Handle { inputs: inputs.clone() };
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    if let Some(listener) = control {
        let (router, stopped) = (super::control::router(handle.clone()), stop.clone());
        tasks.spawn(async move {
            // Requests are answered within milliseconds, so cutting them off at the end costs nothing.
            tokio::select! {
                _ = axum::serve(listener, router).into_future() => {}
                () = stopped.cancelled() => {}
            }
        });
    }
    telemetry.simulator.started(address_a, address_b, control_address);
    let driver = Driver {
        tls: settings.tls.as_ref().map(|tls| TlsAcceptor::from(Arc::clone(&tls.0))),
        station: Station::new(settings, telemetry.clone(), clock.now()),
        clock,
        telemetry,
        inputs,
        outboxes: BTreeMap::new(),
        addresses: [Some(address_a), address_b],
        listeners: [None, None],
        next_conn: Arc::default(),
        stop: stop.clone(),
        tasks: tasks.clone(),
        tap,
    };
    tasks.spawn(driver.run(received, side_a, side_b));
    Ok(Running { side_a: address_a, side_b: address_b, control: control_address, handle, stop, tasks })
}

async fn bind(what: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Bind { what, address, source })
}

struct Driver {
    station: Station,
    tls: Option<TlsAcceptor>,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    inputs: mpsc::Sender<Input>,
    outboxes: BTreeMap<ConnId, mpsc::Sender<Task>>,
    addresses: [Option<SocketAddr>; 2],
    listeners: [Option<JoinHandle<()>>; 2],
    next_conn: Arc<std::sync::atomic::AtomicU64>,
    stop: CancellationToken,
    tasks: TaskTracker,
    tap: Option<Tap>,
}

impl Driver {
    async fn run(mut self, mut received: mpsc::Receiver<Input>, side_a: TcpListener, side_b: Option<TcpListener>) {
        self.listen(Side::A, side_a);
        if let Some(listener) = side_b {
            self.listen(Side::B, listener);
        }
        loop {
            let deadline = self.station.poll_timeout();
            let timer = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => break,
                input = received.recv() => match input {
                    Some(input) => self.take(input),
                    None => break,
                },
                () = timer => self.station.handle_timeout(self.clock.now()),
            }
            self.act().await;
        }
        for listener in self.listeners.iter_mut().filter_map(Option::take) {
            listener.abort();
        }
    }

    fn take(&mut self, input: Input) {
        let now = self.clock.now();
        match input {
            Input::Connected(conn, side, peer, outbox) => {
                self.outboxes.insert(conn, outbox);
                if let Some(server) = self.addresses[side as usize] {
                    self.see(Seen::Opened { conn, client: peer, server });
                }
                self.station.connected(now, conn, side, peer);
            }
            Input::Frame(conn, frame) => {
                if self.tap.is_some() {
                    self.see(Seen::Received { conn, bytes: &as_sent(&frame) });
                }
                self.station.frame(now, conn, &frame);
            }
            Input::Broken(conn) => self.station.broken(now, conn),
            Input::Gone(conn) => {
                self.outboxes.remove(&conn);
                self.see(Seen::Closed { conn });
                self.station.disconnected(now, conn);
            }
            Input::Command(command, reply) => {
                // Who asked may have gone; the command is done nevertheless.
                let _ = reply.send(self.station.command(now, command));
            }
        }
    }

    fn see(&mut self, seen: Seen<'_>) {
        if let Some(tap) = &mut self.tap {
            tap(seen);
        }
    }

    async fn act(&mut self) {
        while let Some(output) = self.station.poll_output() {
            match output {
                Output::Send(conn, bytes) => {
                    self.see(Seen::Sent { conn, bytes: &bytes });
                    self.tell(conn, Task::Write(bytes));
                }
                Output::Close(conn) => {
                    self.tell(conn, Task::Close);
                    self.outboxes.remove(&conn);
                }
                Output::Abort(conn, tail) => {
                    self.tell(conn, Task::Abort(tail));
                    self.outboxes.remove(&conn);
                }
                Output::Listen(side, true) => self.listen_again(side).await,
                Output::Listen(side, false) => {
                    if let Some(listener) = self.listeners[side as usize].take() {
                        listener.abort();
                        // The port is closed when the task is gone; a stop is confirmed only then.
                        let _ = listener.await;
                    }
                }
            }
        }
    }

    /// Passes a task on; a client that reads too slowly is cut off by dropping its outbox.
    fn tell(&mut self, conn: ConnId, task: Task) {
        if let Some(outbox) = self.outboxes.get(&conn)
            && outbox.try_send(task).is_err()
        {
            self.outboxes.remove(&conn);
            self.station.disconnected(self.clock.now(), conn);
        }
    }

    async fn listen_again(&mut self, side: Side) {
        let Some(address) = self.addresses[side as usize] else { return };
        match TcpListener::bind(address).await {
            Ok(listener) => self.listen(side, listener),
            Err(error) => self.telemetry.simulator.not_listening(side.letter(), address, &error),
        }
    }

    fn listen(&mut self, side: Side, listener: TcpListener) {
        let (inputs, next, stop, tasks) = (self.inputs.clone(), self.next_conn.clone(), self.stop.clone(), self.tasks.clone());
        let (tls, telemetry) = (self.tls.clone(), self.telemetry.clone());
        self.listeners[side as usize] = Some(self.tasks.spawn(async move {
            loop {
                let accepted = tokio::select! {
                    () = stop.cancelled() => break,
                    accepted = listener.accept() => accepted,
                };
                let Ok((stream, peer)) = accepted else {
                    // Out of descriptors: let some connections end.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                // As the reference advises: messages leave at once, closing resets at once.
                let _ = stream.set_nodelay(true);
                let _ = stream.set_zero_linger();
                let conn = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let (outbox, orders) = mpsc::channel(OUTBOX);
                if let Some(tls) = tls.clone() {
                    let (inputs, stop, telemetry) = (inputs.clone(), stop.clone(), telemetry.clone());
                    tasks.spawn(async move {
                        let shaken = tokio::select! {
                            shaken = tokio::time::timeout(HANDSHAKE, tls.accept(stream)) => shaken,
                            () = stop.cancelled() => return,
                        };
                        let Ok(Ok(stream)) = shaken else {
                            let reason = match shaken {
                                Ok(Err(error)) => crate::tls::reason_of(&error).unwrap_or_else(|| error.to_string()),
                                _ => "the client does not go on with the handshake".to_owned(),
                            };
                            return telemetry.simulator.handshake_failed(side.letter(), &reason);
                        };
                        if inputs.send(Input::Connected(conn, side, peer, outbox)).await.is_ok() {
                            serve(stream, conn, inputs, orders, stop).await;
                        }
                    });
                    continue;
                }
                if inputs.send(Input::Connected(conn, side, peer, outbox)).await.is_err() {
                    break;
                }
                tasks.spawn(serve(stream, conn, inputs.clone(), orders, stop.clone()));
            }
        }));
    }
}

/// A connection, in plain or with TLS.
trait Line: AsyncRead + AsyncWrite + Unpin {
    /// The socket below.
    fn socket(&self) -> &TcpStream;
}

impl Line for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Line for tokio_rustls::server::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// A frame with its header again.
fn as_sent(frame: &RawFrame) -> Vec<u8> {
    let length = u32::try_from(frame.body.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &frame.number.to_be_bytes(), &frame.body].concat()
}

/// Reads frames and writes what the station sends, until one of both ends it.
async fn serve(stream: impl Line, conn: ConnId, inputs: mpsc::Sender<Input>, mut orders: mpsc::Receiver<Task>, stop: CancellationToken) {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut frames = FramedRead::new(reader, FrameCodec::default());
    let read = async {
        while let Some(frame) = frames.next().await {
            let input = match frame {
                Ok(frame) => Input::Frame(conn, frame),
                Err(crate::protocol::FrameError::TooLong { .. }) => {
                    let _ = inputs.send(Input::Broken(conn)).await;
                    // What follows cannot be read; the station resets the connection.
                    std::future::pending::<()>().await;
                    break;
                }
                Err(_) => break,
            };
            if inputs.send(input).await.is_err() {
                break;
            }
        }
    };
    let write = async {
        while let Some(order) = orders.recv().await {
            match order {
                Task::Write(bytes) => {
                    if writer.write_all(&bytes).await.is_err() || writer.flush().await.is_err() {
                        return false;
                    }
                }
                Task::Close => return true,
                Task::Abort(tail) => {
                    let _ = writer.write_all(&tail).await;
                    let _ = writer.flush().await;
                    return false;
                }
            }
        }
        false
    };
    let is_orderly = tokio::select! {
        () = read => false,
        orderly = write => orderly,
        () = stop.cancelled() => false,
    };
    let mut stream = frames.into_inner().unsplit(writer);
    if is_orderly {
        // What was written last has to arrive, so this end is closed in order instead of reset.
        let _ = socket2::SockRef::from(stream.socket()).set_linger(None);
        let _ = stream.shutdown().await;
    }
    drop(stream);
    let _ = inputs.send(Input::Gone(conn)).await;
}
