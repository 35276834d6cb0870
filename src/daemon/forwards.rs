//! Transfers that the history's interface asks for, as commands of the engine.

use std::collections::HashMap;

use tokio::sync::oneshot;

use crate::engine::command::{Command, CommandId, Failure, FailureCode, Reply};
use crate::engine::event::Event;
use crate::engine::model::{AgentId, Name};
use crate::engine::{Engine, Input};
use crate::history::forward::{Destination, Refusal, Wish};
use crate::time::Now;

/// Whom to tell what became of a transfer. Its commands count downwards from the greatest number, those of desktops upwards
/// from the least.
#[derive(Debug, Default)]
pub(super) struct Forwards {
    asked: u64,
    under_way: HashMap<CommandId, oneshot::Sender<Result<(), Refusal>>>,
}

impl Forwards {
    /// Asks the engine, or says at once why not.
    pub(super) fn begin(&mut self, now: Now, wish: Wish, engine: &mut Engine) {
        let agent = AgentId(Name::from(wish.agent));
        let leg = engine.picture(&agent).into_iter().find_map(|event| match event {
            Event::ConversationCreated { conversation, call_id, .. } if call_id == wish.call_id => Some(conversation),
            _ => None,
        });
        let destination = match &wish.to {
            Destination::Number(number) => Some(Name::from(number.as_str())),
            Destination::Agent(other) => {
                engine.channel(&AgentId(Name::from(other.as_str()))).map(|channel| channel.extension).filter(|phone| !phone.is_empty())
            }
        };
        let command = match (leg, destination) {
            (Some(conversation), Some(destination)) => Command::Transfer { conversation, destination },
            (None, _) => return refuse(wish.answer, "the agent has no such call any more"),
            (_, None) => return refuse(wish.answer, "the agent it is to go to is at no phone"),
        };
        self.asked += 1;
        let id = CommandId(u64::MAX - self.asked);
        self.under_way.insert(id, wish.answer);
        engine.handle(now, Input::Command(id, agent, command));
    }

    /// Takes the reply if it is one of ours.
    pub(super) fn takes(&mut self, id: CommandId, reply: &Reply) -> bool {
        let Some(answer) = self.under_way.remove(&id) else { return false };
        // Whoever asked may have gone.
        let _ = answer.send(match reply {
            Reply::Success => Ok(()),
            Reply::NeedInfo(_) => Err(Refusal::NotPossible("the phone side asks for more than a destination".to_owned())),
            Reply::Failure(failure) => Err(refusal(failure)),
        });
        true
    }
}

fn refuse(answer: oneshot::Sender<Result<(), Refusal>>, why: &str) {
    let _ = answer.send(Err(Refusal::NotPossible(why.to_owned()))); // whoever asked may have gone
}

fn refusal(failure: &Failure) -> Refusal {
    match failure.code {
        FailureCode::CtiTimeout | FailureCode::UnknownOutcome => Refusal::Unknown,
        FailureCode::CtiFailure | FailureCode::UnknownDevice => Refusal::Refused(format!("{}: {}", failure.code, failure.message)),
        code => Refusal::NotPossible(format!("{code}: {}", failure.message)),
    }
}
