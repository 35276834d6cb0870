//! The media bar's events in the words of the profile.

use serde_json::{Map, Value, json};

use super::call::{Call, Leg, Seat, object};
use super::desk::{Desk, Out, Reason};

/// The profile's agent status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Free,
    Busy,
    Arrange,
    NotReady,
    Rest,
    Offline,
}

impl Status {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Busy => "busy",
            Self::Arrange => "arrange",
            Self::NotReady => "notReady",
            Self::Rest => "rest",
            Self::Offline => "offline",
        }
    }

    /// The status for a state of the ACD; none: what was before stays. A reason from the operator's list makes a break.
    fn of(state: &str, reason: Option<&Reason>) -> Option<Self> {
        Some(match state {
            "AVAILABLE" => Self::Free,
            "TALKING" | "HOLD" | "BUSY_OTHER" | "RESERVED" => Self::Busy,
            "WORK_NOT_READY" | "WORK_READY" => Self::Arrange,
            "NOT_READY" if reason.is_some() => Self::Rest,
            "NOT_READY" => Self::NotReady,
            "LOGOUT" => Self::Offline,
            _ => return None,
        })
    }
}

fn word<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

impl Desk {
    /// An event of the hub.
    pub(super) fn event(&mut self, frame: &Value, out: &mut Vec<Out>) {
        let (target, data) = (word(frame, "/target"), frame.get("data").unwrap_or(&Value::Null));
        match word(frame, "/name") {
            "session.initialized" => self.initialized(data, out),
            "channelgroup.created" => self.group = format!("{target}.{}", word(data, "/channelgroup/id")),
            "channel.created" => {
                self.channel = format!("{target}.{}", word(data, "/channel/id"));
                word(data, "/channel/endpoint").clone_into(&mut self.extension);
            }
            "channel.infochanged" => self.agent(data, out),
            "state.updated" => self.state(target, frame, out),
            "interaction.created" => {
                let call = Call::new(target, word(data, "/interaction/id"), word(data, "/interaction/direction"));
                self.calls.retain(|known| known.path != call.path);
                self.calls.push(call);
            }
            "conversation.created" => {
                let leg = Leg {
                    path: format!("{target}.{}", word(data, "/conversation/id")),
                    is_consult: word(data, "/conversation/role") == "consult",
                    state: String::new(),
                    party: None,
                };
                if let Some(call) = self.call_mut(target) {
                    call.legs.push(leg);
                }
            }
            "conversation.disposed" => {
                if let Some(call) = self.call_mut(parent(target)) {
                    call.legs.retain(|leg| leg.path != target);
                }
                self.settle(out);
            }
            "conversation.member.added" if data.pointer("/member/self") != Some(&Value::Bool(true)) => {
                let agent = data.pointer("/member/agent").and_then(Value::as_str).map(str::to_owned);
                let party = (word(data, "/member/number").to_owned(), agent);
                if let Some(leg) = self.call_mut(parent(target)).and_then(|call| call.leg_mut(target)) {
                    leg.party.get_or_insert(party);
                }
            }
            name @ ("interaction.datachanged" | "interaction.preview" | "interaction.screenpop") => {
                if let Some(known) = data.get("interactiondata").and_then(Value::as_object).cloned()
                    && let Some(call) = self.call_mut(target)
                {
                    call.data = known;
                }
                if name != "interaction.datachanged" {
                    self.offer(target, out);
                }
            }
            "interaction.ended" => self.ended(target, data, out),
            "interaction.complete" => {
                if let Some(call) = self.call_mut(target).filter(|call| call.is_over) {
                    let fields = object(json!({ "sessionId": call.id }));
                    self.tell("sessionCompleted", fields, out);
                }
            }
            "interaction.disposed" => {
                self.calls.retain(|call| call.path != target);
                self.settle(out);
            }
            _ => {}
        }
    }

    /// The whole picture has been told: from now on the page can work.
    fn initialized(&mut self, data: &Value, out: &mut Vec<Out>) {
        let list = |path: &str| -> Vec<Reason> {
            let reasons = data.pointer(path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            reasons
                .iter()
                .filter_map(|one| Some(Reason { code: one.get("code")?.as_u64()?, label: one.get("label")?.as_str()?.to_owned() }))
                .collect()
        };
        self.breaks = list("/reasons/notReady");
        self.logout_reasons = list("/reasons/logout");
        self.refresh_status();
        for call in &mut self.calls {
            call.is_offered = true;
            call.is_accepted = matches!(call.state.as_str(), "STARTED" | "ENDED");
            call.is_over = call.is_ended();
        }
        let sessions: Vec<Value> = self.calls.iter().filter(|call| !call.is_silent()).map(|call| call.snapshot(self.seat())).collect();
        self.is_ready = true;
        let fields = object(json!({ "status": self.status.word(), "sessions": sessions }));
        self.tell("ready", fields, out);
    }

    fn agent(&mut self, data: &Value, out: &mut Vec<Out>) {
        self.agent_state =
            if word(data, "/channel/state") == "ACTIVE" { word(data, "/agent/state").to_owned() } else { "LOGOUT".to_owned() };
        self.agent_reason = data.pointer("/agent/reason/code").and_then(Value::as_u64);
        self.ring_time = data.pointer("/agent/ringTime").and_then(Value::as_u64).unwrap_or_default();
        let has_changed = self.is_ready && self.refresh_status();
        self.settle(out);
        if has_changed {
            let mut fields = object(json!({ "status": self.status.word() }));
            if let Some(reason) = self.current_break().filter(|_| self.status == Status::Rest) {
                fields.insert("restReason".into(), json!(reason.label));
            }
            self.tell("statusChanged", fields, out);
        }
    }

    fn current_break(&self) -> Option<&Reason> {
        self.agent_reason.and_then(|code| self.breaks.iter().find(|reason| reason.code == code))
    }

    /// True if the status is another one now.
    fn refresh_status(&mut self) -> bool {
        let status = Status::of(&self.agent_state, self.current_break()).unwrap_or(self.status);
        std::mem::replace(&mut self.status, status) != status
    }

    fn state(&mut self, target: &str, frame: &Value, out: &mut Vec<Out>) {
        let current = word(frame, "/state/current");
        match word(frame, "/state/object") {
            "conversation" => {
                if let Some(leg) = self.call_mut(parent(target)).and_then(|call| call.leg_mut(target)) {
                    current.clone_into(&mut leg.state);
                    self.settle(out);
                    self.accepted(parent(target), out);
                }
            }
            "interaction" => {
                if let Some(call) = self.call_mut(target) {
                    current.clone_into(&mut call.state);
                    self.accepted(target, out);
                }
            }
            _ => {}
        }
    }

    /// The first word of a call.
    fn offer(&mut self, target: &str, out: &mut Vec<Out>) {
        if !self.is_ready {
            return;
        }
        let Some(call) = self.calls.iter_mut().find(|call| call.path == target && !call.is_offered && !call.is_silent()) else { return };
        call.is_offered = true;
        let seat = Seat { extension: &self.extension, ring_time: self.ring_time, settings: &self.settings };
        if !call.is_outgoing() {
            let fields = call.call_in(seat);
            self.tell("callIn", fields, out);
        } else {
            if let Some(dialled) = self.dialled.take() {
                call.remark.clone_from(&dialled.remark);
                out.push(Out::Client(dialled.answer(&call.id, &self.extension)));
            }
            let fields = call.call_outed(seat);
            self.tell("callOuted", fields, out);
        }
        self.accepted(target, out);
    }

    /// Tells that a call was answered, once both the call and one of its legs say so: whoever hears it may use the leg.
    fn accepted(&mut self, target: &str, out: &mut Vec<Out>) {
        if !self.is_ready {
            return;
        }
        let is_news =
            |call: &&mut Call| call.is_offered && !call.is_accepted && !call.is_silent() && call.state == "STARTED" && call.is_up();
        let Some(call) = self.call_mut(target).filter(is_news) else { return };
        call.is_accepted = true;
        let name = if call.is_outgoing() { "calloutAccepted" } else { "userAccessed" };
        let fields = object(json!({ "sessionId": call.id }));
        self.tell(name, fields, out);
    }

    fn ended(&mut self, target: &str, data: &Value, out: &mut Vec<Out>) {
        if !self.is_ready {
            return;
        }
        let Some(call) = self.call_mut(target).filter(|call| call.is_offered && !call.is_over && !call.is_silent()) else { return };
        let session = object(json!({ "sessionId": call.id }));
        let reason = word(data, "/reason");
        if reason == "NO_ANSWER" {
            // It goes on to somebody else; to this agent it has not ended, it was taken away.
            call.is_offered = false;
            self.tell("autoTransfer", session, out);
            return;
        }
        call.is_over = true;
        let call_handed_to = call.handed_to.take().map(|(key, value)| (key.to_owned(), json!(value)));
        let mut fields = session.clone();
        fields.insert("type".into(), json!(call.kind.word()));
        fields.extend(closing(reason, word(data, "/cause"), word(data, "/releasedBy"), call.hung_up));
        if reason == "TRANSFERRED" {
            let mut fields = session;
            fields.extend(call_handed_to);
            self.tell("transfer", fields, out);
        }
        self.tell("sessionEnded", fields, out);
    }

    pub(super) fn tell(&self, name: &str, fields: Map<String, Value>, out: &mut Vec<Out>) {
        out.push(Out::Client(json!({ "event": name, "data": fields }).to_string()));
    }

    fn seat(&self) -> Seat<'_> {
        Seat { extension: &self.extension, ring_time: self.ring_time, settings: &self.settings }
    }

    pub(super) fn call_mut(&mut self, path: &str) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.path == path)
    }
}

/// Who closed a session, and why if the system did.
fn closing(reason: &str, cause: &str, released_by: &str, hung_up: bool) -> Map<String, Value> {
    let main = main_reason(cause);
    let by = match (reason, released_by) {
        ("TRANSFERRED" | "REJECTED", _) => "seat",
        _ if cause == "CEC_TIME_OUT" => "timer",
        // An agent who gives up before the far end answers.
        ("FAILED", _) => "admin",
        _ if cause == "CEC_SUPERVISOR_CLEAR" => "admin",
        _ if hung_up || released_by == "agent" => "seat",
        (_, "other") => "client",
        // No event told the end: the call was found gone after a resynchronisation.
        _ => "admin",
    };
    let mut fields = object(json!({ "closeBy": by }));
    if by == "admin" {
        fields.insert("mainReason".into(), json!(main));
        if !cause.is_empty() {
            fields.insert("subReason".into(), json!(cause));
        }
    }
    fields
}

fn main_reason(cause: &str) -> &'static str {
    match cause {
        "CEC_BUSY" => "busy",
        "CEC_CALL_CANCELLED" => "callerCancel",
        "CEC_CALL_NOT_ANSWERED" => "notAnswer",
        "CEC_DEST_NOT_OBTAINABLE" | "CEC_INCOMPATIBLE_DESTINATION" => "numberNotExist",
        "CEC_DO_NOT_DISTURB" => "userReject",
        "CEC_NO_AVAILABLE_AGENTS" => "noSeatOnline",
        _ => "operatorError",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_the_acd_have_their_status() {
        let lunch = Reason { code: 2, label: "Lunch".into() };
        for (state, reason, status) in [
            ("AVAILABLE", None, Some(Status::Free)),
            ("TALKING", None, Some(Status::Busy)),
            ("HOLD", None, Some(Status::Busy)),
            ("BUSY_OTHER", None, Some(Status::Busy)),
            ("RESERVED", None, Some(Status::Busy)),
            ("WORK_NOT_READY", None, Some(Status::Arrange)),
            ("WORK_READY", None, Some(Status::Arrange)),
            ("NOT_READY", None, Some(Status::NotReady)),
            ("NOT_READY", Some(&lunch), Some(Status::Rest)),
            ("LOGOUT", None, Some(Status::Offline)),
            ("LOGIN", None, None),
            ("UNKNOWN", None, None),
            ("77", None, None),
        ] {
            assert_eq!(Status::of(state, reason), status, "{state}");
        }
    }

    #[test]
    fn who_closed_a_session() {
        let by = |reason, cause, released_by, hung_up| {
            closing(reason, cause, released_by, hung_up)["closeBy"].as_str().map(str::to_owned).unwrap()
        };
        assert_eq!(by("RELEASED", "", "other", false), "client");
        assert_eq!(by("RELEASED", "", "agent", false), "seat");
        assert_eq!(by("RELEASED", "", "other", true), "seat");
        assert_eq!(by("REJECTED", "", "", false), "seat");
        assert_eq!(by("TRANSFERRED", "", "", false), "seat");
        assert_eq!(by("RELEASED", "", "", false), "admin");
        assert_eq!(by("RELEASED", "CEC_SUPERVISOR_CLEAR", "other", false), "admin");
        assert_eq!(by("RELEASED", "CEC_TIME_OUT", "other", false), "timer");
        let busy = closing("FAILED", "CEC_BUSY", "", false);
        assert_eq!((&busy["closeBy"], &busy["mainReason"], &busy["subReason"]), (&json!("admin"), &json!("busy"), &json!("CEC_BUSY")));
    }
}
