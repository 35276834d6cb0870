//! Many rows by one statement: a database server on another machine then answers once a group, not once a row.

use std::fmt::Write;

use sqlx::{AnyConnection, AssertSqlSafe};

use super::StoreError;

/// Rows of one statement, most first. Few sizes, because every statement is prepared once; SQLite takes 32,766 values.
const AT_ONCE: [usize; 5] = [256, 64, 16, 4, 1];

/// A value of a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Number(Option<i64>),
    Text(Option<String>),
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

/// Rows for one table. `N` is its number of columns.
#[derive(Debug)]
pub(super) struct Rows<const N: usize> {
    into: &'static str,
    constants: &'static str,
    on_conflict: &'static str,
    rows: Vec<[Cell; N]>,
}

impl<const N: usize> Rows<N> {
    /// `into`: table and columns, `on_conflict`: what follows `ON CONFLICT`. No two rows may conflict with each other if that
    /// is an update.
    pub(super) const fn new(into: &'static str, on_conflict: &'static str) -> Self {
        Self { into, constants: "", on_conflict, rows: Vec::new() }
    }

    /// The same with values at the end of every row that are always the same: SQL that begins with a comma.
    pub(super) fn with_constants(self, constants: &'static str) -> Self {
        Self { constants, ..self }
    }

    pub(super) fn add(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    /// Inserts all.
    pub(super) async fn insert(self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        let places = Places::of(connection);
        let mut rows = self.rows.into_iter();
        for size in AT_ONCE {
            while rows.len() >= size {
                // Only our own text is in it; every value is bound.
                let query = sqlx::query(AssertSqlSafe(statement::<N>(self.into, size, self.constants, self.on_conflict, places)));
                let query = rows.by_ref().take(size).flatten().fold(query, |query, cell| match cell {
                    Cell::Number(number) => query.bind(number),
                    Cell::Text(text) => query.bind(text),
                });
                query.execute(&mut *connection).await?;
            }
        }
        Ok(())
    }
}

/// How a database wants the places of values written. SQLite takes `$1` for a name, and seeks it among all others whenever a
/// value is bound: in a statement of 256 values that costs more than the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// `$1`, `$2`
    Numbered,
    /// `?`, `?`
    InOrder,
}

impl Places {
    pub(super) fn of(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::InOrder } else { Self::Numbered }
    }

    /// The places of values `from` to `to`.
    pub(super) fn list(self, from: usize, to: usize) -> String {
        let mut text = String::new();
        self.write(&mut text, from, to);
        text
    }

    fn write(self, text: &mut String, from: usize, to: usize) {
        for number in from..=to {
            text.push_str(if number == from { "" } else { ", " });
            match self {
                // Nothing that a String could refuse.
                Self::Numbered => drop(write!(text, "${number}")),
                Self::InOrder => text.push('?'),
            }
        }
    }
}

fn statement<const N: usize>(into: &str, rows: usize, constants: &str, on_conflict: &str, places: Places) -> String {
    let mut text = format!("INSERT INTO {into} VALUES ");
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        places.write(&mut text, row * N + 1, row * N + N);
        text.push_str(constants);
        text.push(')');
    }
    text.push_str(" ON CONFLICT ");
    text.push_str(on_conflict);
    text
}

#[cfg(test)]
mod tests {
    use super::{Places, statement};

    #[test]
    fn a_statement_numbers_its_values_through() {
        let text = |constants, places| statement::<2>("t (a, b)", 2, constants, "DO NOTHING", places);
        assert_eq!(text("", Places::Numbered), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING");
        assert_eq!(text(", 7", Places::InOrder), "INSERT INTO t (a, b) VALUES (?, ?, 7), (?, ?, 7) ON CONFLICT DO NOTHING");
    }
}
