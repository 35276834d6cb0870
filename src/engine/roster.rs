//! All agents ever named. Each has a place that it keeps, so that whoever works on one message looks its agent up once, by
//! the id that the message spells, and goes on with the place.

use std::collections::HashMap;
use std::ops::{Index, IndexMut};

use super::agent::Agent;
use super::model::{AgentId, Name};

/// An agent's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AgentKey(usize);

/// The agents. None is ever removed, so a key that was handed out is good for ever.
#[derive(Debug, Default)]
pub(super) struct Roster {
    agents: Vec<Agent>,
    keys: HashMap<Name, AgentKey>,
    /// By rising id: the order in which all of them are looked at, whatever the order in which they came.
    order: Vec<AgentKey>,
}

impl Roster {
    /// Where an agent is, by the id as it is spelt.
    pub(super) fn key(&self, id: &str) -> Option<AgentKey> {
        self.keys.get(id).copied()
    }

    pub(super) fn contains(&self, id: &AgentId) -> bool {
        self.keys.contains_key(&id.0)
    }

    pub(super) fn get(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(self.key(&id.0)?.0)
    }

    pub(super) fn get_mut(&mut self, id: &AgentId) -> Option<&mut Agent> {
        let AgentKey(at) = self.key(&id.0)?;
        self.agents.get_mut(at)
    }

    /// Gives an agent who has none a place.
    pub(super) fn insert(&mut self, agent: Agent) -> AgentKey {
        debug_assert!(!self.contains(&agent.id), "{} has a place", agent.id);
        let key = AgentKey(self.agents.len());
        let at = self.order.partition_point(|AgentKey(other)| self.agents.get(*other).is_some_and(|other| other.id < agent.id));
        self.order.insert(at, key);
        self.keys.insert(agent.id.0.clone(), key);
        self.agents.push(agent);
        key
    }

    pub(super) fn len(&self) -> usize {
        self.agents.len()
    }

    /// All of them, by rising id.
    pub(super) fn keys(&self) -> impl Iterator<Item = AgentKey> {
        self.order.iter().copied()
    }

    /// The same.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Agent> {
        self.keys().map(|key| &self[key])
    }

    /// Their ids, rising.
    pub(super) fn ids(&self) -> impl Iterator<Item = &AgentId> {
        self.iter().map(|agent| &agent.id)
    }
}

impl Index<AgentKey> for Roster {
    type Output = Agent;

    fn index(&self, AgentKey(at): AgentKey) -> &Agent {
        &self.agents[at]
    }
}

impl IndexMut<AgentKey> for Roster {
    fn index_mut(&mut self, AgentKey(at): AgentKey) -> &mut Agent {
        &mut self.agents[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn agents_keep_their_places_and_are_looked_at_in_the_order_of_their_ids() {
        let mut roster = Roster::default();
        let ids = ["1003", "1001", "1002", "100"];
        let keys = ids.map(|id| roster.insert(Agent::new(id.into(), 5000, Timestamp::UNIX_EPOCH)));
        for (id, key) in ids.iter().zip(keys) {
            assert_eq!(roster[key].id, AgentId::from(*id));
            assert_eq!(roster.key(id), Some(key));
            assert_eq!(roster.get(&AgentId::from(*id)).map(|agent| &agent.id), Some(&AgentId::from(*id)));
        }
        assert_eq!(roster.ids().map(|id| id.0.as_str()).collect::<Vec<_>>(), ["100", "1001", "1002", "1003"]);
        assert_eq!((roster.len(), roster.key("1004"), roster.contains(&"1004".into())), (4, None, false));
    }
}
