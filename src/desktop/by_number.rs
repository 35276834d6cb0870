//! Tables by numbers that we count ourselves. Nobody outside chooses them, so they need no hash that withstands malice, and
//! a table is asked several times for every event.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table whose key is one number of ours.
pub type ByNumber<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// Spreads numbers that follow each other; for keys that are one integer.
#[derive(Clone, Copy, Debug, Default)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn write_u64(&mut self, number: u64) {
        // 2^64 divided by the golden ratio: the upper bits, which the table looks at first, differ for neighbours.
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        // The lower bits choose the place in the table.
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn neighbours_are_spread_over_places_and_tags() {
        let hash = |number: u64| {
            let mut hasher = NumberHasher::default();
            hasher.write_u64(number);
            hasher.finish()
        };
        let places: HashSet<u64> = (0..1_024).map(|number| hash(number) & 1_023).collect();
        assert!(places.len() > 512, "{} of 1,024 places are used", places.len());
        let tags: HashSet<u64> = (0..1_024).map(|number| hash(number) >> 57).collect();
        assert_eq!(tags.len(), 128);
    }
}
