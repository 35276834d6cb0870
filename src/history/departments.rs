//! Which department every agent belongs to, as the phone system told last: what limits a reader's view of agents' states.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::engine::record::{Moment, Record};

/// So many agents are kept; what comes beyond belongs to nobody.
const MOST: usize = 200_000;

/// Departments by AgentID; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Departments(Arc<RwLock<HashMap<String, i64>>>);

impl Departments {
    /// Takes in what a record tells of an agent. One that names no department changes nothing: servers below protocol 19 never
    /// do.
    pub fn note(&self, record: &Record) {
        let (Moment::AgentState, Some(agent), Some(department)) = (record.moment, &record.agent, record.facts.department) else { return };
        let agent = agent.0.as_str();
        if self.of(agent) == Some(department) {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST || known.contains_key(agent) {
            known.insert(agent.to_owned(), department);
        }
    }

    /// The department of an agent; none: not told since the daemon was started, or the agent has none.
    pub fn of(&self, agent: &str) -> Option<i64> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(agent).copied()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::engine::model::AgentId;

    #[test]
    fn the_last_department_that_was_told_counts() {
        let departments = Departments::default();
        let tell = |moment, department| {
            let mut record = Record::new(Timestamp::UNIX_EPOCH, moment);
            record.agent = Some(AgentId::from("1001"));
            record.facts.department = department;
            departments.note(&record);
        };
        assert_eq!(departments.of("1001"), None);
        for (moment, told, known) in [
            (Moment::AgentState, Some(7), 7),
            (Moment::AgentState, None, 7),
            (Moment::AgentState, Some(8), 8),
            (Moment::Alerting, Some(9), 8),
        ] {
            tell(moment, told);
            assert_eq!(departments.of("1001"), Some(known));
        }
        assert_eq!(departments.of("1002"), None);
    }
}
