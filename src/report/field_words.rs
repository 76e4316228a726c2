//! From a field's name to the words by which a clerk knows it: `work[0].employer` → `第 1 段 · 工作单位`, as the
//! report's page says it.
//! A name that is no key of ours (a registration's head, a file) is said as it is.

use super::page::texts;
use crate::vocabulary::material::MaterialKind;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The page's texts, among them the words of fields, sentences and measures.
static TEXTS: LazyLock<Map<String, Value>> = LazyLock::new(|| texts().unwrap_or_default());

/// The Chinese words of a field.
pub fn field(name: &str) -> String {
    if name.is_empty() || !name.split('.').all(is_key) {
        return name.to_owned();
    }
    // The material stands in a column of its own.
    let (_, within) = MaterialKind::of_field(name);
    within.split('.').map(word).collect::<Vec<_>>().join(" · ")
}

fn word(part: &str) -> String {
    let said = |key: String| TEXTS.get(&key).and_then(|pair| pair["zh"].as_str());
    let numbered = part
        .strip_suffix(']')
        .and_then(|p| p.split_once('['))
        .and_then(|(name, at)| Some((name, at.parse::<usize>().ok()?)))
        .and_then(|(name, at)| Some(said(format!("part.{name}"))?.replace("{0}", &(at + 1).to_string())));
    numbered
        .or_else(|| said(format!("field.{part}")).map(ToOwned::to_owned))
        .or_else(|| said(format!("measure.{part}")).map(ToOwned::to_owned))
        .unwrap_or_else(|| part.to_owned())
}

/// `work[0]`, `start`.
fn is_key(part: &str) -> bool {
    let name = part.split('[').next().unwrap_or_default();
    let index = &part[name.len()..];
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        && (index.is_empty()
            || index
                .strip_prefix('[')
                .and_then(|i| i.strip_suffix(']'))
                .is_some_and(|i| !i.is_empty() && i.bytes().all(|b| b.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_said_in_words() {
        for (name, words) in [
            ("", ""),
            ("work[0].employer", "第 1 段 · 工作单位"),
            ("application_form.work[11].start", "第 12 段 · 起始"),
            ("condition", "申报条件"),
            ("yaw", "头部偏转"),
            ("姓名", "姓名"),
            ("a.jpg/../b", "a.jpg/../b"),
            ("no_such_key", "no_such_key"),
            ("work[x]", "work[x]"),
        ] {
            assert_eq!(field(name), words, "{name}");
        }
    }
}
