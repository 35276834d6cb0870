//! Where in a TOML text a key stands, so that a mistake can name its line.

use toml::de::{DeTable, DeValue};

/// The line, from 1, in which the byte at `at` stands.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The line of a key as mistakes name it (`world.wrap_up`, `agents[2].first`), or of the nearest section around it.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut found = None;
    let mut here: Option<&DeValue<'_>> = None;
    for part in key.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let inside = match here {
            None => table.get_ref(),
            Some(DeValue::Table(inside)) => inside,
            Some(_) => break,
        };
        let Some((key, value)) = inside.get_key_value(name) else { break };
        found = Some(key.span().start);
        here = Some(value.get_ref());
        if let (Some(index), Some(DeValue::Array(items))) = (index, here) {
            let Some(item) = items.get(index) else { break };
            found = Some(item.span().start);
            here = Some(item.get_ref());
        }
    }
    found.map(|at| line_at(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_where_it_stands() {
        let text = "a = 1\n[world]\nagents = 0\n[[list]]\nx = 1\n[[list]]\ny = 2\n";
        assert_eq!(line_of(text, "world.agents"), Some(3));
        assert_eq!(line_of(text, "list[1].y"), Some(7));
        assert_eq!(line_of(text, "world.wrap_up"), Some(2), "its section");
        assert_eq!(line_of(text, "nothing"), None);
    }
}
