//! Frozen parameters that outlive the process: what is said to whoever keeps them, and what comes back from there after a
//! restart. Where they are kept is not known here.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call_session::{Evidence, Frozen};
use crate::engine::model::{AgentId, CallId, Contact, InteractionId};

/// What becomes of frozen parameters, for whoever keeps them.
#[derive(Clone, Debug)]
pub enum KeptChange {
    /// They were frozen, or taken up again under another id.
    Frozen(Box<Kept>),
    /// A desktop has them.
    Told(InteractionId),
    /// The contact is gone.
    Gone(InteractionId),
}

/// By what a contact is known again after a restart, when desktops' ids are new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// PeripheralID and ConnectionCallID of the call that began it.
    pub call: Option<(u32, CallId)>,
    /// RouterCallKeyDay and RouterCallKeyCallID.
    pub key: Option<(u32, u32)>,
}

impl Origin {
    /// That of a contact.
    pub fn of(contact: &Contact) -> Self {
        Self { call: contact.first_call, key: contact.router_key.map(|key| (key.day, key.call_id)) }
    }

    /// Whether both are the same contact of an agent. A call id alone can have been given again, so keys that differ say no.
    fn is_same(&self, other: &Self) -> bool {
        match (self.key, other.key) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.call.is_some() && self.call == other.call,
        }
    }
}

/// Frozen parameters and whose they are.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Under which id desktops know the contact.
    pub interaction: InteractionId,
    /// Whose contact it is.
    pub agent: AgentId,
    /// Its call.
    pub origin: Origin,
    /// A desktop has had them.
    pub is_told: bool,
    /// The parameters.
    pub frozen: Frozen,
    /// Why they are what they are.
    pub evidence: Evidence,
}

/// How they are written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(rename = "type")]
    template: String,
    parameters: Box<RawValue>,
    frozen_at: Timestamp,
    recovered: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<(u32, CallId)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<(u32, u32)>,
    #[serde(default)]
    evidence: Evidence,
}

impl Kept {
    /// As JSON with the members of a desktop's `session` object, `repeat` excepted, and by what the contact is known again.
    /// The parameters stay the same bytes.
    pub fn write(&self) -> String {
        let written = Written {
            template: self.frozen.template.to_string(),
            parameters: self.frozen.parameters.clone(),
            frozen_at: self.frozen.frozen_at,
            recovered: self.frozen.is_recovered,
            call: self.origin.call,
            key: self.origin.key,
            evidence: self.evidence.clone(),
        };
        // Texts and numbers always serialise.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// From [`Kept::write`]; none: it is not of ours.
    pub fn read(interaction: &str, agent: &str, is_told: bool, text: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(text).ok()?;
        Some(Self {
            interaction: InteractionId(interaction.strip_prefix("OM")?.parse().ok()?),
            agent: AgentId::from(agent),
            origin: Origin { call: written.call, key: written.key },
            is_told,
            frozen: Frozen {
                template: written.template.as_str().into(),
                parameters: written.parameters,
                frozen_at: written.frozen_at,
                is_recovered: written.recovered,
            },
            evidence: written.evidence,
        })
    }
}

/// Parameters of before a restart whose contacts may still be there.
#[derive(Debug, Default)]
pub(super) struct Awaited(HashMap<AgentId, Vec<Kept>>);

impl Awaited {
    pub(super) fn put(&mut self, kept: Kept) {
        self.0.entry(kept.agent.clone()).or_default().push(kept);
    }

    /// Those of the contact; they are given out once.
    pub(super) fn take(&mut self, agent: &AgentId, origin: &Origin) -> Option<Kept> {
        let own = self.0.get_mut(agent)?;
        let place = own.iter().position(|kept| kept.origin.is_same(origin))?;
        let kept = own.swap_remove(place);
        if own.is_empty() {
            self.0.remove(agent);
        }
        Some(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        let parameters = RawValue::from_string(r#"{"number":"+41123456789","x":"Zoë \u20ac"}"#.to_owned()).unwrap();
        Kept {
            interaction: InteractionId(77),
            agent: "1001".into(),
            origin: Origin { call: Some((5000, 9)), key: None },
            is_told: true,
            frozen: Frozen {
                template: "bsCallSession".into(),
                parameters,
                frozen_at: "2026-03-02T09:14:07.312Z".parse().unwrap(),
                is_recovered: false,
            },
            evidence: Evidence { rule: "offered".into(), given: [("ANI".into(), "BEGIN_CALL_EVENT".into())].into() },
        }
    }

    #[test]
    fn what_is_kept_comes_back_as_the_same_bytes() {
        let first = kept();
        let again = Kept::read(&first.interaction.to_string(), "1001", true, &first.write()).unwrap();
        assert_eq!(again.frozen.parameters.get(), first.frozen.parameters.get());
        assert_eq!((again.interaction, again.origin, again.is_told), (first.interaction, first.origin, true));
        assert_eq!(again.frozen.frozen_at, first.frozen.frozen_at);
        assert_eq!(again.write(), first.write());
        assert_eq!(again.evidence, first.evidence);
        assert!(Kept::read("OM1", "1001", true, "{}").is_none());
    }

    #[test]
    fn a_contact_is_known_by_its_key_or_else_by_its_call() {
        let mut awaited = Awaited::default();
        awaited.put(kept());
        let agent = AgentId::from("1001");
        assert!(awaited.take(&agent, &Origin { call: Some((5000, 8)), key: None }).is_none());
        assert!(awaited.take(&"1002".into(), &Origin { call: Some((5000, 9)), key: None }).is_none());
        assert!(awaited.take(&agent, &Origin { call: Some((5000, 9)), key: None }).is_some());
        assert!(awaited.take(&agent, &Origin { call: Some((5000, 9)), key: None }).is_none(), "given out once");
        awaited.put(Kept { origin: Origin { call: Some((5000, 9)), key: Some((1, 2)) }, ..kept() });
        assert!(awaited.take(&agent, &Origin { call: Some((5000, 9)), key: Some((1, 3)) }).is_none(), "the call id was given again");
        assert!(awaited.take(&agent, &Origin { call: Some((5000, 10)), key: Some((1, 2)) }).is_some());
    }
}
