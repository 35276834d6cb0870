//! Every declaration in the protocol module against `fixtures/protocol/tables.json`, the machine-readable copy of the
//! reference's tables: numbers, names, senders, order, types, tags, limits, versions, lists, values, bits.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::collections::{BTreeMap, BTreeSet};

use ctibridge::protocol::message::SPECS;
use ctibridge::protocol::schema::{Arity, FloatingItem, FloatingSpec, MessageSpec, Sender, ValueTable};
use ctibridge::protocol::tag::TAGS;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    messages: Vec<TableMessage>,
    enums: BTreeMap<String, BTreeMap<String, u32>>,
    masks: BTreeMap<String, BTreeMap<String, u32>>,
    tags: Vec<TableTag>,
    /// Messages that the reference lists without a layout.
    listed_only: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    number: u32,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableMessage {
    number: u32,
    name: String,
    from: String,
    #[serde(default)]
    since: u8,
    fixed: Vec<TableField>,
    floating: Vec<TableField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableField {
    name: String,
    r#type: String,
    /// `null` where no public source prints it.
    tag: Option<u16>,
    #[serde(default)]
    max: u16,
    #[serde(default)]
    since: u8,
    #[serde(default)]
    until: u8,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    list: bool,
    #[serde(default)]
    packed: bool,
    group: Option<String>,
    r#enum: Option<String>,
    mask: Option<String>,
    #[serde(default)]
    counts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableTag {
    value: u16,
    name: String,
    field: String,
    r#type: Option<String>,
    #[serde(default)]
    max: u16,
    #[serde(default)]
    since: u8,
    #[serde(default)]
    until: u8,
}

fn tables() -> Tables {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/protocol/tables.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Collects disagreements, so that one run shows them all.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, place: &str, declared: T, table: T) {
        if declared != table {
            self.0.push(format!("{place}: declared {declared:?}, table {table:?}"));
        }
    }

    fn end(self) {
        assert!(self.0.is_empty(), "{} disagreements:\n{}", self.0.len(), self.0.join("\n"));
    }
}

fn same_name(rust: &str, table: &str) -> bool {
    rust.eq_ignore_ascii_case(table)
}

fn same_values(findings: &mut Findings, place: &str, declared: Option<&'static ValueTable>, field: &TableField, tables: &Tables) {
    let (name, is_mask) = match (&field.r#enum, &field.mask) {
        (Some(name), _) => (name, false),
        (None, Some(name)) => (name, true),
        (None, None) => return findings.same(place, declared.map(|table| table.name), None),
    };
    let Some(declared) = declared else { return findings.0.push(format!("{place}: no values, table {name}")) };
    findings.same(&format!("{place} table"), (same_name(declared.name, name), declared.is_mask), (true, is_mask));
    let values = if is_mask { &tables.masks } else { &tables.enums };
    let expected: BTreeMap<_, _> = values[name].iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let have: BTreeMap<_, _> = declared.values.iter().map(|(value, name)| (*name, *value)).collect();
    findings.same(&format!("{place} values"), have, expected);
}

fn floating_fields(table: &TableMessage) -> impl Iterator<Item = &TableField> {
    table.floating.iter().filter(|field| field.tag.is_some())
}

fn compare(findings: &mut Findings, spec: &'static MessageSpec, table: &TableMessage, tables: &Tables) {
    let name = spec.name;
    let from = match spec.from {
        Sender::Client => "client",
        Sender::Server => "server",
        Sender::Both => "both",
    };
    findings.same(name, (spec.number, spec.name, from, spec.since), (table.number, &*table.name, &*table.from, table.since));
    let order = |names: Vec<&'static str>| names.join(" ");
    findings.same(
        &format!("{name} fixed part"),
        order(spec.fixed.iter().map(|field| field.name).collect()),
        table.fixed.iter().map(|field| &*field.name).collect::<Vec<_>>().join(" "),
    );
    for (field, row) in spec.fixed.iter().zip(&table.fixed) {
        let place = format!("{name}.{}", field.name);
        findings.same(&place, (field.wire.as_str(), field.since), (&*row.r#type, row.since));
        findings.same(&format!("{place} counts"), field.is_counter, !row.counts.is_empty());
        same_values(findings, &place, field.values, row, tables);
        same_list(findings, &place, field.counts, row, table);
    }
    let fields: Vec<&FloatingSpec> = spec.floating_fields().collect();
    let rows: Vec<&TableField> = floating_fields(table).collect();
    let declared: BTreeSet<_> = fields.iter().map(|field| (field.tag, field.name)).collect();
    let printed: BTreeSet<_> = rows.iter().map(|row| (row.tag.unwrap(), &*row.name)).collect();
    findings.same(&format!("{name} floating part"), declared, printed);
    for row in rows {
        let Some(field) = spec.floating_field(row.tag.unwrap()) else { continue };
        let place = format!("{name}.{}", field.name);
        findings.same(
            &place,
            (field.wire.as_str(), field.max, field.since, field.until, field.is_required),
            (&*row.r#type, row.max, row.since, row.until, row.required),
        );
        let is_group = group_of(spec, field.tag).is_some();
        let is_counted_inside =
            is_group && floating_fields(table).any(|counter| counter.group.is_some() && counter.counts.contains(&row.name));
        let arity = match (row.packed, row.list) {
            (true, _) => Arity::Packed,
            (false, true) if !is_group || is_counted_inside => Arity::List,
            _ => Arity::One,
        };
        findings.same(&format!("{place} arity"), field.arity, arity);
        findings.same(&format!("{place} repeats"), is_group || field.arity != Arity::One, row.list || row.packed);
        same_values(findings, &place, field.values, row, tables);
        same_list(findings, &place, field.counts, row, table);
    }
    in_documented_order(findings, spec, table);
}

fn group_of(spec: &'static MessageSpec, tag: u16) -> Option<&'static [FloatingSpec]> {
    spec.floating.iter().find_map(|item| match item {
        FloatingItem::Group(members) if members.iter().any(|member| member.tag == tag) => Some(*members),
        _ => None,
    })
}

/// A counter names a list that the table says it counts.
fn same_list(findings: &mut Findings, place: &str, counts: &[u16], row: &TableField, table: &TableMessage) {
    if let Some(first) = counts.first() {
        let counted = floating_fields(table).find(|field| field.tag == Some(*first)).map(|field| field.name.clone());
        let is_entry = |name: &String| {
            floating_fields(table).any(|field| Some(&field.name) == counted.as_ref() && (field.name == *name || field.list))
        };
        let agrees = row.counts.is_empty() || row.counts.iter().any(is_entry);
        findings.same(&format!("{place} counts a list"), agrees, true);
    }
}

/// Fields stand in the order of the table; the members of one list together where its first member stands.
fn in_documented_order(findings: &mut Findings, spec: &'static MessageSpec, table: &TableMessage) {
    let position = |tag: u16| floating_fields(table).position(|field| field.tag == Some(tag));
    for item in spec.floating {
        let positions: Vec<_> = item.fields().iter().filter_map(|field| position(field.tag)).collect();
        findings.same(&format!("{} order inside {}", spec.name, item.fields()[0].name), positions.is_sorted(), true);
    }
    let firsts: Vec<_> = spec.floating.iter().filter_map(|item| position(item.fields()[0].tag)).collect();
    findings.same(&format!("{} order", spec.name), firsts.is_sorted(), true);
    let groups: BTreeSet<_> = floating_fields(table).filter_map(|field| field.group.as_ref()).collect();
    let declared = spec.floating.iter().filter(|item| matches!(item, FloatingItem::Group(_))).count();
    findings.same(&format!("{} groups", spec.name), declared >= groups.len(), true);
}

#[test]
fn every_declaration_agrees_with_the_tables() {
    let tables = tables();
    let mut findings = Findings::default();
    findings.same(
        "messages",
        SPECS.iter().map(|spec| spec.number).collect::<Vec<_>>(),
        tables.messages.iter().map(|table| table.number).collect::<Vec<_>>(),
    );
    for (spec, table) in SPECS.iter().zip(&tables.messages) {
        compare(&mut findings, spec, table, &tables);
    }
    findings.end();
}

/// Nobody should believe these covered: their numbers are the ones that the documentation and the README give.
#[test]
fn messages_listed_without_a_layout_are_named_and_not_declared() {
    let tables = tables();
    let listed: Vec<_> = tables.listed_only.iter().map(|listed| listed.number).collect();
    let mut documented: Vec<u32> = vec![120, 126, 127];
    documented.extend((151..=215).chain(242..=244).chain([247]).chain(255..=258).chain(262..=266));
    assert_eq!(listed, documented);
    for Listed { number, name } in &tables.listed_only {
        assert!(ctibridge::protocol::spec_of(*number).is_none() && ctibridge::protocol::spec_named(name).is_none(), "{name}");
    }
}

#[test]
fn every_tag_agrees_with_the_table() {
    let tables = tables();
    let mut findings = Findings::default();
    findings.same("tags", TAGS.len(), tables.tags.len());
    for (tag, row) in TAGS.iter().zip(&tables.tags) {
        findings.same(&row.name, (tag.number, tag.name, tag.field), (row.value, &*row.name, &*row.field));
        findings.same(&row.name, (tag.since, tag.until), (row.since, row.until));
        let wire = row.r#type.as_deref().filter(|name| *name != "TASKID"); // a type of the task messages, which no source lays out
        findings.same(&row.name, tag.wire.map(|wire| wire.as_str()), wire);
        if tag.wire.is_some_and(|wire| wire.width().is_none()) {
            findings.same(&row.name, tag.max, row.max);
        }
    }
    findings.end();
}

#[test]
fn fields_without_a_printed_tag_are_the_known_five() {
    let tables = tables();
    let untagged: Vec<_> = tables
        .messages
        .iter()
        .flat_map(|message| {
            message.floating.iter().filter(|field| field.tag.is_none()).map(|field| format!("{}.{}", message.name, field.name))
        })
        .collect();
    assert_eq!(
        untagged,
        [
            "OPEN_REQ.UniqueInstanceID",
            "CALL_AGENT_GREETING_EVENT.GreetingType",
            "SET_AGENT_SERVICE_DATA_REQ.TotalAnswersSuggestion",
            "SET_AGENT_SERVICE_DATA_REQ.NumPositiveAnswersSuggestions",
            "SET_AGENT_SERVICE_DATA_REQ.NumNegativeAnswersSuggestions",
        ]
    );
}
