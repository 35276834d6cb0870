//! Chooses messages by name, call id or agent id.

use std::borrow::Cow;
use std::str::FromStr;

use crate::protocol::GenericMessage;
use crate::protocol::generic::Value;

/// One condition of `--filter`. As text: a message name (`BEGIN_CALL_EVENT`, `*` stands for anything: `CALL_*`), `call=ID`
/// or `agent=ID`; a bare number is the id of a call or of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Message name, in capitals, `*` for anything.
    Name(String),
    /// A call id stands in any field of a connection.
    Call(u32),
    /// An agent id stands in any field for one.
    Agent(String),
    /// Either of the two.
    CallOrAgent(String),
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let call = |id: &str| id.parse().map(Self::Call).map_err(|_| format!("{id:?} is no call id"));
        let Some((kind, id)) = text.split_once(['=', ':']) else {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let is_name = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'*');
            return match (is_number, is_name) {
                (true, _) => Ok(Self::CallOrAgent(text.to_owned())),
                (false, true) => Ok(Self::Name(text.to_ascii_uppercase())),
                _ => Err(format!("{text:?} is neither a message name nor call=ID nor agent=ID")),
            };
        };
        match kind.to_ascii_lowercase().as_str() {
            "name" | "message" => Ok(Self::Name(id.to_ascii_uppercase())),
            "call" | "callid" => call(id),
            "agent" | "agentid" => Ok(Self::Agent(id.to_owned())),
            _ => Err(format!("{kind:?} is not one of name, call, agent")),
        }
    }
}

impl Filter {
    fn kind(&self) -> u8 {
        match self {
            Self::Name(_) => 0,
            Self::Call(_) => 1,
            Self::Agent(_) => 2,
            Self::CallOrAgent(_) => 3,
        }
    }

    fn matches(&self, message: &GenericMessage<'_>) -> bool {
        match self {
            Self::Name(pattern) => message.name().is_some_and(|name| matches_pattern(pattern, name)),
            Self::Call(id) => call_ids(message).any(|known| known == *id),
            Self::Agent(id) => agent_ids(message).any(|known| known == *id),
            Self::CallOrAgent(id) => {
                let call = id.parse().ok();
                call_ids(message).any(|known| Some(known) == call) || agent_ids(message).any(|known| known == *id)
            }
        }
    }
}

/// Whether a message passes: of conditions of one kind any must hold, of different kinds all.
pub fn passes(filters: &[Filter], message: &GenericMessage<'_>) -> bool {
    filters.iter().all(|filter| filters.iter().any(|other| other.kind() == filter.kind() && other.matches(message)))
}

/// `*` stands for any run of characters.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(head) else { return false };
    while let Some((part, more)) = rest.split_once('*') {
        let Some(at) = name.find(part) else { return false };
        name = name.get(at + part.len()..).unwrap_or_default();
        rest = more;
    }
    name.ends_with(rest)
}

/// Ids of calls: every field that ends so, but for the router's keys, which are numbers of another kind.
fn call_ids(message: &GenericMessage<'_>) -> impl Iterator<Item = u32> {
    let fixed = message.fixed().map(|field| (field.spec.name, field.value()));
    let floating = message.floating().filter_map(|field| Some((field.spec?.name, field.value())));
    fixed.chain(floating).filter(|(name, _)| name.ends_with("CallID") && !name.starts_with("Router")).filter_map(|(_, value)| match value {
        Some(Value::Number(id)) => u32::try_from(id).ok(),
        _ => None,
    })
}

fn agent_ids<'m>(message: &'m GenericMessage<'_>) -> impl Iterator<Item = Cow<'m, str>> {
    const FIELDS: &[&str] = &["AgentID", "AgentIDLong", "AtcAgentID", "SupervisorID", "SupervisedAgentID", "LoginID"];
    message.floating().filter(|field| field.spec.is_some_and(|spec| FIELDS.contains(&spec.name))).filter_map(|field| match field.value() {
        Some(Value::Text(id)) => Some(id),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_people_write_them() {
        assert_eq!("begin_call_event".parse(), Ok(Filter::Name("BEGIN_CALL_EVENT".into())));
        assert_eq!("call=16777488".parse(), Ok(Filter::Call(16_777_488)));
        assert_eq!("agent=1001".parse(), Ok(Filter::Agent("1001".into())));
        assert_eq!("1001".parse(), Ok(Filter::CallOrAgent("1001".into())));
        assert!("call=x".parse::<Filter>().is_err());
        assert!("".parse::<Filter>().is_err());
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches_pattern("CALL_*_EVENT", "CALL_DELIVERED_EVENT"));
        assert!(matches_pattern("*", "OPEN_REQ"));
        assert!(!matches_pattern("CALL_*", "OPEN_REQ"));
        assert!(!matches_pattern("OPEN", "OPEN_REQ"));
    }
}
