//! The one task that owns the engine: waits for the link, for desktops, for a deadline or an order, tells the engine, and
//! does what it says. It decodes what the link brings; it decides nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use crate::engine::{Answer, Engine, Input, LinkChange, Output, RequestId, ServiceStatus};
use crate::http::health::Readiness;
use crate::link::{self, RequestFailure};
use crate::protocol::{Context, Message, RawFrame};
use crate::telemetry::Telemetry;
use crate::time::{Clock, Now};

/// So many events are taken from a channel before the next look at the others.
const BATCH: usize = 256;

/// What the composition root asks of the core.
#[derive(Debug)]
pub(super) enum Order {
    /// Are you there?
    Answer(oneshot::Sender<()>),
    /// Tell the desktops and close their sockets, then the link.
    Stop(oneshot::Sender<()>),
}

/// The engine with its neighbours.
pub(super) struct Core {
    pub(super) clock: Clock,
    pub(super) engine: Engine,
    pub(super) link: link::Handle,
    /// Of the session in service.
    pub(super) context: Option<Context>,
    pub(super) telemetry: Arc<Telemetry>,
    pub(super) readiness: watch::Sender<Readiness>,
}

impl Core {
    pub(super) async fn run(mut self, mut events: mpsc::Receiver<link::Event>, mut orders: mpsc::Receiver<Order>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let deadline = self.engine.poll_timeout();
            tokio::select! {
                count = events.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        return;
                    }
                    let started = self.clock.now();
                    for event in batch.drain(..) {
                        self.link_event(event);
                    }
                    self.worked_since(started);
                }
                order = orders.recv() => match order {
                    Some(Order::Answer(answer)) => drop(answer.send(())),
                    Some(Order::Stop(done)) => {
                        self.stop(&mut events).await;
                        let _ = done.send(());
                        return;
                    }
                    None => return,
                },
                () = until(deadline) => {
                    let started = self.clock.now();
                    self.engine.handle_timeout(started);
                    self.drain();
                    self.worked_since(started);
                }
            }
        }
    }

    fn link_event(&mut self, event: link::Event) {
        match event {
            link::Event::Up(up) => {
                self.context = Some(Context::new(up.version));
                self.engine.handle(up.at, Input::Link(LinkChange::Up { version: up.version, services: up.services }));
            }
            link::Event::Down(down) => {
                self.context = None;
                self.engine.handle(down.at, Input::Link(LinkChange::Down));
            }
            link::Event::Frame { at, frame } => self.frame(at, &frame),
            link::Event::Answer { at, token, result } => self.answer(at, RequestId(token), result),
        }
        self.drain();
    }

    fn frame(&mut self, at: Now, frame: &RawFrame) {
        if let Some(message) = decode(frame, self.context.as_mut(), &self.telemetry) {
            self.engine.handle(at, Input::Event(message));
        }
    }

    fn answer(&mut self, at: Now, id: RequestId, result: Result<RawFrame, RequestFailure>) {
        let frame;
        let answer = match result {
            Ok(confirmation) => {
                frame = confirmation;
                // One that cannot be read tells as little as none.
                decode(&frame, self.context.as_mut(), &self.telemetry).map_or(Answer::TimedOut, Answer::Confirmed)
            }
            Err(RequestFailure::Failed(status)) => Answer::Failed(status),
            Err(RequestFailure::ControlFailed { code, peripheral_error }) => Answer::ControlFailed { code, peripheral_error },
            Err(RequestFailure::Lost) => Answer::Lost,
            Err(RequestFailure::NotSent(_)) => Answer::NotSent,
            Err(RequestFailure::TimedOut) => Answer::TimedOut,
        };
        self.engine.handle(at, Input::Answer(id, answer));
    }

    fn drain(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Request(RequestId(token), message) => self.link.request(token, message),
                Output::Event(agent, event) => {}
                Output::Reply(command, reply) => {}
                Output::Service(status) => self.tell_readiness(status),
                Output::Record(record) => match serde_json::to_string(&record) {
                    Ok(json) => self.telemetry.daemon.history(&json),
                    Err(_) => {}
                },
            }
        }
    }

    fn tell_readiness(&self, status: ServiceStatus) {
        let missing = missing(status);
        self.telemetry.daemon.readiness(&missing);
        self.readiness.send_replace(Readiness { missing });
    }

    fn worked_since(&self, started: Now) {
        let (agents, calls, contacts) = self.engine.sizes();
        self.telemetry.daemon.sizes(agents, calls, contacts);
        self.telemetry.daemon.worked(self.clock.now().mono.saturating_duration_since(started.mono));
    }

    async fn stop(&mut self, events: &mut mpsc::Receiver<link::Event>) {
        self.readiness.send_replace(Readiness { missing: vec!["stopping".to_owned()] });
        let link = self.link.clone();
        let mut closed = std::pin::pin!(link.shutdown());
        loop {
            tokio::select! {
                () = &mut closed => return,
                Some(event) = events.recv() => self.link_event(event),
            }
        }
    }
}

/// What is in the way of working, in words.
pub(super) fn missing(status: ServiceStatus) -> Vec<String> {
    match status {
        ServiceStatus::Starting => vec!["no session with a CTI Server yet".to_owned()],
        ServiceStatus::OutOfService => vec!["no session with a CTI Server on either side".to_owned()],
        ServiceStatus::InService => Vec::new(),
    }
}

/// Reads a message; one that cannot be read is counted and named, and the session stays.
fn decode<'a>(frame: &'a RawFrame, context: Option<&mut Context>, telemetry: &Telemetry) -> Option<Message<'a>> {
    let context = context?;
    let message = Message::decode(frame, context).inspect_err(|error| telemetry.link.malformed(error)).ok();
    telemetry.link.skipped(std::mem::take(&mut context.skipped));
    message
}

/// The deadline, or never.
async fn until(deadline: Option<std::time::Instant>) {
    match deadline {
        Some(deadline) => sleep_until(Instant::from_std(deadline)).await,
        None => std::future::pending().await,
    }
}
