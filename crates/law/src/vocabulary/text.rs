//! Text as the rules compare it: NFKC, no white space, one spelling for brackets, commas and dashes (docs/domain.md,
//! "Copied condition").

use super::fact::Difference;
use unicode_normalization::UnicodeNormalization;

/// NFKC, white space dropped, bracket shapes, commas, stops, slashes and dashes folded to ASCII. Han characters and
/// digits stay.
pub fn normalise(s: &str) -> String {
    // Registers and forms are nearly always written in characters that NFKC leaves alone or only narrows.
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        match narrowed(c) {
            Some(c) if c.is_whitespace() || is_invisible(c) => {}
            Some(c) => out.push(fold(c)),
            None => return s.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).map(fold).collect(),
        }
    }
    out
}

/// What NFKC makes of a character whatever stands beside it; `None` where that takes the tables.
fn narrowed(c: char) -> Option<char> {
    match c {
        '\0'..='\u{7f}' | '\u{4e00}'..='\u{9fff}' | '、' | '。' | '“' | '”' | '—' | '–' | '·' => Some(c),
        // Full-width ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

/// As [`normalise`], without a final full stop: what "character for character" compares.
pub fn verbatim(s: &str) -> String {
    let n = normalise(s);
    n.strip_suffix('.').map_or(n.clone(), ToOwned::to_owned)
}

/// Where `written` differs from `expected`, compared as [`verbatim`] does: the fewest characters dropped, added and
/// changed, in their order. Positions count characters of `verbatim(expected)`.
pub fn differences(expected: &str, written: &str) -> Vec<Difference> {
    let [expected, written] = [expected, written].map(|t| verbatim(t).chars().collect::<Vec<char>>());
    let width = written.len() + 1;
    // cost[i * width + j]: of what is left of both from `expected[i]` and `written[j]` on.
    let mut cost = vec![0_usize; (expected.len() + 1) * width];
    for i in (0..=expected.len()).rev() {
        for j in (0..width).rev() {
            cost[i * width + j] = match (expected.get(i), written.get(j)) {
                (None, _) => written.len() - j,
                (_, None) => expected.len() - i,
                (Some(a), Some(b)) => {
                    let along = cost[(i + 1) * width + j + 1] + usize::from(a != b);
                    along.min(1 + cost[(i + 1) * width + j]).min(1 + cost[i * width + j + 1])
                }
            };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < expected.len() || j < written.len() {
        let here = cost[i * width + j];
        match (expected.get(i), written.get(j)) {
            (Some(a), Some(b)) if here == cost[(i + 1) * width + j + 1] + usize::from(a != b) => {
                if a != b {
                    found.push(Difference::Changed { position: i, expected: a.to_string(), written: b.to_string() });
                }
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), _) if here == 1 + cost[(i + 1) * width + j] => {
                found.push(Difference::Dropped { position: i, expected: a.to_string() });
                i += 1;
            }
            (_, Some(b)) => {
                found.push(Difference::Added { position: i, written: b.to_string() });
                j += 1;
            }
            (_, None) => break,
        }
    }
    found
}

/// One spelling for each mark that a pen, a font or a keyboard writes in several shapes.
pub fn fold(c: char) -> char {
    match c {
        '【' | '〔' | '[' | '（' | '{' | '﹝' => '(',
        '】' | '〕' | ']' | '）' | '}' | '﹞' => ')',
        '，' | '、' | '､' | '﹐' | '﹑' => ',',
        '。' | '．' | '｡' => '.',
        '；' => ';',
        '：' => ':',
        '／' | '∕' => '/',
        '—' | '–' | '－' | '―' | '─' | '‐' | '‑' | '−' | '~' | '～' | '〜' => '-',
        '“' | '”' | '"' | '＂' => '"',
        _ if is_middle_dot(c) => '·',
        _ => c,
    }
}

/// The dot inside a name of another script, in all its spellings but the full stop's.
pub fn is_middle_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '‧' | '・' | '･' | '∙' | '⋅' | '⸱' | '᛫' | '\u{387}' | '\u{2981}' | '\u{10101}')
}

/// A name with one spelling for the dot between its parts: `·`, without blanks around it. A full stop between two Han
/// characters is one too.
pub fn with_middle_dot(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let is_han = |c: Option<&char>| c.is_some_and(|c| is_han(*c));
    let dot = |i: usize| match chars[i] {
        '.' | '．' | '。' | '﹒' | '｡' => {
            is_han(chars[..i].iter().rfind(|c| !c.is_whitespace()))
                && is_han(chars[i + 1..].iter().find(|c| !c.is_whitespace()))
        }
        c => is_middle_dot(c),
    };
    let mut out = String::with_capacity(name.len());
    for (i, c) in chars.iter().enumerate() {
        if dot(i) {
            out.truncate(out.trim_end().len());
            out.push('·');
        } else if !(c.is_whitespace() && out.ends_with('·')) {
            out.push(*c);
        }
    }
    out
}

/// Is this a Chinese character of the Unicode blocks that forms are written in?
pub fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// Marks that take no place on paper and may hide in typed text: zero-width, directional, byte-order.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Is this one of the marks that a copy may leave out or vary without being another text?
pub fn is_punctuation(c: char) -> bool {
    matches!(fold(c), '(' | ')' | ',' | '.' | ';' | ':' | '-' | '"' | '\'' | '·' | '!' | '?')
}

/// Levenshtein distance: characters to drop, add or change.
pub fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The end of a number, by which its owner knows it without its being repeated: `…860`.
pub fn tail(number: &str) -> String {
    const SHOWN: usize = 3;
    let count = number.chars().count();
    format!("…{}", number.chars().skip(count.saturating_sub(SHOWN)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The short way gives what the tables give.
        #[test]
        fn the_short_way_is_nfkc(text in "([ -~]|[\u{4e00}-\u{9fff}]|[、。“”—–·，（）]|[\u{ff00}-\u{ff60}]|[éﬁ①\u{301}\u{3000}㎡々ｶﾞ]|\\PC){0,24}") {
            let tables: String = text.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).map(fold).collect();
            prop_assert_eq!(normalise(&text), tables);
        }
    }

    #[test]
    fn differences_are_the_fewest() {
        for (expected, written, found) in [
            ("取得证书后", "取得证书后。", ""),
            ("取得证书后，满", "取得证书、满", "-5后"),
            ("累计工作满4年", "累汁工作满4年", "2计汁"),
            ("证书", "证书书", "+3书"),
            ("满4年（含）", "满4年", "-4(-5含-6)"),
            ("", "甲", "+1甲"),
            ("甲", "", "-1甲"),
        ] {
            let told = differences(expected, written).into_iter().map(|d| match d {
                Difference::Dropped { position, expected } => format!("-{}{expected}", position + 1),
                Difference::Added { position, written } => format!("+{}{written}", position + 1),
                Difference::Changed { position, expected, written } => format!("{}{expected}{written}", position + 1),
            });
            assert_eq!(told.collect::<String>(), found, "{expected} {written}");
        }
    }
}
