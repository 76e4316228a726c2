//! A drafted form as the text of its file. Whatever is not sure has a comment `# ?` on its line that asks what a person has to
//! say; `yushen forms check` refuses the file while one is left.
//! Writes what the draft says, and no more.

use crate::inspect::draft::{
    CellHolds, Draft, DraftColumn, DraftPart, DraftPiece, DraftSentence, Guess, PartIs, Question,
};
use crate::packs;
use crate::report::form_questions::MARK;
use crate::report::summary::Lang;
use crate::vocabulary::material::MaterialKind;
use std::fmt::Write as _;

/// 0–1: a title with a character that is read less surely is asked about.
const READ_RIGHT: f32 = 0.5;

/// The file of a draft. `from`: the blank form's name, for the comment at its head.
pub fn toml(draft: &Draft, id: &str, from: &str, lang: Lang) -> String {
    let w = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let mut s = String::new();
    let head = w("起草自空白表格", "drafted from the blank form");
    let _ = writeln!(s, "# {head} {}", from.chars().filter(|c| !c.is_control()).collect::<String>());
    let _ = writeln!(
        s,
        "# {}\n",
        w(
            "每个“# ?”都是一处疑问：核对或填写后删去该注释，再用 yushen forms check 检查。写法见 docs/forms.md。",
            "Each \"# ?\" is a question: answer it, delete the comment, then run yushen forms check. How such a file is written: docs/forms.md."
        )
    );
    let _ = writeln!(s, "id = {}", quoted(id));
    let material = draft.material.unwrap_or(MaterialKind::ApplicationForm);
    let asks = draft
        .material
        .is_none()
        .then_some(w("从标题看不出是哪种材料，请核对", "the title does not say which material it is"));
    let _ = writeln!(s, "material = {}{}", quoted(material.name()), mark(asks));
    let titles: Vec<String> = draft.titles.iter().map(|t| quoted(t)).collect();
    let asks = match draft.titles.as_slice() {
        [] => Some(w("没有找到标题：表头印的是什么？", "no title was found: what is printed at the page's head?")),
        _ if draft.titles_sure < READ_RIGHT => Some(w("标题识别不清，请核对", "is the title read right?")),
        _ => None,
    };
    let titles = if titles.is_empty() { quoted(w("（标题）", "（标题）")) } else { titles.join(", ") };
    let _ = writeln!(s, "titles = [{titles}]{}", mark(asks));
    if !draft.instructions.is_empty() {
        let list: Vec<String> = draft.instructions.iter().map(|t| quoted(t)).collect();
        let _ = writeln!(s, "instructions = [{}]", list.join(", "));
    }
    let mut labels: Vec<(Option<&str>, String)> = Vec::new();
    for part in &draft.parts {
        s.push('\n');
        // A label stands once in a file, or under another heading.
        if let PartIs::Cell { label, under, .. } = &part.is {
            let plain = (under.as_deref(), crate::vocabulary::text::normalise(label));
            if labels.contains(&plain) {
                note(
                    &mut s,
                    label,
                    w(
                        "这一标签前面已有，请自行填写这一部分",
                        "this label stands above already; write this part yourself",
                    ),
                );
                continue;
            }
            labels.push(plain);
        }
        self::part(&mut s, part, lang);
    }
    // What the checks of such files find that the draft did not think of.
    if let Err(error) = packs::form(&format!("{id}.toml"), &s) {
        let said = error.to_string().replace(['\n', '\r'], " ");
        s.insert_str(0, &format!("{MARK} {said}\n"));
    }
    s
}

fn part(s: &mut String, part: &DraftPart, lang: Lang) {
    let asks = told(&part.asks, lang);
    match &part.is {
        PartIs::Note(text) => note(s, text, &asks.unwrap_or_default()),
        PartIs::Cell { label, under, below, holds } => {
            s.push_str("[[part]]\n");
            if let Some(under) = under {
                let _ = writeln!(s, "under = {}", quoted(under));
            }
            let mut asks = asks;
            let unread = matches!(holds, CellHolds::Unread);
            // Where there is no value's line, the question stands beside the label.
            let here = if unread { asks.take() } else { None };
            let _ = writeln!(s, "labels = [{}]{}", quoted(label), mark(here.as_deref()));
            if *below && !matches!(holds, CellHolds::Sentence(_) | CellHolds::Lines(_)) {
                let _ = writeln!(s, "value = \"below\"");
            }
            match holds {
                CellHolds::Unread => {}
                CellHolds::Field(guess) => field(s, guess, asks.as_deref()),
                CellHolds::Choice(guess, options) => {
                    field(s, guess, asks.as_deref());
                    let list: Vec<String> = options.iter().map(|o| quoted(o)).collect();
                    let _ = writeln!(s, "options = [{}]", list.join(", "));
                }
                CellHolds::Sentence(text) => sentence(s, text, asks.as_deref()),
                CellHolds::Lines(lines) => {
                    let list: Vec<String> = lines.iter().map(|l| quoted(&pieces(l))).collect();
                    let _ = writeln!(s, "lines = [{}]{}", list.join(", "), mark(asks.as_deref()));
                }
            }
        }
        PartIs::Sentence(text) => {
            s.push_str("[[part]]\n");
            sentence(s, text, asks.as_deref());
        }
        PartIs::Line(line) => {
            let _ = writeln!(s, "[[part]]\nline = {}{}", quoted(&pieces(line)), mark(asks.as_deref()));
        }
        PartIs::Table { section, columns } => {
            let _ = writeln!(s, "[[part]]\nsection = {}{}\ncolumns = [", quoted(section.name), mark(asks.as_deref()));
            columns.iter().for_each(|c| column(s, c, lang));
            s.push_str("]\n");
        }
    }
}

fn column(s: &mut String, column: &DraftColumn, lang: Lang) {
    let holds = match column.pieces.as_slice() {
        [] => String::new(),
        [DraftPiece::Field(guess)] => {
            format!(", field = {}, type = {}", quoted(guess.field.name), quoted(guess.of.name()))
        }
        more => format!(", sentence = {}", quoted(&pieces(more))),
    };
    let asks = told(&column.asks, lang);
    let _ = writeln!(s, "  {{ heads = [{}]{holds} }},{}", quoted(&column.head), mark(asks.as_deref()));
}

fn field(s: &mut String, guess: &Guess, asks: Option<&str>) {
    let _ = writeln!(s, "field = {}{}", quoted(guess.field.name), mark(asks));
    let _ = writeln!(s, "type = {}", quoted(guess.of.name()));
}

fn sentence(s: &mut String, text: &DraftSentence, asks: Option<&str>) {
    if let Some(section) = text.section {
        let _ = writeln!(s, "section = {}", quoted(section.name));
    }
    let _ = writeln!(s, "sentence = {}{}", quoted(&pieces(&text.pieces)), mark(asks));
    if text.repeats {
        let _ = writeln!(s, "repeats = true");
    }
    if let Some(signature) = &text.signature {
        let _ = writeln!(s, "signature = {}", quoted(&pieces(signature)));
    }
}

/// A printed sentence as a form's file writes it.
fn pieces(pieces: &[DraftPiece]) -> String {
    let mut s = String::new();
    for piece in pieces {
        match piece {
            DraftPiece::Print(text) => s.extend(text.chars().map(|c| match c {
                '{' | '[' => '（',
                '}' | ']' => '）',
                '…' => '—',
                c => c,
            })),
            DraftPiece::Unknown => s.push('…'),
            DraftPiece::Field(guess) => {
                let _ = write!(s, "{{{}:{}}}", guess.field.name, guess.of.name());
            }
        }
    }
    s
}

fn note(s: &mut String, text: &str, asks: &str) {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let _ = writeln!(s, "{MARK} “{line}” {asks}");
}

fn mark(asks: Option<&str>) -> String {
    asks.map_or_else(String::new, |asks| format!("  {MARK} {asks}"))
}

/// The questions of one place as one comment.
fn told(asks: &[Question], lang: Lang) -> Option<String> {
    let all: Vec<String> = asks.iter().map(|a| question(a, lang)).collect();
    (!all.is_empty()).then(|| all.join(if lang == Lang::Zh { "；" } else { "; " }))
}

fn question(asks: &Question, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let fixed = match asks {
        Question::WhatIsIt if zh => "这里填的是什么？写上 field 与 type；不必读取的保持原样",
        Question::WhatIsIt => "what is filled in here? Write field and type, or leave it unread",
        Question::IsItThat if zh => "依据不足，请核对是不是这一栏",
        Question::IsItThat => "the words fit only in part: is it this field?",
        Question::IsItReadRight if zh => "文字识别不清，请与原表核对",
        Question::IsItReadRight => "is the print read right?",
        Question::DoesItRepeat if zh => "这段话可以填多段吗？只有一段的，删去 repeats 一行",
        Question::DoesItRepeat => "can it stand several times? If not, delete the line repeats",
        Question::TwiceThere if zh => "与这一标签相应的栏目前面已有；不必读取的保持原样",
        Question::TwiceThere => "the field of this label has its place above; leave it unread, or write another",
        Question::WriteItYourself if zh => "无法自动写成条目，请对照原表自行补写",
        Question::WriteItYourself => "no part could be made of it; write it yourself",
        Question::WhatIsTheGap { before, behind } => {
            let (before, behind) = (visible(before), visible(behind));
            return if zh {
                format!("“{before}＿＿{behind}”中的空白填什么？把“…”换成 {{栏目:类型}}；不必读取的保持原样")
            } else {
                format!(
                    "what is filled in at \"{before}＿＿{behind}\"? Write {{field:type}} for the …, or leave it unread"
                )
            };
        }
        Question::WhichChoice(options) => {
            let options = options.iter().map(|o| visible(o)).collect::<Vec<_>>().join("、");
            return if zh {
                format!("有可勾选的“{options}”：是哪一栏？写上 field、type 与 options")
            } else {
                format!("boxes with the words {options}: which field do they tick? Write field, type and options")
            };
        }
    };
    fixed.to_owned()
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    let mut s = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => s.push_str("\\\""),
            '\\' => s.push_str("\\\\"),
            c if c.is_control() => {}
            c => s.push(c),
        }
    }
    s.push('"');
    s
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::form_questions;
    use crate::vocabulary::documents::DOCUMENTS;
    use crate::vocabulary::form::FieldType;

    fn guess(name: &str, of: FieldType) -> Guess {
        let known = DOCUMENTS.iter().find(|(m, _)| *m == MaterialKind::ApplicationForm).unwrap().1;
        Guess { field: known.iter().find(|f| f.name == name).unwrap(), of, sure: true }
    }

    fn cell(label: &str, holds: CellHolds) -> DraftPart {
        DraftPart::new(PartIs::Cell { label: label.to_owned(), under: None, below: false, holds })
    }

    fn draft(parts: Vec<DraftPart>) -> Draft {
        let titles = vec!["甲“市”\"申报\\表".to_owned()];
        Draft {
            material: Some(MaterialKind::ApplicationForm),
            titles,
            titles_sure: 1.0,
            instructions: Vec::new(),
            parts,
        }
    }

    /// Whatever is printed, the file is read back as it was meant.
    #[test]
    fn a_draft_is_read_back() {
        let mut asked = cell("喜\u{7}好\"\\", CellHolds::Unread);
        asked.asks.push(Question::WhatIsTheGap { before: "a\n".into(), behind: "\"# ?".into() });
        let sex = CellHolds::Choice(guess("sex", FieldType::Sex), vec!["男".into(), "女".into()]);
        let print = |text: &str| DraftPiece::Print(text.to_owned());
        let sentence = DraftSentence {
            section: None,
            pieces: vec![
                print("在{甲}[乙]…"),
                DraftPiece::Field(guess("employer", FieldType::Employer)),
                print("任"),
                DraftPiece::Unknown,
            ],
            repeats: false,
            signature: None,
        };
        let line = PartIs::Line(vec![
            print("签名："),
            DraftPiece::Field(guess("signature", FieldType::Name)),
            DraftPiece::Field(guess("signed_on", FieldType::Date)),
        ]);
        let parts = vec![
            cell("姓名", CellHolds::Field(guess("name", FieldType::Name))),
            cell("姓 名", CellHolds::Unread),
            asked,
            cell("性别", sex),
            DraftPart::new(PartIs::Sentence(sentence)),
            DraftPart::new(line),
            DraftPart { is: PartIs::Note("两\n行".into()), asks: vec![Question::WriteItYourself] },
        ];
        for lang in [Lang::Zh, Lang::En] {
            let text = toml(&draft(parts.clone()), "a", "空白\n表.jpg", lang);
            let form = packs::form("a.toml", &text).unwrap();
            assert_eq!(form.titles, ["甲“市”\"申报\\表"]);
            let names: Vec<&str> = form.fields().iter().map(|f| f.field.name).collect();
            assert_eq!(names, ["name", "sex", "employer", "signature", "signed_on"]);
            assert_eq!(form.labels().collect::<Vec<_>>(), ["姓名", "喜好\"\\", "性别"]);
            // The second 姓名, the question, the note.
            assert_eq!(form_questions::lines(&text).len(), 3, "{text}");
        }
    }

    #[test]
    fn what_the_checks_refuse_is_asked_at_the_files_head() {
        let text = toml(&draft(vec![cell("喜好", CellHolds::Unread)]), "a", "b.jpg", Lang::Zh);
        assert_eq!(form_questions::lines(&text).first(), Some(&1));
        assert!(text.starts_with("# ? a.toml: no field: "), "{text}");
    }
}
