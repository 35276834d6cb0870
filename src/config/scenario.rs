//! A scenario's file: TOML, read by hand so that every mistake is named with its line, all of them at once.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Mistake, Mistakes};
use super::lines::line_at;
use super::load::FileText;
use super::value::Span;

/// The longest file that is read.
const LONGEST: usize = 1 << 20;
/// The most groups of callers, and of agents.
const MOST_GROUPS: usize = 1_000;
const DAY: Duration = Duration::from_secs(86_400);

/// A checked scenario.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the file
pub struct Scenario {
    pub seed: u64,
    pub start: Duration,
    pub end: Duration,
    pub repeat: bool,
    pub speed: f64,
    pub arrivals: Vec<Arrivals>,
    pub agents: Vec<Agents>,
}

/// Two ends of a length of time.
pub type Range = (Duration, Duration);

/// `[[arrivals]]`.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the file
pub struct Arrivals {
    pub from: Duration,
    pub to: Duration,
    pub per_hour: f64,
    pub dialed_number: Option<String>,
    pub skill_group: Option<u32>,
    pub caller_prefix: String,
    pub talk: Range,
    pub patience: Range,
    pub queue: Range,
    pub call_variables: BTreeMap<u8, String>,
    pub ecc_variables: Vec<(String, String)>,
}

/// `[[agents]]`.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the file
pub struct Agents {
    pub first: u32,
    pub count: u32,
    pub login: Duration,
    pub logout: Duration,
    pub answer_delay: Range,
    pub no_answer_share: f64,
    pub hold_share: f64,
    pub hold: Range,
    pub consult_share: f64,
    pub consult: Range,
    pub transfer_share: f64,
    pub conference_share: f64,
    pub wrap_up: Range,
    pub break_every: Range,
    pub break_time: Range,
    pub break_reason: u16,
    pub outbound_per_hour: f64,
    pub outbound_talk: Range,
    pub outbound_busy_share: f64,
}

/// The world that a scenario is for.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    /// How many agents it has; their ids begin with 1001.
    pub agents: usize,
    /// Skill groups and the numbers that lead to them.
    pub groups: &'f [(u32, &'static str)],
}

/// AgentID of a world's first agent.
const FIRST_AGENT: u64 = 1001;

/// Reads and checks a scenario.
///
/// # Errors
/// Everything that is wrong with it, each with its line.
pub fn from_text(file: FileText<'_>, facts: Facts<'_>) -> Result<Scenario, Mistakes> {
    let mut reader = Reader { file, facts, mistakes: Mistakes::default() };
    let too_long = file.text.len() > LONGEST;
    let table = if too_long { Err(None) } else { DeTable::parse(file.text).map_err(Some) };
    let table = match table {
        Ok(table) => table,
        Err(error) => {
            let at = error.as_ref().and_then(|error| error.span()).map_or(0, |span| span.start);
            let reason = error.map_or_else(|| "longer than a mebibyte".to_owned(), |error| format!("no TOML: {}", error.message()));
            reader.wrong(file.name, None, at, reason);
            return Err(reader.mistakes);
        }
    };
    let scenario = reader.scenario(table.get_ref());
    // By line, as people read it.
    reader.mistakes.0.sort_by_key(|mistake| mistake.line());
    if reader.mistakes.0.is_empty() { Ok(scenario) } else { Err(reader.mistakes) }
}

struct Reader<'t> {
    file: FileText<'t>,
    facts: Facts<'t>,
    mistakes: Mistakes,
}

/// The keys of one table, taken one by one; what is left over is unknown.
struct Keys<'r, 't, 'd> {
    reader: &'r mut Reader<'t>,
    path: String,
    at: usize,
    table: &'d DeTable<'d>,
    known: Vec<&'static str>,
}

impl Reader<'_> {
    fn wrong(&mut self, key: &str, value: Option<String>, at: usize, reason: impl Into<String>) {
        let origin = Some(format!("{}, line {}", self.file.name, line_at(self.file.text, at)));
        self.mistakes.0.push(Mistake { key: key.to_owned(), value, reason: reason.into(), origin });
    }

    fn scenario(&mut self, table: &DeTable<'_>) -> Scenario {
        let mut keys = Keys { reader: self, path: String::new(), at: 0, table, known: Vec::new() };
        let mut scenario = Scenario {
            seed: keys.take("seed", whole).unwrap_or(1),
            start: keys.take("start", time_of_day).unwrap_or(8 * 3600 * SECOND),
            end: keys.take("end", time_of_day).unwrap_or(18 * 3600 * SECOND),
            repeat: keys.take("repeat", boolean).unwrap_or(false),
            speed: keys.take("speed", |value| number(value, 0.01, 1_000.0)).unwrap_or(1.0),
            arrivals: Vec::new(),
            agents: Vec::new(),
        };
        keys.take("name", |value| text(value, 200));
        if scenario.end <= scenario.start {
            keys.wrong("end", "must be later than start");
        }
        let lists = [("arrivals", keys.list("arrivals")), ("agents", keys.list("agents"))];
        keys.finish();
        for (name, list) in lists {
            for (i, item) in list.into_iter().enumerate() {
                let path = format!("{name}[{i}].");
                let at = item.span().start;
                let DeValue::Table(table) = item.get_ref() else { continue };
                let keys = Keys { reader: self, path, at, table, known: Vec::new() };
                if name == "arrivals" {
                    scenario.arrivals.push(arrivals(keys, scenario.start, scenario.end));
                } else {
                    scenario.agents.push(agents(keys, scenario.start, scenario.end));
                }
            }
        }
        self.overlaps(&scenario.agents, table);
        if scenario.arrivals.is_empty() && scenario.agents.is_empty() && self.mistakes.0.is_empty() {
            self.wrong("arrivals", None, 0, "nothing happens: there is neither an [[arrivals]] nor an [[agents]]");
        }
        scenario
    }

    /// Nobody can have two habits.
    fn overlaps(&mut self, agents: &[Agents], table: &DeTable<'_>) {
        let ends = |group: &Agents| (u64::from(group.first), u64::from(group.first) + u64::from(group.count));
        for (i, group) in agents.iter().enumerate() {
            let (from, to) = ends(group);
            if let Some(j) = agents.iter().take(i).position(|other| ends(other).0 < to && from < ends(other).1) {
                let item = table.get("agents").and_then(|list| list.get_ref().as_array()?.get(i));
                let at = item.map_or(0, |item| item.span().start);
                self.wrong(&format!("agents[{i}].first"), None, at, format!("some of these agents are in agents[{j}] already"));
            }
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);

fn arrivals(mut keys: Keys<'_, '_, '_>, start: Duration, end: Duration) -> Arrivals {
    let group = Arrivals {
        from: keys.take("from", time_of_day).unwrap_or(start),
        to: keys.take("to", time_of_day).unwrap_or(end),
        per_hour: keys.needed("per_hour", |value| number(value, 0.0, 100_000.0)).unwrap_or(0.0),
        dialed_number: keys.take("dialed_number", |value| text(value, 39)),
        skill_group: keys.take("skill_group", |value| whole(value).and_then(|n| u32::try_from(n).map_err(|_| "too large".to_owned()))),
        caller_prefix: keys.take("caller_prefix", |value| text(value, 30)).unwrap_or_else(|| "+4144".to_owned()),
        talk: keys.between("talk", 60, 240),
        patience: keys.between("patience", 60, 180),
        queue: keys.between("queue", 0, 0),
        call_variables: keys
            .texts("call_variables", 40)
            .into_iter()
            .filter_map(|(name, value)| Some((name.parse().ok()?, value)))
            .collect(),
        ecc_variables: keys.texts("ecc_variables", 210),
    };
    if group.to <= group.from {
        keys.wrong("to", "must be later than from");
    }
    if group.dialed_number.is_none() && group.skill_group.is_none() {
        keys.wrong("dialed_number", "neither dialed_number nor skill_group says where the callers want to go");
    }
    let groups = keys.reader.facts.groups;
    if group.dialed_number.as_ref().is_some_and(|number| !groups.iter().any(|(_, known)| known == number)) && group.skill_group.is_none() {
        keys.wrong("dialed_number", "leads to no skill group of the world");
    }
    if group.skill_group.is_some_and(|wanted| !groups.iter().any(|(known, _)| *known == wanted)) {
        keys.wrong("skill_group", "the world has no such skill group");
    }
    let names: Vec<String> = keys.texts("call_variables", 40).into_iter().map(|(name, _)| name).collect();
    for name in names {
        if !name.parse::<u8>().is_ok_and(|number| (1..=10).contains(&number)) {
            keys.wrong("call_variables", &format!("{name:?}: they are numbered 1 to 10"));
        }
    }
    keys.finish();
    group
}

fn agents(mut keys: Keys<'_, '_, '_>, start: Duration, end: Duration) -> Agents {
    let share = |value: &DeValue<'_>| number(value, 0.0, 1.0);
    let id = |value: &DeValue<'_>| match value {
        DeValue::String(text) => text.parse::<u32>().map_err(|_| "expected the number of an agent".to_owned()),
        value => whole(value).and_then(|number| u32::try_from(number).map_err(|_| "too large".to_owned())),
    };
    let group = Agents {
        first: keys.needed("first", id).unwrap_or(0),
        count: keys.take("count", |value| whole(value).and_then(within(1, 20_000))).unwrap_or(1) as u32,
        login: keys.take("login", time_of_day).unwrap_or(start),
        logout: keys.take("logout", time_of_day).unwrap_or(end),
        answer_delay: keys.between("answer_delay", 1, 4),
        no_answer_share: keys.take("no_answer_share", share).unwrap_or(0.0),
        hold_share: keys.take("hold_share", share).unwrap_or(0.0),
        hold: keys.between("hold", 10, 40),
        consult_share: keys.take("consult_share", share).unwrap_or(0.0),
        consult: keys.between("consult", 10, 60),
        transfer_share: keys.take("transfer_share", share).unwrap_or(0.0),
        conference_share: keys.take("conference_share", share).unwrap_or(0.0),
        wrap_up: keys.between("wrap_up", 5, 20),
        break_every: keys.between("break_every", 2_700, 5_400),
        break_time: keys.between("break_time", 300, 900),
        break_reason: keys.take("break_reason", |value| whole(value).and_then(within(0, 65_535))).unwrap_or(1) as u16,
        outbound_per_hour: keys.take("outbound_per_hour", |value| number(value, 0.0, 1_000.0)).unwrap_or(0.0),
        outbound_talk: keys.between("outbound_talk", 30, 120),
        outbound_busy_share: keys.take("outbound_busy_share", share).unwrap_or(0.0),
    };
    let (from, to) = (u64::from(group.first), u64::from(group.first) + u64::from(group.count));
    let known = FIRST_AGENT..FIRST_AGENT + keys.reader.facts.agents as u64;
    if group.first > 0 && !(known.contains(&from) && to <= known.end) {
        let reason = format!("the world has the agents {} to {}", known.start, known.end - 1);
        keys.wrong("first", &reason);
    }
    if group.logout <= group.login {
        keys.wrong("logout", "must be later than login");
    }
    if group.transfer_share + group.conference_share > 1.0 {
        keys.wrong("conference_share", "transfer_share and conference_share together are more than 1");
    }
    if group.break_every.0.is_zero() {
        keys.wrong("break_every", "must be longer than nothing");
    }
    keys.finish();
    group
}

impl<'d> Keys<'_, '_, 'd> {
    fn find(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.table.get(key)
    }

    fn take<T>(&mut self, key: &'static str, read: impl Fn(&DeValue<'d>) -> Result<T, String>) -> Option<T> {
        let value = self.find(key)?;
        match read(value.get_ref()) {
            Ok(taken) => Some(taken),
            Err(reason) => {
                let (shown, at) = (shown(value.get_ref()), value.span().start);
                self.reader.wrong(&format!("{}{key}", self.path), shown, at, reason);
                None
            }
        }
    }

    /// A length of time; where it is absent between so many seconds.
    fn between(&mut self, key: &'static str, low: u64, high: u64) -> Range {
        self.take(key, range).unwrap_or_else(|| (Duration::from_secs(low), Duration::from_secs(high)))
    }

    fn needed<T>(&mut self, key: &'static str, read: impl Fn(&DeValue<'d>) -> Result<T, String>) -> Option<T> {
        if self.table.get(key).is_none() {
            self.known.push(key);
            self.reader.wrong(&format!("{}{key}", self.path), None, self.at, "is missing");
            return None;
        }
        self.take(key, read)
    }

    /// A rule between keys, said at the line of one of them.
    fn wrong(&mut self, key: &'static str, reason: &str) {
        let at = self.table.get(key).map_or(self.at, |value| value.span().start);
        self.reader.wrong(&format!("{}{key}", self.path), None, at, reason);
    }

    fn list(&mut self, key: &'static str) -> Vec<&'d Spanned<DeValue<'d>>> {
        let Some(value) = self.find(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) if items.len() > MOST_GROUPS => {
                self.wrong(key, "more than 1000 of them");
                Vec::new()
            }
            DeValue::Array(items) if items.iter().all(|item| matches!(item.get_ref(), DeValue::Table(_))) => items.iter().collect(),
            _ => {
                self.wrong(key, &format!("expected sections, each begun with [[{key}]]"));
                Vec::new()
            }
        }
    }

    /// A table of texts, in the order of the file's keys.
    fn texts(&mut self, key: &'static str, longest: usize) -> Vec<(String, String)> {
        let Some(value) = self.find(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, "expected a table of texts");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (name, value) in table {
            match text(value.get_ref(), longest) {
                Ok(text) => texts.push((name.get_ref().to_string(), text)),
                Err(reason) => {
                    let path = format!("{}{key}.{}", self.path, name.get_ref());
                    // Asked for twice, told once.
                    if !self.reader.mistakes.0.iter().any(|mistake| mistake.key == path) {
                        self.reader.wrong(&path, shown(value.get_ref()), value.span().start, reason);
                    }
                }
            }
        }
        texts
    }

    fn finish(self) {
        let Self { reader, path, table, known, .. } = self;
        for (name, _) in table {
            let key = name.get_ref();
            if !known.iter().any(|known| known == key) {
                let known: Vec<String> = known.iter().map(|&known| known.to_owned()).collect();
                let reason = match super::load::nearest(key, &known) {
                    Some(near) => format!("unknown key; did you mean {near}?"),
                    None => "unknown key".to_owned(),
                };
                reader.wrong(&format!("{path}{key}"), None, name.span().start, reason);
            }
        }
    }
}

fn shown(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(format!("{text:?}")),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

fn whole(value: &DeValue<'_>) -> Result<u64, String> {
    let DeValue::Integer(number) = value else { return Err("expected a whole number".to_owned()) };
    u64::from_str_radix(number.as_str(), number.radix()).map_err(|_| "expected a whole number that is not negative".to_owned())
}

fn within(low: u64, high: u64) -> impl Fn(u64) -> Result<u64, String> {
    move |number| if (low..=high).contains(&number) { Ok(number) } else { Err(format!("must be from {low} to {high}")) }
}

fn number(value: &DeValue<'_>, low: f64, high: f64) -> Result<f64, String> {
    let number = match value {
        DeValue::Integer(_) => whole(value).ok().map(|number| number as f64),
        DeValue::Float(number) => number.as_str().parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    };
    let number = number.ok_or_else(|| "expected a number".to_owned())?;
    if (low..=high).contains(&number) { Ok(number) } else { Err(format!("must be from {low} to {high}")) }
}

fn boolean(value: &DeValue<'_>) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "expected true or false".to_owned())
}

fn text(value: &DeValue<'_>, longest: usize) -> Result<String, String> {
    let text = value.as_str().ok_or_else(|| "expected a text".to_owned())?;
    if text.len() > longest { Err(format!("holds {} bytes, at most {longest} fit", text.len())) } else { Ok(text.to_owned()) }
}

/// `"08:00"` or `"08:00:30"`, up to `"24:00"`.
fn time_of_day(value: &DeValue<'_>) -> Result<Duration, String> {
    const EXPECTED: &str = "expected a time of day such as \"08:30\"";
    let parts: Option<Vec<u64>> = value.as_str().ok_or(EXPECTED)?.split(':').map(|part| part.parse().ok()).collect();
    let time = match parts.as_deref() {
        Some([hours, minutes]) if *minutes < 60 => Some(hours.saturating_mul(3600) + minutes * 60),
        Some([hours, minutes, seconds]) if *minutes < 60 && *seconds < 60 => Some(hours.saturating_mul(3600) + minutes * 60 + seconds),
        _ => None,
    };
    time.map(Duration::from_secs).filter(|time| *time <= DAY).ok_or_else(|| EXPECTED.to_owned())
}

/// `"5s"`, or `"5s..20s"`: equally likely everywhere between.
fn range(value: &DeValue<'_>) -> Result<Range, String> {
    const EXPECTED: &str = "expected a duration such as \"5s\", or two as \"5s..2m\"";
    let text = value.as_str().ok_or(EXPECTED)?;
    let span = |text: &str| serde_json::from_value::<Span>(text.trim().into()).map(|span| span.0).map_err(|_| EXPECTED.to_owned());
    let (low, high) = match text.split_once("..") {
        Some((low, high)) => (span(low)?, span(high)?),
        None => (span(text)?, span(text)?),
    };
    match () {
        () if high < low => Err("the second is shorter than the first".to_owned()),
        () if high > DAY => Err("longer than a day".to_owned()),
        () => Ok((low, high)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Scenario, Vec<String>> {
        let facts = Facts { agents: 20, groups: &[(10, "8001"), (11, "8002")] };
        from_text(FileText { name: "day.toml", text }, facts).map_err(|mistakes| mistakes.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_scenarios_we_ship_have_no_mistakes() {
        for text in [include_str!("../../config/scenarios/day.toml"), include_str!("../../config/scenarios/rush-hour.toml")] {
            let scenario = read(text).unwrap();
            assert!(!scenario.arrivals.is_empty() && !scenario.agents.is_empty());
        }
    }

    #[test]
    fn every_mistake_is_named_with_its_line_and_reason_all_at_once() {
        let text = "seed = -1\nstart = \"25:00\"\nspeeed = 2\n\n[[arrivals]]\nper_hour = \"many\"\ntalk = \"9s..3s\"\n\n[[agents]]\nfirst = 1001\ncount = 2\n\n[[agents]]\nfirst = 1002\nhold_share = 1.5\nwrap_up = 7\n";
        let mistakes = read(text).unwrap_err();
        let expected = [
            "seed = -1: expected a whole number that is not negative (day.toml, line 1)",
            "start = \"25:00\": expected a time of day such as \"08:30\" (day.toml, line 2)",
            "speeed: unknown key; did you mean speed? (day.toml, line 3)",
            "arrivals[0].dialed_number: neither dialed_number nor skill_group says where the callers want to go (day.toml, line 5)",
            "arrivals[0].per_hour = \"many\": expected a number (day.toml, line 6)",
            "arrivals[0].talk = \"9s..3s\": the second is shorter than the first (day.toml, line 7)",
            "agents[1].first: some of these agents are in agents[0] already (day.toml, line 13)",
            "agents[1].hold_share = 1.5: must be from 0 to 1 (day.toml, line 15)",
            "agents[1].wrap_up = 7: expected a duration such as \"5s\", or two as \"5s..2m\" (day.toml, line 16)",
        ];
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn what_is_no_toml_is_refused_with_its_line() {
        let mistakes = read("seed = 1\nseed = 2\n[[[").unwrap_err();
        assert!(mistakes[0].contains("line 2") || mistakes[0].contains("line 3"), "{mistakes:?}");
        assert!(read("").unwrap_err()[0].contains("nothing happens"));
        let mistakes = read("[[agents]]\nfirst = 1015\ncount = 7\n[[arrivals]]\nper_hour = 1\ndialed_number = \"9\"\n").unwrap_err();
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(mistakes[0].contains("the world has the agents 1001 to 1020 (day.toml, line 2)"), "{mistakes:?}");
        assert!(mistakes[1].contains("leads to no skill group of the world (day.toml, line 6)"), "{mistakes:?}");
    }
}
