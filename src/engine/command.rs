//! What a surface can ask of the engine, and how the engine answers.

use std::fmt;

use super::model::{ClickToDial, ConversationId, InteractionId, Name};

/// Chosen by the surface; each command gets exactly one [`Reply`] under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

/// Where a mobile agent is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePhone {
    /// Its number.
    pub number: Name,
    /// The line stays up between calls (RA_NAILED_CONNECTION); otherwise each call rings there (RA_CALL_BY_CALL).
    pub is_nailed: bool,
}

/// A command on behalf of one agent. Objects are named by their ids; the surface has resolved its own addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make sure that the agent is known: success at once, or after asking the CTI Server; `AUTH_FAILED` if it knows no
    /// such agent.
    Lookup,
    /// Log the agent in on a phone. Also proves the password: 256 to 258 give `AUTH_FAILED`.
    Activate {
        /// The ACD password.
        password: Secret,
        /// The phone; absent: the one the CTI Server names for the agent.
        extension: Option<Name>,
        /// Ask the CTI Server even if the agent is logged in already (to prove the password). Otherwise an agent who is
        /// logged in gets success without a request.
        always_ask: bool,
        /// The phone elsewhere that a mobile agent works at; absent: the desk phone itself.
        remote: Option<RemotePhone>,
    },
    /// Not ready first where needed, then log out. Refused while an interaction is under way.
    Deactivate {
        /// Reason code for the logout.
        reason: Option<u16>,
    },
    /// Go ready; during a call, after it.
    Ready,
    /// Go not ready; during a call, after it.
    NotReady {
        /// Reason code.
        reason: Option<u16>,
    },
    /// After-call work now, or after the call.
    Work {
        /// Ready afterwards; absent or false: not ready.
        next_ready: bool,
    },
    /// Place a call.
    Dial(Dial),
    /// Take an offered contact.
    Accept(InteractionId),
    /// Refuse an offered contact.
    Reject(InteractionId),
    /// Change one item of call data.
    SetData {
        /// Which contact.
        interaction: InteractionId,
        /// Which item.
        key: Name,
        /// Its new value.
        value: Name,
    },
    /// Set the wrap-up reason.
    SetDisposition {
        /// Which contact.
        interaction: InteractionId,
        /// The reason's text.
        disposition: Name,
    },
    /// Finish a contact.
    Complete {
        /// Which contact.
        interaction: InteractionId,
        /// What became of it.
        outcome: Option<Disposition>,
    },
    /// Answer a ringing leg.
    Answer(ConversationId),
    /// Hang up a leg.
    Release(ConversationId),
    /// Hold a leg.
    Hold(ConversationId),
    /// Take a leg back from hold.
    Retrieve(ConversationId),
    /// Hold the contact and call a colleague.
    Consult {
        /// Which contact.
        interaction: InteractionId,
        /// Whom to call.
        destination: Name,
    },
    /// Swap the two legs.
    Alternate(InteractionId),
    /// Drop the consult leg and go back to the contact.
    Reconnect(InteractionId),
    /// Hand the contact over to the consulted party.
    ConsultTransfer(InteractionId),
    /// Join the contact and the consulted party.
    ConsultConference(InteractionId),
    /// Hand a leg over without asking first.
    Transfer {
        /// Which leg.
        conversation: ConversationId,
        /// To whom.
        destination: Name,
    },
    /// Add a party to a leg without asking first, where the phone can do that.
    Conference {
        /// Which leg.
        conversation: ConversationId,
        /// Whom.
        destination: Name,
    },
    /// Send tones on a leg.
    SendDtmf {
        /// Which leg.
        conversation: ConversationId,
        /// 1 to 32 of `0-9 * # A-D`.
        digits: Name,
    },
    /// Start (`true`) or stop a recording of the contact.
    Record(InteractionId, bool),
    /// Ask the supervisor for help.
    SupervisorAssist(InteractionId),
    /// Report an emergency.
    Emergency(InteractionId),
    /// Mark the line as bad.
    BadCall(InteractionId),
    /// Listen to a colleague, join in, take over, or stop that.
    Supervise {
        /// What to do.
        action: Supervision,
        /// The colleague.
        agent: super::model::AgentId,
        /// Which call of the colleague; absent: whatever call there is.
        call_id: Option<super::model::CallId>,
    },
    /// Ask for statistics; they come as an event. The agent the command is on behalf of need not be one.
    Statistics(super::statistics::Scope),
    /// Send a text.
    Message {
        /// For whom.
        to: super::user_message::Recipient,
        /// 1 to 254 bytes.
        text: Name,
    },
    /// Is there such a phone? `UNKNOWN_DEVICE` if the CTI Server knows none.
    FindDevice(Name),
    /// Send an alerting leg elsewhere.
    Deflect {
        /// Which leg.
        conversation: ConversationId,
        /// To whom.
        destination: Name,
    },
}

/// What a supervisor does with a colleague's call (SupervisoryAction of SUPERVISE_CALL_REQ).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervision {
    /// End it.
    Clear,
    /// Listen.
    Monitor,
    /// Talk to the colleague only.
    Whisper,
    /// Join the call.
    BargeIn,
    /// Take the colleague's place.
    Intercept,
}

/// A dial command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dial {
    /// The number, or an agent id if `to_agent`.
    pub destination: Name,
    /// The destination is an agent id.
    pub to_agent: bool,
    /// Skill group number for the call.
    pub skill_group: Option<u32>,
    /// CallVariable1 to CallVariable10 to set: index from 1.
    pub call_variables: Vec<(u8, Name)>,
    /// The CRM record that was clicked.
    pub click_to_dial: Option<ClickToDial>,
    /// UserToUserInfo that goes to the called party's network; at most [`USER_TO_USER_MAX`] bytes.
    pub user_to_user: Option<Name>,
}

/// Bytes of UserToUserInfo.
pub const USER_TO_USER_MAX: usize = 131;

/// How a contact is completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// One of the configured dispositions.
    Chosen {
        /// Its number.
        id: i64,
        /// Its text, which goes to CallWrapupData.
        name: Name,
        /// Notes for the session history.
        notes: Option<String>,
    },
    /// None wanted.
    Skipped,
}

/// The engine's one answer to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Done, or accepted where the effect is pending by nature.
    Success,
    /// Not executed; more is needed.
    NeedInfo(NeedInfo),
    /// Not done.
    Failure(Failure),
}

/// What more is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedInfo {
    /// The next agent state ends the contact.
    AgentState,
    /// A disposition.
    Disposition {
        /// Whether skipping is refused.
        required: bool,
    },
    /// A reason code for not ready.
    NotReadyReason,
    /// A reason code for the logout.
    LogoutReason,
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Stable code.
    pub code: FailureCode,
    /// One plain sentence.
    pub message: String,
    /// Details for support; may be empty.
    pub context: String,
    /// FailureCode of a CONTROL_FAILURE_CONF, where that was the cause.
    pub control_failure: Option<u16>,
}

impl Failure {
    /// A failure with a sentence and no details.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), context: String::new(), control_failure: None }
    }

    /// The same with details.
    #[must_use]
    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.context = context.into();
        self
    }
}

macro_rules! failure_codes {
    ($( $(#[$meta:meta])* $variant:ident = $word:literal, )*) => {
        /// Stable failure codes of all surfaces.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FailureCode { $( $(#[$meta])* $variant, )* }

        impl FailureCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }
    };
}

failure_codes! {
    /// The frame is no JSON object.
    BadJson = "BAD_JSON",
    /// A member is missing, empty or of the wrong type.
    BadRequest = "BAD_REQUEST",
    /// No such command.
    UnknownCommand = "UNKNOWN_COMMAND",
    /// Known, but not available here.
    Unsupported = "UNSUPPORTED",
    /// The session has not been started.
    NotStarted = "NOT_STARTED",
    /// No session, or another client's.
    NotBound = "NOT_BOUND",
    /// No such object.
    UnknownTarget = "UNKNOWN_TARGET",
    /// Several objects fit.
    AmbiguousTarget = "AMBIGUOUS_TARGET",
    /// The object's state does not allow it.
    InvalidState = "INVALID_STATE",
    /// The channel is not active.
    ChannelNotActive = "CHANNEL_NOT_ACTIVE",
    /// The consult leg is not connected.
    ConsultNotConnected = "CONSULT_NOT_CONNECTED",
    /// An interaction is under way.
    InteractionActive = "INTERACTION_ACTIVE",
    /// The step to not ready failed.
    NotReadyFailed = "NOT_READY_FAILED",
    /// The login failed.
    ActivateFailed = "ACTIVATE_FAILED",
    /// The logout failed.
    DeactivateFailed = "DEACTIVATE_FAILED",
    /// A disposition must be given.
    DispositionRequired = "DISPOSITION_REQUIRED",
    /// Unknown agent or wrong password.
    AuthFailed = "AUTH_FAILED",
    /// The role does not allow it.
    NotAuthorized = "NOT_AUTHORIZED",
    /// No more clients are taken.
    NotAccepting = "NOT_ACCEPTING",
    /// No such phone.
    UnknownDevice = "UNKNOWN_DEVICE",
    /// A command is under way on the object.
    Busy = "BUSY",
    /// The CTI Server refused.
    CtiFailure = "CTI_FAILURE",
    /// The CTI Server did not answer.
    CtiTimeout = "CTI_TIMEOUT",
    /// No CTI Server is connected.
    CtiOffline = "CTI_OFFLINE",
    /// The link was lost between request and confirmation.
    UnknownOutcome = "UNKNOWN_OUTCOME",
    /// Too many requests.
    RateLimited = "RATE_LIMITED",
    /// The request id was used before.
    RepeatedRequestId = "REPEATED_REQUEST_ID",
    /// A mistake of ours.
    Internal = "INTERNAL",
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A password on its way to the CTI Server; never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a password.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
