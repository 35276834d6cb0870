//! What is wrong with a configuration, all of it at once.

use std::fmt;

/// One mistake: where, what, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The full key, as `cti.side_a` or `mediabar.dispositions[2].name`.
    pub key: String,
    /// The value as given, in JSON; `None` if there is none, or if it must not be shown.
    pub value: Option<String>,
    /// Why it cannot be taken.
    pub reason: String,
    /// The file or environment variable that holds it; `None` for rules between several keys.
    pub origin: Option<String>,
}

impl Mistake {
    /// The line that the origin names, 0 without one.
    pub(super) fn line(&self) -> usize {
        let line = self.origin.as_deref().and_then(|origin| origin.rsplit_once("line "));
        line.and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        write!(f, ": {}", self.reason)?;
        if let Some(origin) = &self.origin {
            write!(f, " ({origin})")?;
        }
        Ok(())
    }
}

/// All mistakes of one configuration, sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    pub(super) fn into_result<T>(mut self, value: T) -> Result<T, Self> {
        self.0.sort_by(|a, b| a.key.cmp(&b.key));
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, mistake) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}
