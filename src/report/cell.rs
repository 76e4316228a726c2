//! From any text to a CSV cell that a spreadsheet shows as text and never runs, and back to the text.
//! Removes no character: those that would act on a terminal or reverse the line are written out by their number.

use crate::vocabulary::text::is_invisible;
use std::fmt::Write as _;

/// Most characters of one cell; Excel cuts at 32,767.
const MAX_CHARS: usize = 32_000;

/// Any text as a cell: made [`visible`], then protected from becoming a formula or a number.
///
/// - A text that starts like a formula (`= + - @`, also full-width) or with the mark itself (`'`) gets a `'` before it.
/// - A text that a spreadsheet would turn into another value (18 digits, 0012, 1E5, 3-4, 2015/3, TRUE) gets a tab after
///   it, which is invisible there and keeps it text.
///
/// [`plain`] removes both.
pub fn text(value: &str) -> String {
    let mut cell = visible(value);
    if cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\'']) {
        cell.insert(0, '\'');
    } else if would_change(&cell) {
        cell.push('\t');
    }
    cell
}

/// The text that [`text`] was given, made [`visible`]: removes one leading `'` and one trailing tab, which are never
/// the value's own.
pub fn plain(cell: &str) -> &str {
    let cell = cell.strip_suffix('\t').unwrap_or(cell);
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// The text as one line without active characters: line breaks and tabs become spaces; other controls, directional and
/// zero-width marks become `<U+202E>`. A text that is too long is cut and says so.
pub fn visible(value: &str) -> String {
    let mut line = String::with_capacity(value.len());
    for (i, c) in value.trim_matches([' ', '\t', '\r', '\n']).chars().enumerate() {
        if i == MAX_CHARS {
            line.push_str("…（过长，已截断）");
            break;
        }
        match c {
            '\r' | '\n' if line.ends_with(' ') => {}
            '\r' | '\n' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => line.push(' '),
            _ if acts(c) => {
                // Writing to a String cannot fail.
                let _ = write!(line, "<U+{:04X}>", c as u32);
            }
            _ => line.push(c),
        }
    }
    line
}

/// Does this character act on a terminal or on the text around it, instead of being seen?
pub fn acts(c: char) -> bool {
    c.is_control()
        || is_invisible(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{180e}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Would a spreadsheet read this text as a number, a date, a time or a truth value and show something else?
fn would_change(cell: &str) -> bool {
    if cell.eq_ignore_ascii_case("true") || cell.eq_ignore_ascii_case("false") {
        return true;
    }
    let Some(first) = cell.chars().next() else { return false };
    if !(first.is_ascii_digit() || first == '.')
        || !cell.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(c, '.' | ',' | '/' | ':' | '-' | '+' | 'e' | 'E' | '%' | ' ' | '年' | '月' | '日')
        })
    {
        return false;
    }
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let kept = digits(whole)
        && digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && whole.len() + fraction.len() <= 12
        && (!cell.contains('.') || !fraction.ends_with('0'));
    !kept
}

#[cfg(test)]
mod tests {
    use super::{plain, text, visible};

    #[test]
    fn cells_are_text_and_read_back() {
        for (value, cell) in [
            ("", ""),
            ("张三", "张三"),
            ("11010119900307123X", "11010119900307123X"),
            ("110101199003071238", "110101199003071238\t"),
            ("0012", "0012\t"),
            ("1E5", "1E5\t"),
            ("3-4", "3-4\t"),
            ("2024/08", "2024/08\t"),
            ("2015年3月", "2015年3月\t"),
            ("13800000000", "13800000000"),
            ("0.93", "0.93"),
            ("0.90", "0.90\t"),
            ("5", "5"),
            ("True", "True\t"),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("＝cmd", "'＝cmd"),
            ("'quoted", "''quoted"),
        ] {
            assert_eq!(text(value), cell, "{value:?}");
            assert_eq!(plain(cell), value, "{cell:?}");
        }
    }

    #[test]
    fn nothing_acts() {
        for (value, seen) in [
            ("\t=1+1", "=1+1"),
            ("a\r\nb", "a b"),
            ("\u{1b}[31m红", "<U+001B>[31m红"),
            ("李\u{202e}四", "李<U+202E>四"),
            ("\u{feff}名", "<U+FEFF>名"),
            ("\u{9b}2J", "<U+009B>2J"),
        ] {
            assert_eq!(visible(value), seen, "{value:?}");
        }
        assert!(visible(&"长".repeat(40_000)).chars().count() < 32_100);
    }

    proptest::proptest! {
        #[test]
        fn any_text_reads_back_and_starts_nothing(value in "\\PC*|[=+@'\t\r\n0-9eE.,/年-]{0,24}") {
            let cell = text(&value);
            proptest::prop_assert_eq!(plain(&cell), visible(&value));
            proptest::prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
