//! From a fact's name to the words by which a clerk knows its field.
//! Takes the words from the documents' declarations.

use super::documents::{DOCUMENTS, Field};
use super::material::MaterialKind;

/// `work[0].start` of the 申报表 as `第 1 段工作起始时间`; `None` for a path that the material's document does not declare.
pub fn words(material: MaterialKind, path: &str) -> Option<String> {
    let (_, fields) = DOCUMENTS.iter().find(|(kind, _)| *kind == material)?;
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (name, number) = match first.split_once('[') {
        Some((name, index)) => (name, Some(index.strip_suffix(']')?.parse::<usize>().ok()?.checked_add(1)?)),
        None => (first, None),
    };
    let field = named(fields, name)?;
    match (rest, number) {
        (None, None) => Some(field.zh.to_owned()),
        (None, Some(number)) => Some(match field.numbered {
            Some(label) => label.zh.replace("{0}", &number.to_string()),
            None => format!("{} {number}", field.zh),
        }),
        (Some(part), None) => named(field.parts, part).map(|part| part.zh.to_owned()),
        (Some(part), Some(number)) => named(field.parts, part).map(|part| format!("第 {number} 段{}", part.zh)),
    }
}

fn named(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.name == name)
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::vocabulary::material::MaterialKind::{ApplicationForm, Diploma, Other};

    #[test]
    fn names_of_facts_have_words() {
        for (material, path, want) in [
            (ApplicationForm, "name", Some("姓名")),
            (ApplicationForm, "work[0].start", Some("第 1 段工作起始时间")),
            (ApplicationForm, "education.major", Some("所学专业")),
            (ApplicationForm, "work[1]", Some("第 2 段")),
            (Diploma, "work[0].start", None),
            (ApplicationForm, "work[18446744073709551615].start", None),
            (Other, "name", None),
        ] {
            assert_eq!(words(material, path).as_deref(), want, "{path}");
        }
    }
}
