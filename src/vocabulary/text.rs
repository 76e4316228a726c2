//! Text as the rules compare it: NFKC, no white space, one spelling for brackets, commas and dashes (DOMAIN §6.9).

use unicode_normalization::UnicodeNormalization;

/// NFKC, white space dropped, bracket shapes, commas, stops, slashes and dashes folded to ASCII. Han characters and digits stay.
pub fn normalise(s: &str) -> String {
    s.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).map(fold).collect()
}

/// As [`normalise`], without a final full stop: what "character for character" compares.
pub fn verbatim(s: &str) -> String {
    let n = normalise(s);
    n.strip_suffix('.').map_or(n.clone(), ToOwned::to_owned)
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
        _ => c,
    }
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
