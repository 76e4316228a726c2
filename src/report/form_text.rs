//! A form's description as text for a person who lays it beside the printed form.
//! Says what the file says and nothing more; whether the form is right is not known here.

use super::summary::{Lang, fit};
use crate::vocabulary::form::{
    Content, FieldType, Form, FormCell, FormField, Part, Piece, PrintedLine, Sentence, Side,
};
use std::fmt::Write as _;

/// One line of a list of forms: id, title, material, number of fields, the packs that accept it.
pub fn row(form: &Form, packs: &[&str], lang: Lang) -> String {
    let (fields, accepted) = match lang {
        Lang::Zh => ("个栏目", "规则包"),
        Lang::En => ("fields", "packs"),
    };
    let accepted = if packs.is_empty() { String::new() } else { format!("  {accepted} {}", packs.join(" ")) };
    let (id, material) = (fit(&form.id, 28), fit(form.material.name(), 14));
    format!("{id} {material} {:>2} {fields}  {}{accepted}", form.fields().len(), form.title())
}

/// The whole form.
pub fn whole(form: &Form, packs: &[&str], lang: Lang) -> String {
    let w = words(lang);
    let list = |items: &[String]| items.join(w.comma);
    let mut s = format!("{}\n{}  {}\n", form.title(), form.id, form.material);
    if let [_, others @ ..] = form.titles.as_slice()
        && !others.is_empty()
    {
        let _ = writeln!(s, "{}{}", w.titles, list(others));
    }
    if !form.instructions.is_empty() {
        let _ = writeln!(s, "{}{}", w.instructions, list(&form.instructions));
    }
    if !packs.is_empty() {
        let _ = writeln!(s, "{}{}", w.packs, packs.join(w.comma));
    }
    for part in &form.parts {
        s.push('\n');
        match part {
            Part::Cell(cell) => self::cell(&mut s, cell, w),
            Part::Text(sentence) => {
                let _ = writeln!(s, "{}", w.sentence);
                self::sentence(&mut s, sentence, w);
            }
            Part::Line(line) => self::line(&mut s, line, w.line, w),
            Part::Table(table) => {
                let _ = writeln!(s, "{}{}", w.table, table.section.zh);
                for column in &table.columns {
                    let _ = writeln!(s, "  {}{}", w.column, list(&column.heads));
                    if let [Piece::Field(only)] = column.pieces.as_slice() {
                        field(&mut s, only, w);
                    } else if column.pieces.is_empty() {
                        let _ = writeln!(s, "    {}", w.unread);
                    } else {
                        pieces(&mut s, &column.pieces, w);
                    }
                }
            }
        }
    }
    s
}

fn cell(s: &mut String, cell: &FormCell, w: &Words) {
    let under = cell.under.as_ref().map_or_else(String::new, |u| format!("{}{u}", w.under));
    let below = if cell.value == Side::Below { w.below } else { "" };
    let _ = writeln!(s, "{}{}{under}{below}", w.cell, cell.labels.join(w.comma));
    match &cell.content {
        Content::Unread => {
            let _ = writeln!(s, "    {}", w.unread);
        }
        Content::Field(only) => field(s, only, w),
        Content::Choice { field: only, options } => {
            field(s, only, w);
            let _ = writeln!(s, "    {}{}", w.options, options.join(w.comma));
        }
        Content::Sentences(sentence) => self::sentence(s, sentence, w),
        Content::Lines(lines) => lines.iter().for_each(|l| line(s, l, w.line, w)),
    }
}

fn sentence(s: &mut String, sentence: &Sentence, w: &Words) {
    if let Some(section) = sentence.section {
        let repeats = if sentence.repeats { w.repeats } else { "" };
        let _ = writeln!(s, "  {}{}{repeats}", w.section, section.zh);
    }
    pieces(s, &sentence.pieces, w);
    if let Some(signature) = &sentence.signature {
        line(s, signature, w.signature, w);
    }
}

fn line(s: &mut String, line: &PrintedLine, head: &str, w: &Words) {
    let _ = writeln!(s, "  {head}{}", line.known_by.join(w.comma));
    pieces(s, &line.pieces, w);
}

/// The print with its fields in braces, then what each of them is.
fn pieces(s: &mut String, pieces: &[Piece], w: &Words) {
    let text: String = pieces
        .iter()
        .map(|p| match p {
            Piece::Print(text) => text.clone(),
            Piece::Loose(text) => format!("[{text}]"),
            Piece::Skipped => "…".to_owned(),
            Piece::Field(field) => format!("{{{}}}", field.field.name),
        })
        .collect();
    let _ = writeln!(s, "    “{text}”");
    pieces.iter().for_each(|p| {
        if let Piece::Field(one) = p {
            field(s, one, w);
        }
    });
}

fn field(s: &mut String, of: &FormField, w: &Words) {
    let about = if w.lang == Lang::Zh { about_zh(of.of) } else { of.of.about() };
    let said = if w.lang == Lang::Zh { of.field.zh } else { of.field.label.en };
    let notes: Vec<&str> =
        [(of.may_be_empty, w.may_be_empty), (of.by_hand, w.by_hand)].iter().filter(|n| n.0).map(|n| n.1).collect();
    let notes = if notes.is_empty() { String::new() } else { format!("{}{}", w.semicolon, notes.join(w.comma)) };
    let _ = writeln!(s, "    {} {} {said}{}{about}{notes}", fit(of.field.name, 24), fit(of.of.name(), 18), w.colon);
}

/// What a type of field holds, for a clerk.
fn about_zh(of: FieldType) -> &'static str {
    match of {
        FieldType::Name => "申请人姓名；栏目是签名时为签名",
        FieldType::IdNumber => "证件号码，多为 18 位",
        FieldType::Occupation => "规则包所列的职业",
        FieldType::Level => "级别，如 二级、2、技师",
        FieldType::Month => "年、月；一段时间的结束可写“至今”",
        FieldType::Date => "年、月、日",
        FieldType::Years => "年数，可有半年",
        FieldType::Hours => "学时数",
        FieldType::Employer => "单位名称；有企业名录时与名录核对",
        FieldType::School => "学校或培训机构名称",
        FieldType::Major => "规则包所列的专业",
        FieldType::CertificateNumber => "以往证书的编号",
        FieldType::ChsiCode => "学信网验证码",
        FieldType::Phone => "手机号码",
        FieldType::Condition => "抄写的申报条件，逐字核对",
        FieldType::Sex => "男或女，手写或勾选",
        FieldType::Education => "学历，如 本科、中专、高级技工",
        FieldType::Free => "任意文字",
    }
}

struct Words {
    lang: Lang,
    titles: &'static str,
    instructions: &'static str,
    packs: &'static str,
    cell: &'static str,
    under: &'static str,
    below: &'static str,
    sentence: &'static str,
    line: &'static str,
    signature: &'static str,
    table: &'static str,
    column: &'static str,
    section: &'static str,
    repeats: &'static str,
    options: &'static str,
    unread: &'static str,
    may_be_empty: &'static str,
    by_hand: &'static str,
    comma: &'static str,
    colon: &'static str,
    semicolon: &'static str,
}

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Zh => &Words {
            lang: Lang::Zh,
            titles: "其他标题：",
            instructions: "说明页标题（其中没有要填的内容）：",
            packs: "接受此表的规则包：",
            cell: "单元格：",
            under: "，上级栏目：",
            below: "，填在下方",
            sentence: "正文",
            line: "一行，据以找到的文字：",
            signature: "签名行，据以找到的文字：",
            table: "逐行填写的表：",
            column: "列：",
            section: "归入：",
            repeats: "，可有多段",
            options: "选项：",
            unread: "不读取",
            may_be_empty: "可不填",
            by_hand: "须手写",
            comma: "、",
            colon: "：",
            semicolon: "；",
        },
        Lang::En => &Words {
            lang: Lang::En,
            titles: "other titles: ",
            instructions: "titles of the instructions (nothing to fill in): ",
            packs: "packs that accept it: ",
            cell: "cell: ",
            under: ", under: ",
            below: ", its value below it",
            sentence: "text",
            line: "line, found by: ",
            signature: "line of the signature, found by: ",
            table: "table of rows: ",
            column: "column: ",
            section: "section: ",
            repeats: ", may stand several times",
            options: "options: ",
            unread: "not read",
            may_be_empty: "may be empty",
            by_hand: "by hand",
            comma: ", ",
            colon: ": ",
            semicolon: "; ",
        },
    }
}
