//! Sizes and list lengths that the reference prints.
//!
//! A tolerant decoder reports what is larger and goes on; a strict server refuses it ([`check`](super::check)). Source:
//! CTI Server Message Reference Guide (Protocol Version 25), chapters "Constants and Status Codes" and "Application Level
//! Interfaces", and the message tables themselves.

/// Name of an ECC variable, in bytes, terminating zero included.
pub const VARIABLE_NAME: usize = 33;

/// Value of an ECC variable or of one array element, in bytes, terminating zero included.
pub const VARIABLE_VALUE: usize = 211;

/// Data of all `NamedVariable` and `NamedArray` fields of one message together, in bytes.
pub const NAMED_DATA_TOTAL: usize = 2000;

/// The most entries the list counted by `counter` may have in `message`; `None` where the reference prints no number.
pub fn list_maximum(message: &str, counter: &str) -> Option<usize> {
    Some(match (message, counter) {
        ("SET_AGENT_STATE_REQ", "NumSkillGroups") => 10,
        (_, "NumFltSkillGroups") => 99,
        (_, "NumSkillGroups") => 20,
        (_, "NumCTIClients" | "NumParties" | "NumCallDevices" | "NumCalls") => 16,
        (_, "NumLines" | "NumRecords" | "NumServiceMembers" | "NumInstruments") => 10,
        (_, "NumberOfAgents" | "NumberOfAgentTeams") => 64,
        (_, "NumSkills") => 100,
        (_, "NumMRDs") => 40,
        _ => return None,
    })
}
