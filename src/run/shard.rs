//! `--shard m/n`: which of n machines works on a submission, by its id alone.
//! Every machine finds the whole batch and says so in its outputs; `yushen merge` puts the parts together.

use crate::pipeline::BatchInput;
use crate::report::page::index::share_number;
use std::fmt;
use std::str::FromStr;

/// One part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// 1 to `of`.
    pub part: u32,
    /// Number of parts, 1 to 1000.
    pub of: u32,
}

/// More machines than any office has; a larger number is a slip of the keys.
const MOST_PARTS: u32 = 1000;

impl Shard {
    /// Is the submission with this id in this part? The same id is always in the same part, whatever else is in the
    /// batch.
    pub fn has(self, id: &str) -> bool {
        share_number(id) % u64::from(self.of) == u64::from(self.part - 1)
    }

    /// Leaves out the submissions of the other parts; what was found of the batch stays told as it is.
    pub fn of_batch(self, batch: &mut BatchInput) {
        batch.submissions.retain(|s| self.has(&s.id));
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        numbers
            .map(|(part, of)| Self { part, of })
            .filter(|s| (1..=MOST_PARTS).contains(&s.of) && (1..=s.of).contains(&s.part))
            .ok_or_else(|| format!("give the part and the number of parts, as 2/3; parts are 1 to {MOST_PARTS}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn every_submission_is_in_one_part() {
        for of in [1, 2, 3, 7] {
            let mut sizes = vec![0_usize; of as usize];
            for i in 0..2000 {
                let id = format!("2024150{i:05}");
                let parts: Vec<u32> = (1..=of).filter(|part| Shard { part: *part, of }.has(&id)).collect();
                assert_eq!(parts.len(), 1);
                sizes[parts[0] as usize - 1] += 1;
            }
            let even = 2000 / of as usize;
            assert!(sizes.iter().all(|n| n.abs_diff(even) < even / 5), "{sizes:?}");
        }
        // The same on every machine and in every version: parts of one batch are merged by it.
        let first_half: Vec<&str> = ["20241500001", "20241500002", "20241500003", "20241500004"]
            .into_iter()
            .filter(|id| Shard { part: 1, of: 2 }.has(id))
            .collect();
        assert_eq!(first_half, ["20241500003", "20241500004"]);
    }

    #[test]
    fn parts_are_written_so() {
        assert_eq!("2/3".parse(), Ok(Shard { part: 2, of: 3 }));
        assert_eq!(Shard { part: 2, of: 3 }.to_string(), "2/3");
        for wrong in ["", "2", "0/3", "4/3", "1/0", "-1/3", "a/b", "1/3/5", "1/1001"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
