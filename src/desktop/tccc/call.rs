//! One contact as the media bar API tells it, with what the page has been told of it.

use serde_json::{Map, Value, json};

use super::Settings;

/// What kind of session the page takes it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Phone,
    Internal,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Internal => "internal",
        }
    }
}

#[derive(Debug)]
pub(super) struct Leg {
    pub(super) path: String,
    pub(super) is_consult: bool,
    pub(super) state: String,
    /// Number and agent id of the other party.
    pub(super) party: Option<(String, Option<String>)>,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) path: String,
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) state: String,
    pub(super) data: Map<String, Value>,
    pub(super) legs: Vec<Leg>,
    /// `callIn` or `callOuted` was sent.
    pub(super) is_offered: bool,
    /// `userAccessed` or `calloutAccepted` was sent.
    pub(super) is_accepted: bool,
    /// `sessionEnded` was sent.
    pub(super) is_over: bool,
    /// The page asked to hang up.
    pub(super) hung_up: bool,
    /// What the page calls it.
    pub(super) remark: Option<String>,
    /// Where the page hands it over to: `skillGroupId` or `userId`, and its value.
    pub(super) handed_to: Option<(&'static str, String)>,
}

/// What the fields of an event take from elsewhere than the call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat<'a> {
    pub(super) extension: &'a str,
    /// Seconds a call rings here; 0: not known, or without end.
    pub(super) ring_time: u64,
    pub(super) settings: &'a Settings,
}

impl Call {
    pub(super) fn new(channel: &str, id: &str, direction: &str) -> Self {
        Self {
            path: format!("{channel}.{id}"),
            id: id.to_owned(),
            kind: if direction == "INTERNAL" { Kind::Internal } else { Kind::Phone },
            state: String::new(),
            data: Map::new(),
            legs: Vec::new(),
            is_offered: false,
            is_accepted: false,
            is_over: false,
            hung_up: false,
            remark: None,
            handed_to: None,
        }
    }

    /// Whether this agent placed it.
    pub(super) fn is_outgoing(&self) -> bool {
        self.text("direction") == Some("Outgoing") || (self.data.is_empty() && self.state == "DIALING")
    }

    pub(super) fn is_ended(&self) -> bool {
        matches!(self.state.as_str(), "ENDED" | "COMPLETED")
    }

    /// A supervisor's leg at somebody else's call: the profile has no such notion.
    pub(super) fn is_silent(&self) -> bool {
        self.text("callType")
            .is_some_and(|kind| ["SUPERVISOR", "MONITOR", "BARGE", "INTERCEPT", "WHISPER"].iter().any(|word| kind.contains(word)))
    }

    /// The first leg in one of the states; the consultation counts only if no other leg fits.
    pub(super) fn leg(&self, states: &[&str]) -> Option<&Leg> {
        let fits = |leg: &&Leg| states.contains(&leg.state.as_str());
        self.legs.iter().filter(|leg| !leg.is_consult).find(fits).or_else(|| self.legs.iter().find(fits))
    }

    pub(super) fn leg_mut(&mut self, path: &str) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.path == path)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.data.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn party(&self) -> Option<&(String, Option<String>)> {
        self.legs.iter().find(|leg| !leg.is_consult).and_then(|leg| leg.party.as_ref())
    }

    /// The fields of `callIn`.
    pub(super) fn call_in(&self, seat: Seat<'_>) -> Map<String, Value> {
        let mut fields = object(json!({ "sessionId": self.id, "type": self.kind.word(), "timeout": seat.ring_time }));
        if self.kind == Kind::Internal {
            let peer = self.party().map(|(number, agent)| agent.clone().unwrap_or_else(|| number.clone()));
            let peer = peer.or_else(|| self.text("number").map(str::to_owned)).unwrap_or_default();
            fields.insert("peerUserId".into(), json!(peer));
            return fields;
        }
        let callee = self.text("DNIS").or_else(|| self.text("dialedNumber")).unwrap_or(seat.extension);
        fields.insert("calleePhoneNumber".into(), json!(callee));
        if let Some(caller) = self.text("ANI").or_else(|| self.text("number")) {
            fields.insert("callerPhoneNumber".into(), json!(caller));
        }
        if let Some(remark) = seat.settings.remark.as_deref().and_then(|key| self.text(key)) {
            fields.insert("remark".into(), json!(remark));
        }
        if let Some(path) = self.ivr_path(seat.settings) {
            fields.insert("ivrPath".into(), Value::Array(path));
        }
        fields.insert("serverType".into(), json!(SERVER_TYPE));
        fields
    }

    /// The caller's way through the menus: from the operator's variable, as `1=Sales, 2=Contracts` or an array of such, else
    /// the digits that were typed, whose labels nobody knows.
    fn ivr_path(&self, settings: &Settings) -> Option<Vec<Value>> {
        let steps = match settings.ivr_path.as_deref().and_then(|key| self.data.get(key)) {
            Some(Value::String(text)) => text.split([',', ';', '|', '>']).map(str::to_owned).collect(),
            Some(Value::Object(elements)) => elements.values().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let step = |step: &String| {
            let (key, label) = step.split_once(['=', ':']).unwrap_or((step, ""));
            let key = key.trim();
            (!key.is_empty()).then(|| json!({ "key": key, "label": label.trim() }))
        };
        let path: Vec<Value> = steps.iter().filter_map(step).collect();
        if !path.is_empty() {
            return Some(path);
        }
        let digits = self.text("callerEnteredDigits")?;
        Some(digits.chars().map(|digit| json!({ "key": digit.to_string(), "label": "" })).collect())
    }

    /// Whether a leg has been answered.
    pub(super) fn is_up(&self) -> bool {
        self.legs.iter().any(|leg| matches!(leg.state.as_str(), "CONNECTED" | "HELD"))
    }

    /// The fields of `callOuted`.
    pub(super) fn call_outed(&self, Seat { extension, .. }: Seat<'_>) -> Map<String, Value> {
        let mut fields = object(json!({ "sessionId": self.id, "callerPhoneNumber": extension }));
        if let Some(callee) = self.text("number").or_else(|| self.text("dialedNumber")) {
            fields.insert("calleePhoneNumber".into(), json!(callee));
        }
        if let Some(remark) = &self.remark {
            fields.insert("remark".into(), json!(remark));
        }
        fields
    }

    /// Its place in the picture that `ready` brings.
    pub(super) fn snapshot(&self, seat: Seat<'_>) -> Value {
        let mut fields = if self.is_outgoing() { self.call_outed(seat) } else { self.call_in(seat) };
        let state = match self.state.as_str() {
            "ALERTING" => "alerting",
            "DIALING" => "dialing",
            "STARTED" if self.leg(&["CONNECTED"]).is_none() => "held",
            "STARTED" => "connected",
            _ => "ended",
        };
        fields.insert("type".into(), json!(self.kind.word()));
        fields.insert("direction".into(), json!(if self.is_outgoing() { "OUT" } else { "IN" }));
        fields.insert("state".into(), json!(state));
        Value::Object(fields)
    }
}

/// Calls run on a telephone, whatever page is beside it.
pub(super) const SERVER_TYPE: &str = "staffExtensionSeat";

/// An object literal's members.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
