//! Transfers that somebody asks for over REST: the wish goes to whoever owns the calls, the outcome comes back. The history
//! itself transfers nothing.

use tokio::sync::{mpsc, oneshot};

/// Wishes that may wait.
const WISHES: usize = 64;

/// Where a call is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To the phone of the agent with this AgentID.
    Agent(String),
    /// To a number.
    Number(String),
}

/// Why a call was not transferred.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no leg that could be handed over now, or nobody at the other end.
    #[error("{0}")]
    NotPossible(String),
    /// The CTI Server refused, in the words of the phone side.
    #[error("{0}")]
    Refused(String),
    /// Nobody knows what became of it.
    #[error("the CTI Server was asked and did not say what became of it")]
    Unknown,
    /// The daemon is ending, or busy beyond measure.
    #[error("nobody takes the wish now")]
    NobodyThere,
}

/// One transfer that is asked for.
#[derive(Debug)]
pub struct Wish {
    /// AgentID of whoever hands the call over.
    pub agent: String,
    /// ConnectionCallID of the leg.
    pub call_id: u32,
    /// Where to.
    pub to: Destination,
    /// Told once.
    pub answer: oneshot::Sender<Result<(), Refusal>>,
}

/// Takes wishes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Forwarder(mpsc::Sender<Wish>);

/// The two ends.
pub fn channel() -> (Forwarder, mpsc::Receiver<Wish>) {
    let (wishes, taken) = mpsc::channel(WISHES);
    (Forwarder(wishes), taken)
}

impl Forwarder {
    /// Hands an agent's leg over.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn forward(&self, agent: String, call_id: u32, to: Destination) -> Result<(), Refusal> {
        let (answer, outcome) = oneshot::channel();
        self.0.try_send(Wish { agent, call_id, to, answer }).map_err(|_| Refusal::NobodyThere)?;
        outcome.await.unwrap_or(Err(Refusal::Unknown))
    }
}
