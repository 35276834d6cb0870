//! The one task that owns engine and hub: waits for the link, for desktops, for a deadline or an order, tells them, and
//! does what they say. It decodes what the link brings; it decides nothing.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::forwards::Forwards;
use super::notes;
use crate::desktop::hub::Job;
use crate::desktop::kept::{Kept, KeptChange};
use crate::desktop::{self, Hub, Worker};
use crate::engine::model::AgentId;
use crate::engine::{Answer, Engine, Input, LinkChange, Output, RequestId, ServiceStatus};
use crate::history::departments::Departments;
use crate::history::{forward, recorder as history, templates};
use crate::http::health::Readiness;
use crate::link::{self, RequestFailure, Troubles};
use crate::protocol::message::{QueryAgentStateReq, RegisterVariablesReq};
use crate::protocol::{Context, Message, RawFrame, Text};
use crate::telemetry::Telemetry;
use crate::time::{Clock, Now};

/// So many events are taken from a channel before the next look at the others.
const BATCH: usize = 256;

/// What the composition root asks of the core.
#[derive(Debug)]
pub(super) enum Order {
    /// Are you there?
    Answer(oneshot::Sender<()>),
    /// Put new lists and names in force.
    Lists(Box<desktop::Settings>),
    /// What CRMs were given before the daemon was started.
    Recall(Vec<Kept>),
    /// Tell the desktops and close their sockets, then the link.
    Stop(oneshot::Sender<()>),
}

/// Token of our own request; the engine counts from 0.
const REGISTRATION: link::Token = link::Token::MAX;

/// How long desktops may take to hear that they are sent away.
const FAREWELL: Duration = Duration::from_millis(1_500);

/// Where things come from.
pub(super) struct Sources {
    pub(super) link: mpsc::Receiver<link::Event>,
    pub(super) desktops: mpsc::Receiver<desktop::Input>,
    pub(super) orders: mpsc::Receiver<Order>,
    pub(super) troubles: watch::Receiver<Troubles>,
    /// Transfers that are asked for over REST.
    pub(super) forwards: mpsc::Receiver<forward::Wish>,
    /// The files of accounts were read anew.
    pub(super) accounts: watch::Receiver<u64>,
}

/// The engine with its neighbours.
pub(super) struct Core {
    pub(super) clock: Clock,
    pub(super) engine: Engine,
    pub(super) hub: Hub,
    pub(super) worker: Worker,
    pub(super) link: link::Handle,
    /// The ECC variables to ask for in every session; `None`: the server sends all.
    pub(super) registration: Option<RegisterVariablesReq<'static>>,
    /// Of the session in service.
    pub(super) context: Option<Context>,
    /// Keeps the session history.
    pub(super) history: history::Handle,
    /// Where agents belong.
    pub(super) departments: Departments,
    /// How its writing goes.
    pub(super) history_health: watch::Receiver<history::Health>,
    /// Transfers that were asked for over REST.
    pub(super) forwards: Forwards,
    /// Keeps what CRMs were given.
    pub(super) templates: templates::Handle,
    pub(super) telemetry: Arc<Telemetry>,
    pub(super) readiness: watch::Sender<Readiness>,
    /// Why there is no session.
    pub(super) troubles: Troubles,
    /// Whom the link asks about when the server is silent.
    pub(super) probed: Option<AgentId>,
    pub(super) is_stopping: bool,
}

impl Core {
    pub(super) async fn run(mut self, mut sources: Sources) {
        let (mut events, mut inputs) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        loop {
            tokio::select! {
                count = sources.link.recv_many(&mut events, BATCH) => if count == 0 { return },
                count = sources.desktops.recv_many(&mut inputs, BATCH) => if count == 0 { return },
                () = until(self.next_deadline()) => {}
                Ok(()) = sources.troubles.changed() => {
                    self.troubles = sources.troubles.borrow_and_update().clone();
                    self.show_readiness();
                }
                Ok(()) = sources.accounts.changed() => self.recheck(),
                Ok(()) = self.history_health.changed() => self.show_readiness(),
                Some(wish) = sources.forwards.recv() => self.forward(wish),
                order = sources.orders.recv() => match order {
                    Some(Order::Answer(answer)) => drop(answer.send(())),
                    Some(Order::Lists(settings)) => self.hub.set_lists(*settings),
                    Some(Order::Recall(kept)) => self.hub.recall(kept),
                    Some(Order::Stop(done)) => {
                        self.stop(&mut sources).await;
                        let _ = done.send(()); // whoever asked may have gone
                        return;
                    }
                    None => return,
                },
            }
            let started = self.clock.now();
            events.drain(..).for_each(|event| self.link_event(event));
            inputs.drain(..).for_each(|input| self.desktop_input(input));
            self.deadlines();
            self.lend_question();
            self.worked_since(started);
        }
    }

    fn next_deadline(&self) -> Option<std::time::Instant> {
        self.engine.poll_timeout().into_iter().chain(self.hub.poll_timeout()).min()
    }

    fn deadlines(&mut self) {
        let now = self.clock.now();
        if self.engine.poll_timeout().is_some_and(|deadline| deadline <= now.mono) {
            self.engine.handle_timeout(now);
            self.drain(now);
        }
        if self.hub.poll_timeout().is_some_and(|deadline| deadline <= now.mono) {
            self.hub.handle_timeout(now, &mut self.engine);
            self.drain(now);
        }
    }

    fn recheck(&mut self) {
        self.hub.recheck();
        self.drain(self.clock.now());
    }

    fn forward(&mut self, wish: forward::Wish) {
        let now = self.clock.now();
        self.forwards.begin(now, wish, &mut self.engine);
        self.drain(now);
    }

    fn desktop_input(&mut self, input: desktop::Input) {
        let now = self.clock.now();
        self.hub.handle(now, input, &mut self.engine);
        self.drain(now);
    }

    fn link_event(&mut self, event: link::Event) {
        let at = event.at();
        match event {
            link::Event::Up(up) => {
                self.context = Some(Context::new(up.version));
                // First of all, so that nothing is told without them.
                if let Some(request) = &self.registration {
                    self.link.request(REGISTRATION, request.clone().into());
                }
                self.engine.handle(up.at, Input::Link(LinkChange::Up { version: up.version, services: up.services }));
            }
            link::Event::Down(down) => {
                self.context = None;
                self.engine.handle(down.at, Input::Link(LinkChange::Down));
            }
            link::Event::Frame { at, frame } => self.frame(at, &frame),
            link::Event::Answer { token: REGISTRATION, result, .. } => {
                self.telemetry.daemon.variables_registered(result.as_ref().err().map(|failure| failure as &dyn std::fmt::Debug));
            }
            link::Event::Answer { at, token, result } => self.answer(at, RequestId(token), result),
        }
        self.drain(at);
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

    fn drain(&mut self, now: Now) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Request(RequestId(token), message) => {
                    self.telemetry.link.requested();
                    self.link.request(token, *message);
                }
                Output::Record(record) => {
                    self.telemetry.daemon.history(&*record);
                    self.departments.note(&record);
                    self.history.record(record);
                }
                Output::Reply(id, reply) if self.forwards.takes(id, &reply) => {}
                Output::Note(note) => notes::tell(&note, &self.telemetry.engine),
                output => {
                    if matches!(output, Output::Service(_) | Output::Routing { .. }) && !self.is_stopping {
                        self.show_readiness();
                        self.telemetry.daemon.readiness(&self.missing());
                    }
                    self.hub.output(now, output, &mut self.engine);
                }
            }
        }
        while let Some(job) = self.hub.poll_job() {
            match job {
                Job::Keep(change) => self.templates.note(kept(change, now.wall)),
                job => self.worker.take(job),
            }
        }
    }

    fn show_readiness(&self) {
        if !self.is_stopping {
            let missing = self.missing();
            self.readiness.send_if_modified(|readiness| {
                let has_changed = readiness.missing != missing;
                readiness.missing = missing;
                has_changed
            });
        }
    }

    fn missing(&self) -> Vec<String> {
        let mut missing = if self.engine.is_gateway_offline() {
            vec!["the CTI Server has lost its Peripheral Gateway".to_owned()]
        } else {
            missing(self.engine.service(), &self.troubles)
        };
        if *self.history_health.borrow() == history::Health::Late {
            missing.push("the session history cannot be written".to_owned());
        }
        missing
    }

    /// The link knows when the server is silent, the engine whom it can be asked about.
    fn lend_question(&mut self) {
        let Some((id, peripheral_id)) = self.engine.any_agent() else { return };
        if self.probed.as_ref() != Some(id) {
            let agent_id = Some(Text::from(id.0.to_string()));
            self.link.probe_with(QueryAgentStateReq { peripheral_id, mrd_id: 1, agent_id, ..Default::default() }.into());
            self.probed = Some(id.clone());
        }
    }

    fn worked_since(&self, started: Now) {
        let (agents, calls, contacts) = self.engine.sizes();
        self.telemetry.daemon.sizes(agents, calls, contacts);
        self.telemetry.daemon.worked(self.clock.now().mono.saturating_duration_since(started.mono));
    }

    /// Desktops hear it first and are given a moment to take it in; then the CTI sessions are closed.
    async fn stop(&mut self, sources: &mut Sources) {
        self.is_stopping = true;
        self.readiness.send_replace(Readiness { missing: vec!["stopping".to_owned()] });
        self.desktop_input(desktop::Input::Shutdown);
        let farewell = Instant::now() + FAREWELL;
        while self.hub.sizes().0 > 0 {
            tokio::select! {
                Some(input) = sources.desktops.recv() => self.desktop_input(input),
                Some(event) = sources.link.recv() => self.link_event(event),
                () = sleep_until(farewell) => {
                    self.telemetry.daemon.cut_off("desktops");
                    break;
                }
            }
        }
        let link = self.link.clone();
        let mut closed = pin!(link.shutdown());
        loop {
            tokio::select! {
                () = &mut closed => return,
                Some(event) = sources.link.recv() => self.link_event(event),
            }
        }
    }
}

/// What becomes of a CRM's parameters, in the words of the history.
fn kept(change: KeptChange, at: Timestamp) -> templates::Change {
    match change {
        KeptChange::Frozen(kept) => templates::Change::Frozen(templates::Template {
            interaction: kept.interaction.to_string(),
            agent: kept.agent.0.to_string(),
            frozen: kept.frozen.frozen_at,
            is_told: kept.is_told,
            body: kept.write(),
        }),
        KeptChange::Told(interaction) => templates::Change::Told(interaction.to_string()),
        KeptChange::Gone(interaction) => templates::Change::Gone(interaction.to_string(), at),
    }
}

/// What is in the way of working, in words.
pub(super) fn missing(status: ServiceStatus, troubles: &Troubles) -> Vec<String> {
    let what = match status {
        ServiceStatus::Starting => "no session with a CTI Server yet",
        ServiceStatus::OutOfService => "no session with a CTI Server on either side",
        ServiceStatus::InService => return Vec::new(),
    };
    [what.to_owned()].into_iter().chain(troubles.lines()).collect()
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
