//! Many rows by one statement: a database server on another machine then answers once a group, not once a row.

use sqlx::{AnyConnection, AssertSqlSafe};

use super::StoreError;

/// Values of one statement at most: SQLite takes 32,766, PostgreSQL 65,535.
const MAX_VALUES: usize = 30_000;

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
    on_conflict: &'static str,
    rows: Vec<[Cell; N]>,
}

impl<const N: usize> Rows<N> {
    /// `into`: table and columns, `on_conflict`: what follows `ON CONFLICT`. No two rows may conflict with each other if that
    /// is an update.
    pub(super) const fn new(into: &'static str, on_conflict: &'static str) -> Self {
        Self { into, on_conflict, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    /// Inserts all.
    pub(super) async fn insert(self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        let mut rows = self.rows.into_iter();
        let per_statement = (MAX_VALUES / N).max(1);
        loop {
            let some: Vec<_> = rows.by_ref().take(per_statement).collect();
            if some.is_empty() {
                return Ok(());
            }
            let text = statement::<N>(self.into, some.len(), self.on_conflict);
            // Only our own text is in it; every value is bound. Statements of one row are worth keeping prepared.
            let query = sqlx::query(AssertSqlSafe(text)).persistent(some.len() == 1);
            let query = some.into_iter().flatten().fold(query, |query, cell| match cell {
                Cell::Number(number) => query.bind(number),
                Cell::Text(text) => query.bind(text),
            });
            query.execute(&mut *connection).await?;
        }
    }
}

fn statement<const N: usize>(into: &str, rows: usize, on_conflict: &str) -> String {
    let mut text = format!("INSERT INTO {into} VALUES ");
    let mut number = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..N {
            number += 1;
            text.push_str(if column == 0 { "$" } else { ", $" });
            text.push_str(&number.to_string());
        }
        text.push(')');
    }
    text.push_str(" ON CONFLICT ");
    text.push_str(on_conflict);
    text
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn a_statement_numbers_its_values_through() {
        assert_eq!(
            statement::<2>("t (a, b)", 2, "DO NOTHING"),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
    }
}
