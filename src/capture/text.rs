//! One message as text that an operator likes to read: a line for the message, then its fields with names for numbers.

use std::fmt::Write;

use super::hex::to_hex;
use super::json::{Defect, HIDDEN, Origin, is_secret};
use crate::protocol::generic::{GenericMessage, Value};
use crate::protocol::schema::{ValueTable, WireType};
use crate::protocol::spec_of;

const NAME_WIDTH: usize = 32;

/// How text is written.
#[derive(Clone, Copy, Debug)]
pub struct TextStyle {
    /// Whether passwords are shown.
    pub show_secrets: bool,
}

/// Appends a message that began at byte `offset` of its stream.
pub fn write_message(out: &mut String, style: TextStyle, origin: Option<&Origin>, offset: u64, message: &GenericMessage<'_>) {
    head(out, origin, offset);
    let length = message.body().len();
    let _ = writeln!(out, "{} ({}), {length} bytes", message.name().unwrap_or("unknown message"), message.number());
    for field in message.fixed() {
        let value = field.value().map_or_else(|| to_hex(field.data), |value| show(&value, field.spec.wire, field.spec.values));
        row(out, field.spec.name, &value);
    }
    for field in message.floating() {
        match field.spec {
            None => row(out, &format!("tag {} (unknown)", field.tag), &to_hex(field.data)),
            Some(spec) if !style.show_secrets && is_secret(spec.name) => row(out, spec.name, HIDDEN),
            Some(spec) => {
                let value = field.value().map_or_else(|| to_hex(field.data), |value| show(&value, spec.wire, spec.values));
                row(out, spec.name, &value);
            }
        }
    }
    if !message.rest().is_empty() {
        let label = if message.spec().is_some() { "left over" } else { "body" };
        row(out, label, &to_hex(message.rest()));
    }
}

/// Appends what is wrong with a message, or with a frame that could not be taken apart.
pub fn write_defect(out: &mut String, origin: Option<&Origin>, defect: &Defect) {
    head(out, origin, defect.offset);
    let _ = write!(out, "! {}", defect.kind);
    if let Some(number) = defect.number {
        let _ = write!(out, " in {} ({number})", spec_of(number).map_or("unknown message", |spec| spec.name));
    }
    if let Some(field) = defect.field {
        let _ = write!(out, ", field {field}");
    }
    out.push('\n');
}

fn head(out: &mut String, origin: Option<&Origin>, offset: u64) {
    let _ = match origin {
        None => write!(out, "@{offset} "),
        Some(Origin { at, from, connection, client, server }) => {
            let (sender, receiver) = if *from == "client" { (client, server) } else { (server, client) };
            write!(out, "{at} #{connection} {from} {sender} > {receiver} @{offset} ")
        }
    };
}

fn row(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "    {name:<NAME_WIDTH$} {value}");
}

fn show(value: &Value<'_>, wire: WireType, table: Option<&ValueTable>) -> String {
    match value {
        Value::Number(number) => show_number(*number, wire, table),
        Value::Bool(value) => (if *value { "yes" } else { "no" }).to_owned(),
        Value::Text(text) => quote(text),
        Value::Bytes(bytes) if bytes.is_empty() => "(empty)".to_owned(),
        Value::Bytes(bytes) => to_hex(bytes),
        Value::NamedVariable { name, value } => format!("{} = {}", plain(name), quote(value)),
        Value::NamedArray { index, name, value } => format!("{}[{index}] = {}", plain(name), quote(value)),
        Value::List(numbers) => {
            let shown: Vec<_> = numbers.iter().map(|number| show_number(*number, wire, table)).collect();
            format!("[{}]", shown.join(", "))
        }
    }
}

/// Text with everything escaped that a terminal would obey.
fn quote(text: &str) -> String {
    format!("{text:?}")
}

fn plain(text: &str) -> String {
    text.escape_debug().to_string()
}

fn show_number(number: i64, wire: WireType, table: Option<&ValueTable>) -> String {
    let unsigned = u32::try_from(number).ok();
    if let Some(table) = table.filter(|table| table.is_mask) {
        let bits = unsigned.unwrap_or(number as u32); // the bit pattern of a signed field
        return show_mask(bits, table);
    }
    if let Some(name) = unsigned.and_then(|number| table?.name_of(number)) {
        return format!("{number} {name}");
    }
    match (wire, unsigned) {
        (WireType::Time, Some(seconds)) => {
            let time = jiff::Timestamp::from_second(i64::from(seconds));
            time.map_or_else(|_| seconds.to_string(), |time| format!("{seconds} ({time})"))
        }
        // The NULL values of the reference: all ones.
        (WireType::Uint, Some(u32::MAX)) => "none (0xffffffff)".to_owned(),
        (WireType::Ushort, Some(0xffff)) => "none (0xffff)".to_owned(),
        _ => number.to_string(),
    }
}

fn show_mask(bits: u32, table: &ValueTable) -> String {
    let mut names = Vec::new();
    let mut unnamed = bits;
    for (bit, name) in table.values.iter().filter(|(bit, _)| *bit != 0) {
        if bits & bit == *bit {
            names.push((*name).to_owned());
            unnamed &= !bit;
        }
    }
    if unnamed != 0 {
        names.push(format!("{unnamed:#x}"));
    }
    let mut shown = format!("{bits:#010x}");
    if !names.is_empty() {
        shown.push(' ');
        shown.push_str(&names.join(" | "));
    }
    shown
}
