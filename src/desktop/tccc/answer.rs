//! Answers of the profile: success, or one of eleven codes and a sentence.

use serde_json::{Map, Value, json};

/// The stable first word of `errorMsg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    NotSupported,
    NotReady,
    BadArgument,
    NoSuchSession,
    WrongState,
    NotLoggedIn,
    NotAllowed,
    TargetUnknown,
    RefusedBySwitch,
    Timeout,
    LinkDown,
}

impl Code {
    pub(super) const ALL: [Self; 11] = [
        Self::NotSupported,
        Self::NotReady,
        Self::BadArgument,
        Self::NoSuchSession,
        Self::WrongState,
        Self::NotLoggedIn,
        Self::NotAllowed,
        Self::TargetUnknown,
        Self::RefusedBySwitch,
        Self::Timeout,
        Self::LinkDown,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::NotSupported => "not_supported",
            Self::NotReady => "not_ready",
            Self::BadArgument => "bad_argument",
            Self::NoSuchSession => "no_such_session",
            Self::WrongState => "wrong_state",
            Self::NotLoggedIn => "not_logged_in",
            Self::NotAllowed => "not_allowed",
            Self::TargetUnknown => "target_unknown",
            Self::RefusedBySwitch => "refused_by_switch",
            Self::Timeout => "timeout",
            Self::LinkDown => "link_down",
        }
    }

    /// The code for a failure of the media bar API.
    fn of(failure: &str) -> Self {
        match failure {
            "UNSUPPORTED" => Self::NotSupported,
            "NOT_STARTED" | "NOT_BOUND" => Self::NotReady,
            "BAD_REQUEST" | "BAD_JSON" | "UNKNOWN_COMMAND" => Self::BadArgument,
            "UNKNOWN_TARGET" | "AMBIGUOUS_TARGET" => Self::NoSuchSession,
            "CHANNEL_NOT_ACTIVE" | "AUTH_FAILED" => Self::NotLoggedIn,
            "NOT_AUTHORIZED" | "RATE_LIMITED" | "NOT_ACCEPTING" => Self::NotAllowed,
            "UNKNOWN_DEVICE" => Self::TargetUnknown,
            "CTI_FAILURE" | "NOT_READY_FAILED" | "ACTIVATE_FAILED" | "DEACTIVATE_FAILED" => Self::RefusedBySwitch,
            "CTI_TIMEOUT" => Self::Timeout,
            "CTI_OFFLINE" | "UNKNOWN_OUTCOME" => Self::LinkDown,
            // INVALID_STATE, BUSY, INTERACTION_ACTIVE, CONSULT_NOT_CONNECTED, DISPOSITION_REQUIRED and what may still come.
            _ => Self::WrongState,
        }
    }
}

/// Why a command is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) text: String,
}

impl Refusal {
    pub(super) fn new(code: Code, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// The failure of a media bar response, in the words of this profile.
    pub(super) fn of(failure: &Value) -> Self {
        let word = |name: &str| failure.get(name).and_then(Value::as_str).unwrap_or_default();
        let code = Code::of(word("code"));
        let (message, context) = (word("message"), word("context"));
        let text = match (code, context) {
            (_, "") | (Code::BadArgument, _) => message.to_owned(),
            _ => format!("{message} ({context})"),
        };
        Self { code, text }
    }
}

pub(super) fn bad(text: impl Into<String>) -> Refusal {
    Refusal::new(Code::BadArgument, text)
}

/// A finished answer.
pub(super) fn success(id: &Value, more: Map<String, Value>) -> String {
    let mut answer = Map::from_iter([("id".to_owned(), id.clone()), ("status".to_owned(), json!("success"))]);
    answer.extend(more);
    Value::Object(answer).to_string()
}

pub(super) fn error(id: &Value, refusal: &Refusal) -> String {
    json!({ "id": id, "status": "error", "errorMsg": format!("{}: {}", refusal.code.word(), refusal.text) }).to_string()
}
