//! What can be searched for: query parameters in, SQL with bound values out. Only text of this file becomes SQL.

use jiff::{Span, SpanRelativeTo, Timestamp};
use sqlx::Any;
use sqlx::any::AnyArguments;

use super::model::SessionId;

/// In which order sessions come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest `created` first.
    #[default]
    NewestFirst,
}

/// A parameter that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {reason}")]
pub struct BadParameter {
    /// Its name as given.
    pub parameter: String,
    /// What is wrong with it.
    pub reason: String,
}

/// A value to bind.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(i64),
    Text(String),
}

type Query<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

impl Value {
    pub(super) fn bind(self, query: Query<'_>) -> Query<'_> {
        match self {
            Self::Number(number) => query.bind(number),
            Self::Text(text) => query.bind(text),
        }
    }
}

/// One condition; all of a filter's must hold.
#[derive(Clone, Debug, PartialEq)]
enum Condition {
    /// The column is one of the values.
    In(&'static str, Vec<Value>),
    /// A row of the side table has one of the values.
    Exists { table: &'static str, column: &'static str, values: Vec<Value> },
    /// Not less than.
    AtLeast(&'static str, i64),
    /// Not more than.
    AtMost(&'static str, i64),
    /// Less than.
    Below(&'static str, i64),
    /// Absent or present.
    Null(&'static str, bool),
    /// Contains the text.
    Contains(&'static str, String),
    /// Does not contain it.
    Lacks(&'static str, String),
    /// Older than this one in the order of the list.
    After { created: i64, id: SessionId },
    /// Of one of the departments, or one in which the agent took part.
    Within { departments: Vec<Value>, agent: Option<Value> },
    /// Nothing fits: a set of words none of which exists.
    Nothing,
}

/// The condition whose table is read first, in the order of the list.
#[derive(Clone, Copy, Debug)]
struct Leader {
    place: usize,
    table: &'static str,
}

/// What to let through, and in which order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    conditions: Vec<Condition>,
    /// The order.
    pub order: Order,
}

/// Everything a list can be asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Which.
    pub filter: Filter,
    /// How many at most.
    pub limit: i64,
    /// `limit` was given: an export without one has no end.
    pub is_limited: bool,
    /// How many to leave out.
    pub offset: i64,
    /// With activities and recordings.
    pub verbose: bool,
    /// With the number of all.
    pub count: bool,
}

/// The most sessions one answer carries.
pub const MAX_LIMIT: i64 = 10_000;
const DEFAULT_LIMIT: i64 = 100;

/// How a record says that it was accepted by itself; others do not. Quotes in what customers and agents write are escaped.
const AUTO_ACCEPTED: &str = "\"auto_accepted\":true";

/// Values of one parameter at most.
pub(super) const MAX_VALUES: usize = 500;

/// The published words of each enumeration, those that no session of ours ever has among them.
pub(super) const STATUSES: [&str; 8] = ["CREATED", "IN_QUEUE", "WAITING", "ACTIVE", "ACW", "BCW", "CLOSED", "BLACKLISTED"];
pub(super) const CHANNELS: [&str; 3] = ["Chat", "AV", "Phone"];
pub(super) const SOURCES: [&str; 13] = [
    "Default",
    "Callback",
    "Invitation",
    "ChatInvitation",
    "IncomingCall",
    "OutgoingCall",
    "Campaign",
    "API",
    "Facebook",
    "WhatsApp",
    "VK",
    "Apple",
    "GenericChannel",
];
const OUR_SOURCES: [&str; 3] = ["IncomingCall", "OutgoingCall", "Campaign"];
pub(super) const DIRECTIONS: [&str; 3] = ["Inbound", "Outbound", "Internal"];
pub(super) const DIAL_RESULTS: [&str; 10] = [
    "DIALING",
    "ANSWERED",
    "RINGING",
    "FAILED",
    "NO_ANSWER",
    "BLACKLISTED",
    "REJECTED",
    "INVALID_NUMBER",
    "UNREACHABLE",
    "CANCELLED_BY_USER",
];
pub(super) const TERMINATIONS: [&str; 14] = [
    "GuestLeft",
    "OperatorLeft",
    "GuestAbandoned",
    "OperatorAbandoned",
    "ExternalPartyLeft",
    "CampaignFailedDial",
    "CampaignTerminated",
    "CallForwardedToExternalPhone",
    "OperatorWithoutExtension",
    "ForwardToExternalPhoneFailed",
    "FailedRouting",
    "ExternalSessionExpired",
    "SessionApiCall",
    "UnknownReason",
];
pub(super) const GUEST_LEFT: [&str; 5] = ["LeftQueue", "LeftSession", "LeftAfterSession", "StillConnected", "LeftBeforeQueue"];

/// Sets and texts of the published filter model that speak of other channels: accepted, and without effect.
const IGNORED_SETS: [&str; 9] =
    ["channelidentityid", "chatbotid", "widget", "clientstars", "clientfeedbackscale", "clientid", "guestidentifications", "browser", "os"];
const IGNORED_TEXTS: [&str; 5] = ["landingpage", "ipaddress", "initialmessage", "language", "gdprversion"];

/// Whether a filter is of the published model and says nothing about phone calls.
fn is_ignored(key: &str) -> bool {
    match key.split_once('.') {
        None => IGNORED_SETS.contains(&key) || IGNORED_TEXTS.contains(&key),
        Some((name, part)) => {
            (IGNORED_TEXTS.contains(&name) && matches!(part, "text" | "exact" | "null"))
                || (name == "anonymized" && matches!(part, "min" | "max" | "null"))
        }
    }
}

impl Request {
    /// Reads the query parameters of a list; names match without regard to case, repeated ones make a set.
    ///
    /// # Errors
    /// The first [`BadParameter`].
    pub fn read<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadParameter> {
        let mut request =
            Self { filter: Filter::default(), limit: DEFAULT_LIMIT, is_limited: false, offset: 0, verbose: false, count: false };
        let mut sets: Vec<(Set, Vec<Value>)> = Vec::new();
        let (mut customer, mut is_exact) = (None, false);
        for (name, value) in parameters {
            let key = name.to_ascii_lowercase();
            let wrong = |reason: &str| BadParameter { parameter: name.to_owned(), reason: reason.to_owned() };
            // PostgreSQL takes no text with it.
            if value.contains('\0') {
                return Err(wrong("there must be no NUL in it"));
            }
            let number = || value.parse::<i64>().map_err(|_| wrong("expected a whole number"));
            let flag = || value.to_ascii_lowercase().parse::<bool>().map_err(|_| wrong("expected true or false"));
            match key.as_str() {
                "limit" => {
                    request.limit = number()?;
                    request.is_limited = true;
                    if !(1..=MAX_LIMIT).contains(&request.limit) {
                        return Err(wrong("expected 1 to 10000"));
                    }
                }
                "offset" => {
                    request.offset = number()?;
                    if !(0..=100_000_000).contains(&request.offset) {
                        return Err(wrong("expected 0 to 100000000"));
                    }
                }
                "phonecallbacknumber.text" if value.len() > 200 => return Err(wrong("expected up to 200 characters")),
                "phonecallbacknumber.text" => customer = Some(value.to_owned()),
                "phonecallbacknumber.exact" => match flag() {
                    Ok(exact) => is_exact = exact,
                    // The number itself: what an earlier version asked for.
                    Err(_) if !value.is_empty() && value.len() <= 200 && !value.contains(char::is_alphabetic) => {
                        request.filter.conditions.push(Condition::In("s.client_number", vec![Value::Text(value.to_owned())]));
                    }
                    Err(bad) => return Err(bad),
                },
                "verbose" => request.verbose = flag()?,
                "count" => request.count = flag()?,
                "after" => {
                    let after = cursor(value).ok_or_else(|| wrong("not a cursor of an earlier answer"))?;
                    request.filter.conditions.push(after);
                }
                _ => {
                    if let Some(set) = Set::named(&key) {
                        let value = set.value(value).map_err(wrong)?;
                        match sets.iter_mut().find(|(known, _)| *known == set) {
                            Some((_, values)) if values.len() >= MAX_VALUES => return Err(wrong("more than 500 values")),
                            // A word said twice is one: however often, there are no more than are published.
                            Some((_, values)) if set.is_of_words() => values.extend(value.filter(|value| !values.contains(value))),
                            Some((_, values)) => values.extend(value),
                            None => sets.push((set, value.into_iter().collect())),
                        }
                    } else if let Some(condition) = range(&key, value).transpose().map_err(wrong)? {
                        request.filter.conditions.push(condition);
                    } else if !is_ignored(&key) {
                        return Err(wrong("there is no such filter"));
                    }
                }
            }
        }
        request.filter.conditions.extend(customer.map(|number| match is_exact {
            true => Condition::In("s.client_number", vec![Value::Text(number)]),
            false => Condition::Contains("s.client_number", number),
        }));
        request.filter.conditions.extend(sets.into_iter().map(|(set, values)| set.condition(values)));
        Ok(request)
    }

    /// The cursor behind a session.
    pub fn cursor(created: Timestamp, id: SessionId) -> String {
        format!("{}-{id}", created.as_microsecond())
    }
}

fn cursor(text: &str) -> Option<Condition> {
    let (created, id) = text.rsplit_once('-')?;
    Some(Condition::After { created: created.parse().ok()?, id: id.parse().ok()? })
}

/// A parameter that may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Id,
    Department,
    Status,
    Source,
    Channel,
    Agent,
    Result,
    Tags,
    Termination,
    GuestLeft,
    Direction,
    Day,
    Call,
    CtiCall,
    Group,
    Interaction,
}

impl Set {
    fn named(key: &str) -> Option<Self> {
        Some(match key {
            "sessionid" => Self::Id,
            "departmentid" => Self::Department,
            "status" => Self::Status,
            "source" => Self::Source,
            "channel" => Self::Channel,
            "operatoruserid" => Self::Agent,
            "result" => Self::Result,
            "tags" => Self::Tags,
            "terminationreason" => Self::Termination,
            "guestleftsession" => Self::GuestLeft,
            "direction" => Self::Direction,
            "callkeyday" => Self::Day,
            "callkeycallid" => Self::Call,
            "cticallid" => Self::CtiCall,
            "skillgroupid" => Self::Group,
            "interactionid" => Self::Interaction,
            _ => return None,
        })
    }

    /// Its values are words of an enumeration.
    const fn is_of_words(self) -> bool {
        matches!(self, Self::Status | Self::Source | Self::Channel | Self::Result | Self::Termination | Self::GuestLeft | Self::Direction)
    }

    /// The stored form; none for a word that exists and that no session of ours ever has.
    fn value(self, text: &str) -> Result<Option<Value>, &'static str> {
        let word = |words: &[&str]| {
            let known = words.iter().find(|word| word.eq_ignore_ascii_case(text));
            known.map(|word| Value::Text((*word).to_owned()))
        };
        match self {
            Self::Id | Self::Department | Self::Day | Self::Call | Self::CtiCall | Self::Group => {
                text.parse().map(|number| Some(Value::Number(number))).map_err(|_| "expected a whole number")
            }
            Self::Agent | Self::Tags | Self::Interaction if text.is_empty() || text.len() > 200 => Err("expected 1 to 200 characters"),
            Self::Agent | Self::Tags | Self::Interaction => Ok(Some(Value::Text(text.to_owned()))),
            Self::Status => word(&STATUSES).map(Some).ok_or("not a status"),
            Self::Channel => match word(&CHANNELS).ok_or("not a channel")? {
                Value::Text(channel) if channel == "Phone" => Ok(Some(Value::Text(channel))),
                _ => Ok(None),
            },
            Self::Source => {
                let is_ours = |known: &Value| matches!(known, Value::Text(known) if OUR_SOURCES.contains(&known.as_str()));
                Ok(Some(word(&SOURCES).ok_or("not a source")?).filter(is_ours))
            }
            Self::Direction => word(&DIRECTIONS).map(Some).ok_or("expected Inbound, Outbound or Internal"),
            Self::Result => word(&DIAL_RESULTS).map(Some).ok_or("not a result of dialling"),
            Self::Termination => word(&TERMINATIONS).map(Some).ok_or("not a reason"),
            Self::GuestLeft => word(&GUEST_LEFT).map(Some).ok_or("not a way of leaving"),
        }
    }

    fn condition(self, values: Vec<Value>) -> Condition {
        if values.is_empty() {
            return Condition::Nothing;
        }
        match self {
            Self::Id => Condition::In("s.id", values),
            Self::Department => Condition::In("s.department", values),
            Self::Status => Condition::In("s.status", values),
            Self::Source => Condition::In("s.source", values),
            // All of ours are phone calls.
            Self::Channel => Condition::AtLeast("s.id", 0),
            Self::Result => Condition::In("s.dial_result", values),
            Self::Termination => Condition::In("s.termination", values),
            Self::GuestLeft => Condition::In("s.guest_left", values),
            Self::Direction => Condition::In("s.direction", values),
            Self::Day => Condition::In("s.key_day", values),
            Self::Call => Condition::In("s.key_call", values),
            Self::Agent => Condition::Exists { table: "session_agents", column: "agent", values },
            Self::Tags => Condition::Exists { table: "session_tags", column: "tag", values },
            Self::CtiCall => Condition::Exists { table: "session_calls", column: "call_id", values },
            Self::Group => Condition::Exists { table: "session_groups", column: "skill_group", values },
            Self::Interaction => Condition::Exists { table: "session_interactions", column: "interaction", values },
        }
    }
}

/// `Created.Min` and the like; none for a name that is none of them.
fn range(key: &str, value: &str) -> Option<Result<Condition, &'static str>> {
    let (name, part) = key.split_once('.').unwrap_or((key, ""));
    let moment = match name {
        "created" => Some("s.created"),
        "guestjoined" => Some("s.guest_joined"),
        "accepted" => Some("s.started"),
        "ended" => Some("s.ended"),
        _ => None,
    };
    let span = match name {
        "waitingtime" => Some("s.waited"),
        "duration" => Some("s.length"),
        _ => None,
    };
    let flag = || value.to_ascii_lowercase().parse::<bool>().map_err(|_| "expected true or false");
    let time = || {
        value.parse::<Timestamp>().map(Timestamp::as_microsecond).map_err(|_| "expected a time with offset, such as 2026-01-31T12:00:00Z")
    };
    let length = || {
        // Days and weeks have a length here; how long a month is nobody knows.
        let length: Span = value.parse().map_err(|_| "expected a duration, such as PT1M30S")?;
        let length = length.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| "expected a duration, such as PT1M30S")?;
        i64::try_from(length.as_micros()).map_err(|_| "too long")
    };
    Some(match (moment, span, part) {
        (Some(column), _, "min") => time().map(|at| Condition::AtLeast(column, at)),
        (Some(column), _, "max") => time().map(|at| Condition::AtMost(column, at)),
        (Some(column), _, "null") => flag().map(|is_null| Condition::Null(column, is_null)),
        (_, Some(column), "min") => length().map(|at| Condition::AtLeast(column, at)),
        (_, Some(column), "max") => length().map(|at| Condition::AtMost(column, at)),
        (_, Some(column), "null") => flag().map(|is_null| Condition::Null(column, is_null)),
        _ => match key {
            "phonecallbacknumber.null" => flag().map(|is_null| Condition::Null("s.client_number", is_null)),
            "activitytextscontain" if value.is_empty() || value.len() > 200 => Err("expected 1 to 200 characters"),
            "activitytextscontain" => Ok(Condition::Contains("s.texts", value.to_lowercase())),
            "hasconcurrentoperators" => {
                flag().map(|many| if many { Condition::AtLeast("s.operators", 2) } else { Condition::Below("s.operators", 2) })
            }
            "autoaccepted" => flag().map(|auto| {
                let mark = AUTO_ACCEPTED.to_owned();
                if auto { Condition::Contains("s.body", mark) } else { Condition::Lacks("s.body", mark) }
            }),
            _ => return None,
        },
    })
}

/// What LIKE wants for "contains".
fn like(needle: &str) -> Value {
    let escaped = needle.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Value::Text(format!("%{escaped}%"))
}

impl Filter {
    /// Sessions that began in a range of time.
    #[must_use]
    pub fn created_between(mut self, from: Timestamp, to: Timestamp) -> Self {
        self.conditions.push(Condition::AtLeast("s.created", from.as_microsecond()));
        self.conditions.push(Condition::Below("s.created", to.as_microsecond()));
        self
    }

    /// Sessions behind one in the order of the list; an earlier place does not count any longer.
    #[must_use]
    pub fn behind(mut self, created: Timestamp, id: SessionId) -> Self {
        self.conditions.retain(|condition| !matches!(condition, Condition::After { .. }));
        self.conditions.push(Condition::After { created: created.as_microsecond(), id });
        self
    }

    /// Only sessions of these departments, and those in which `agent` took part.
    #[must_use]
    pub fn within(mut self, departments: &[i64], agent: Option<&str>) -> Self {
        let departments = departments.iter().take(MAX_VALUES).map(|department| Value::Number(*department)).collect();
        self.conditions.push(Condition::Within { departments, agent: agent.map(|agent| Value::Text(agent.to_owned())) });
        self
    }

    /// Where one agent's sessions are wanted, or one skill group's, their index leads: it has them in the order of the list, and
    /// no more of them is read than the list takes. The agent's if both are: it is the shorter one.
    fn leader(&self) -> Option<Leader> {
        let of = |wanted: &str| {
            self.conditions.iter().enumerate().find_map(|(place, condition)| match condition {
                Condition::Exists { table, values, .. } if *table == wanted && values.len() == 1 => Some(Leader { place, table }),
                _ => None,
            })
        };
        of("session_agents").or_else(|| of("session_groups"))
    }

    /// A column of `sessions s`, in the leading index if it stands there too.
    fn place(&self, column: &'static str) -> &'static str {
        match column {
            "s.created" if self.leader().is_some() => "l.created",
            "s.id" if self.leader().is_some() => "l.session_id",
            _ => column,
        }
    }

    /// `SELECT what FROM … WHERE …`, and the values to bind, in order.
    pub(super) fn select(&self, what: &str) -> (String, Vec<Value>) {
        let leader = self.leader();
        // CROSS JOIN: SQLite takes the tables in the order they are named in.
        let mut text = match &leader {
            Some(Leader { table, .. }) => format!("SELECT {what} FROM {table} l CROSS JOIN sessions s"),
            None => format!("SELECT {what} FROM sessions s"),
        };
        let mut values: Vec<Value> = Vec::new();
        let mut number = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut parts = Vec::new();
        for (index, condition) in self.conditions.iter().enumerate() {
            parts.push(match condition {
                Condition::In(column, wanted) => {
                    let wanted: Vec<_> = wanted.iter().cloned().map(&mut number).collect();
                    format!("{} IN ({})", self.place(column), wanted.join(", "))
                }
                Condition::Exists { column, values: wanted, .. } if leader.as_ref().is_some_and(|leader| leader.place == index) => {
                    let wanted: Vec<_> = wanted.iter().cloned().map(&mut number).collect();
                    format!("s.id = l.session_id AND l.{column} = {}", wanted.join(", "))
                }
                Condition::Exists { table, column, values: wanted } => {
                    let wanted: Vec<_> = wanted.iter().cloned().map(&mut number).collect();
                    format!("s.id IN (SELECT t.session_id FROM {table} t WHERE t.{column} IN ({}))", wanted.join(", "))
                }
                Condition::AtLeast(column, least) => format!("{} >= {}", self.place(column), number(Value::Number(*least))),
                Condition::AtMost(column, most) => format!("{} <= {}", self.place(column), number(Value::Number(*most))),
                Condition::Below(column, bound) => format!("{} < {}", self.place(column), number(Value::Number(*bound))),
                Condition::Null(column, true) => format!("{column} IS NULL"),
                Condition::Null(column, false) => format!("{column} IS NOT NULL"),
                Condition::Contains(column, needle) => format!("{column} LIKE {} ESCAPE '\\'", number(like(needle))),
                Condition::Lacks(column, needle) => format!("{column} NOT LIKE {} ESCAPE '\\'", number(like(needle))),
                Condition::After { created, id } => {
                    let (older, same, below) =
                        (number(Value::Number(*created)), number(Value::Number(*created)), number(Value::Number(*id)));
                    let (at, of) = (self.place("s.created"), self.place("s.id"));
                    format!("({at} < {older} OR ({at} = {same} AND {of} < {below}))")
                }
                Condition::Within { departments, agent } => {
                    let mut ways = Vec::new();
                    if !departments.is_empty() {
                        let wanted: Vec<_> = departments.iter().cloned().map(&mut number).collect();
                        ways.push(format!("s.department IN ({})", wanted.join(", ")));
                    }
                    if let Some(agent) = agent {
                        let agent = number(agent.clone());
                        ways.push(format!("s.id IN (SELECT t.session_id FROM session_agents t WHERE t.agent = {agent})"));
                    }
                    if ways.is_empty() { "1 = 0".to_owned() } else { format!("({})", ways.join(" OR ")) }
                }
                Condition::Nothing => "1 = 0".to_owned(),
            });
        }
        if !parts.is_empty() {
            text.push_str(" WHERE ");
            text.push_str(&parts.join(" AND "));
        }
        (text, values)
    }

    /// `ORDER BY …`
    pub(super) fn order_by(&self) -> String {
        match self.order {
            Order::NewestFirst => format!(" ORDER BY {} DESC, {} DESC", self.place("s.created"), self.place("s.id")),
        }
    }
}
