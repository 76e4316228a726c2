//! From findings to a folder that a browser opens without a server: a page, an index of all submissions, and details of
//! a few submissions a file.
//! Opens no picture and no input: crops and originals come in as links.

pub mod record;

pub use yushen_review::page::{detail, index, timeline};

use super::atomic_file::{AtomicFile, ClosedFile};
use super::json;
use crate::report::again::Law;
use crate::vocabulary::documents::{Label, every_field};
use crate::vocabulary::submission::Registration;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, Write as _};
use std::path::Path;

/// Folder of the details, beside the page.
pub const DETAILS: &str = "detail";
/// Folder of the crops, beside the page.
pub const CROPS: &str = "crops";

/// Begins the page's data file; by this a report of ours is recognised.
pub const DATA: &str = "window.YUSHEN_DATA = ";
const PAGE: &str = include_str!("web/index.html");
const STYLE: &str = include_str!("web/page.css");
/// The page's own texts in both languages; the words of fields and columns are beside their declarations.
const TEXTS: &str = include_str!("web/texts.json");
/// Scripts in the order in which they run; each extends what the first one defines.
const SCRIPTS: [&str; 16] = [
    include_str!("web/base.js"),
    include_str!("web/record.js"),
    include_str!("web/exchange.js"),
    include_str!("web/judge.js"),
    include_str!("web/difference.js"),
    include_str!("web/pictures.js"),
    include_str!("web/timeline.js"),
    include_str!("web/readings.js"),
    include_str!("web/evidence.js"),
    include_str!("web/list.js"),
    include_str!("web/overview.js"),
    include_str!("web/dialogs.js"),
    include_str!("web/submission.js"),
    include_str!("web/streams.js"),
    include_str!("web/notice.js"),
    include_str!("web/main.js"),
];

/// Writes one file of details; `key` ties it to its index.
///
/// # Errors
/// If it cannot be written.
pub fn write_details(folder: &Path, key: &str, chunk: usize, list: &[detail::Detail]) -> io::Result<ClosedFile> {
    let mut file = AtomicFile::create(&folder.join(DETAILS), &format!("{chunk:04}.js"))?;
    write!(file, "YUSHEN_DETAIL({}, {chunk}, ", serde_json::to_string(key)?)?;
    json::line(&mut file, &list)?;
    file.write_all(b");\n")?;
    file.close()
}

/// The rules as the page runs them, built by `scripts/page-wasm`.
const LAW: &[u8] = include_bytes!("web/law.wasm");
/// What a page that cannot judge again has in the place of `law.js`.
const NO_LAW: &str = "window.YUSHEN_LAW = null;\n";

/// Writes everything but the details; `law` is what the page judges by after a correction, if it can. Files are returned in the order in which they are to be published, the page
/// itself last.
///
/// # Errors
/// If it cannot be written.
pub fn write_page(folder: &Path, data: &impl Serialize, law: Option<&Law>) -> io::Result<Vec<ClosedFile>> {
    let mut index = AtomicFile::create(folder, "data.js")?;
    index.write_all(DATA.as_bytes())?;
    json::line(&mut index, data)?;
    let mut closed = vec![index.close()?];
    let law = match law {
        None => NO_LAW.to_owned(),
        Some(law) => format!(
            "window.YUSHEN_LAW = {};\n",
            serde_json::to_string(&json!({ "law": law, "wasm": BASE64_STANDARD.encode(LAW) }))?
        ),
    };
    let texts = format!("window.YUSHEN_TEXTS = {};\n", serde_json::to_string(&texts()?)?);
    for (name, text) in [
        ("law.js", law.as_str()),
        ("texts.js", texts.as_str()),
        ("page.js", &SCRIPTS.join("\n")),
        ("page.css", STYLE),
        ("index.html", PAGE),
    ] {
        let mut file = AtomicFile::create(folder, name)?;
        file.write_all(text.as_bytes())?;
        closed.push(file.close()?);
    }
    Ok(closed)
}

/// Every text of the page in both languages, by its key: the page's own, and as the vocabulary declares them
/// `field.NAME`, `part.NAME` (one of several, by its number) and `column.NAME`.
///
/// # Errors
/// Never, but for a program that was built with broken texts.
pub fn texts() -> serde_json::Result<Map<String, Value>> {
    let mut all: Map<String, Value> = serde_json::from_str(TEXTS)?;
    for field in every_field() {
        all.insert(format!("field.{}", field.name), pair(field.label));
        if let Some(label) = field.numbered {
            all.insert(format!("part.{}", field.name), pair(label));
        }
    }
    for column in Registration::COLUMNS {
        all.insert(format!("column.{}", column.name), pair(Label { zh: column.head, en: column.en }));
    }
    Ok(all)
}

fn pair(label: Label) -> Value {
    json!({ "zh": label.zh, "en": label.en })
}

/// `folder/个人 照片#1.jpg` as a link: every byte but plain ones becomes `%XX`, so that no file name can end or change the
/// link.
pub fn link<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    let part = |text: &str| {
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect::<String>()
    };
    parts.into_iter().map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::{SCRIPTS, link, texts};
    use crate::report::facts::rows;
    use crate::vocabulary::documents::{ConditionCopy, DOCUMENTS, Documents};
    use crate::vocabulary::fact::Fact;
    use crate::vocabulary::material::MaterialKind;
    use serde_json::{Map, Value, json};
    use std::collections::BTreeSet;

    #[test]
    fn links_hold_any_name() {
        for (parts, expected) in [
            (&["..", "b", "申报表.jpg"][..], "../b/%E7%94%B3%E6%8A%A5%E8%A1%A8.jpg"),
            (&["a b#1?.jpg"], "a%20b%231%3F.jpg"),
            (&["\"><script>.png"], "%22%3E%3Cscript%3E.png"),
            (&["javascript:alert(1)"], "javascript%3Aalert%281%29"),
        ] {
            assert_eq!(link(parts.iter().copied()), expected);
        }
    }

    /// Words in quotes after `t(`, and beginnings of keys (`t("verdict." + …`).
    fn used() -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut whole, mut beginnings) = (BTreeSet::new(), BTreeSet::new());
        for quoted in SCRIPTS.iter().flat_map(|s| s.split('"').skip(1).step_by(2).collect::<Vec<_>>()) {
            if quoted.ends_with('.') && quoted.len() > 1 {
                beginnings.insert(quoted.to_owned());
            } else {
                whole.insert(quoted.to_owned());
            }
        }
        (whole, beginnings)
    }

    #[test]
    fn every_text_is_there_in_both_languages_and_used() {
        let texts = texts().unwrap();
        let (whole, beginnings) = used();
        for (key, pair) in &texts {
            let said = |lang: &str| pair[lang].as_str().unwrap_or_default();
            assert!(!said("zh").is_empty() && !said("en").is_empty() && pair.as_object().unwrap().len() == 2, "{key}");
            let places = |text: &str| (0..4).filter(|n| text.contains(&format!("{{{n}}}"))).collect::<Vec<_>>();
            assert_eq!(places(said("zh")), places(said("en")), "{key}: what is filled in");
            assert!(whole.contains(key) || beginnings.iter().any(|b| key.starts_with(b)), "{key} is used nowhere");
        }
        for script in SCRIPTS {
            let calls = script
                .match_indices("t(\"")
                .filter(|(at, _)| !script[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()));
            for key in calls.filter_map(|(at, call)| script[at + call.len()..].split('"').next()) {
                assert!(
                    if key.ends_with('.') { texts.keys().any(|k| k.starts_with(key)) } else { texts.contains_key(key) },
                    "no text {key}"
                );
            }
        }
    }

    #[test]
    fn no_script_parses_markup_or_asks_a_network() {
        for script in SCRIPTS {
            for word in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "fetch(",
                "XMLHttpRequest",
                "WebSocket",
                "sendBeacon",
                "import(",
            ] {
                assert!(!script.contains(word), "{word}");
            }
        }
    }

    /// Every document, with two sentences of work.
    fn everything() -> Documents {
        let mut all: Map<String, Value> =
            DOCUMENTS.iter().map(|(material, _)| (material.key().to_owned(), json!({}))).collect();
        let copy = serde_json::to_value(ConditionCopy { fact: Fact::not_found(), candidates: Vec::new() }).unwrap();
        all[MaterialKind::ApplicationForm.key()] = json!({ "work": [{}, {}], "condition": copy });
        serde_json::from_value(Value::Object(all)).unwrap()
    }

    #[test]
    fn every_field_column_and_measure_has_a_name_on_the_page() {
        use crate::vocabulary::photo::PhotoFacts;
        use crate::vocabulary::submission::Registration;
        let texts = texts().unwrap();
        let keys = |value: Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        // The page says `work[0].start` by `part.work` and `field.start`.
        let said = |field: &str| {
            field
                .split('.')
                .skip(1)
                .map(|part| {
                    part.split_once('[').map_or_else(|| format!("field.{part}"), |(one, _)| format!("part.{one}"))
                })
                .collect::<Vec<_>>()
        };
        let fields = rows(&everything()).into_iter().flat_map(|r| said(&r.field));
        let columns =
            keys(serde_json::to_value(Registration::default()).unwrap()).into_iter().map(|c| format!("column.{c}"));
        let measures = keys(serde_json::to_value(schemars::schema_for!(PhotoFacts)).unwrap()["properties"].clone());
        let measures = measures.into_iter().filter(|m| m != "file").map(|m| format!("measure.{m}"));
        let nameless: Vec<String> =
            fields.chain(columns).chain(measures).filter(|key| !texts.contains_key(key)).collect();
        assert_eq!(nameless, [""; 0]);
    }
}
