//! Which message gave which of a call's data: nobody's business but support's, when a CRM was given something strange.

use std::collections::BTreeMap;

use super::Engine;
use super::call::{CallData, CallKey, Calls};
use super::model::{EccValue, InteractionId, Name};

/// A value of a call, and the message that it was taken from last.
pub(super) type Givers = BTreeMap<Name, &'static str>;

/// Calls as they were before the message that is being taken in.
#[derive(Debug, Default)]
pub(super) struct Watched(Option<Vec<(CallKey, CallData, Givers)>>);

impl Watched {
    /// The call is about to change.
    pub(super) fn note(&mut self, key: CallKey, data: &CallData, givers: &Givers) {
        if let Some(watched) = &mut self.0
            && watched.iter().all(|(known, ..)| *known != key)
        {
            watched.push((key, data.clone(), givers.clone()));
        }
    }
}

impl Calls {
    /// A message is taken in: what changes from now on is its doing.
    pub(super) fn watch(&mut self) {
        self.watched = Watched(Some(Vec::new()));
    }

    /// The message has been taken in.
    pub(super) fn attribute(&mut self, message: &'static str) {
        for (key, before, givers) in std::mem::take(&mut self.watched).0.unwrap_or_default() {
            if let Some(call) = self.get_mut(key) {
                attribute(&mut call.givers, &givers, &before, &call.data, message);
            }
        }
    }
}

/// Notes the message as the giver of what is new. What has got a giver since `known` keeps it.
pub(super) fn attribute(givers: &mut Givers, known: &Givers, before: &CallData, after: &CallData, message: &'static str) {
    let mut mark = |value: Name, is_new: bool| {
        if is_new && givers.get(&value) == known.get(&value) {
            givers.insert(value, message);
        }
    };
    macro_rules! compare {
        ($($field:ident = $name:literal),* $(,)?) => { $(
            mark(Name::const_new($name), after.$field != before.$field);
        )* };
    }
    compare! {
        call_type = "callType",
        ani = "ANI",
        dnis = "DNIS",
        dialed_number = "dialedNumber",
        customer_number = "customerNumber",
        calling_device = "callingDevice",
        called_device = "calledDevice",
        router_key = "callKey",
        skill_group_id = "queueNumber",
        skill_group_number = "skillGroupNumber",
        mrd_id = "mediaId",
        wrapup = "wrapUpReason",
    }
    for (number, (is, was)) in (1..).zip(after.call_variables.iter().zip(&before.call_variables)) {
        mark(compact_str::format_compact!("callVariable{number}"), is != was);
    }
    for (name, value) in &after.ecc {
        let was: Option<&EccValue> = before.ecc.get(name);
        mark(name.clone(), was != Some(value));
    }
}

impl Engine {
    /// Which message gave which of a contact's values.
    pub fn evidence(&self, interaction: InteractionId) -> BTreeMap<Name, &'static str> {
        let leg = self.interactions.get(&interaction).and_then(|known| known.primary.as_ref().or(known.consult.as_ref()));
        leg.and_then(|leg| self.calls.get(leg.call)).map(|call| call.givers.clone()).unwrap_or_default()
    }
}
