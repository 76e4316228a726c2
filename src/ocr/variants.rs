//! Turns a traditional character into its simplified form, where there is exactly one (data: OpenCC, see
//! `models/opencc/NOTICE`).
//! Recognisers trained on both scripts return print in traditional characters now and then; what the applicant meant is
//! the same.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Lines of `traditional TAB simplified [SPACE simplified…]`.
const TABLE: &str = yushen_models::TRADITIONAL_TO_SIMPLIFIED;

/// The simplified form of `c`; `c` itself if it has none, or several (乾 is 干 or 乾).
pub fn simplified(c: char) -> char {
    static MAP: OnceLock<HashMap<char, char>> = OnceLock::new();
    MAP.get_or_init(|| TABLE.lines().filter_map(entry).collect()).get(&c).copied().unwrap_or(c)
}

/// A line with one character on either side.
fn entry(line: &str) -> Option<(char, char)> {
    let (from, to) = line.split_once('\t')?;
    Some((single(from)?, single(to)?))
}

fn single(s: &str) -> Option<char> {
    let mut chars = s.trim_end().chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::simplified;

    #[test]
    fn only_unambiguous_characters_change() {
        for (c, want) in
            [('級', '级'), ('業', '业'), ('後', '后'), ('乾', '乾'), ('级', '级'), ('A', 'A'), ('着', '着')]
        {
            assert_eq!(simplified(c), want, "{c}");
        }
    }
}
