//! From the print of a 结业证书 (one sentence, a number, a date) to who was trained in what, when and for how many hours.
//! Rules decide whether the hours are enough.

use crate::inspect::context::DocumentContext;
use crate::inspect::printed::labels::{issue_date, labelled};
use crate::inspect::printed::text::find;
use crate::inspect::printed::values;
use crate::inspect::printed::{Glyph, PrintedPage, Text};
use crate::inspect::second_reading::again;
use crate::ocr::OcrError;
use crate::vocabulary::documents::{CompletionCertificate, SeenAs};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::further::DocumentFacts;
use crate::vocabulary::numerals::{Numerals, lookalike_digit};
use std::ops::Range;

const CERTIFICATE_NUMBER: &[&str] = &["证书编号", "证书号码", "编号"];
const ISSUED: &[&str] = &["发证日期", "颁发日期"];

/// Reads the certificate.
///
/// # Errors
/// An engine failed.
pub fn read(page: &PrintedPage, _: Option<&SeenAs>, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let rows = page.rows();
    let prose = Text::joined(rows.iter().filter(|r| is_prose(r)));
    let chars = prose.chars();
    let found = Sentence::of(&chars);
    let at = |range: &Option<Range<usize>>| range.clone().map_or(&[] as &[Glyph], |r| prose.trimmed(r.start, r.end));
    let month = |range: &Option<Range<usize>>| page.month_fact(at(range), cx);
    let mut certificate = CompletionCertificate {
        name: page.name_fact(at(&found.name), cx)?,
        number: page.number_fact(at(&found.number), cx)?,
        training_occupation: page.text_fact(at(&found.occupation), &cx.expect.occupations, cx)?,
        training_level: page.level_fact(at(&found.level), cx)?,
        start: month(&found.start)?,
        end: month(&found.end)?,
        hours: hours_fact(page, at(&found.hours), cx)?,
        certificate_number: page.certificate_number_fact(
            &labelled(&rows, CERTIFICATE_NUMBER, &[]).unwrap_or_default(),
            None,
            cx,
        )?,
        issued_on: page.date_fact(issue_date(&rows, ISSUED), cx)?,
    };
    again(page, &mut certificate.name, cx);
    again(page, &mut certificate.number, cx);
    Ok(DocumentFacts::CompletionCertificate(Box::new(certificate)))
}

fn hours_fact(page: &PrintedPage, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<u32>, OcrError> {
    Ok(page.digits_fact(glyphs, cx)?.map(|t| Numerals::PRINTED.parse(&t)))
}

/// Does this row belong to the sentence, and not to the number, the school or the date alone?
fn is_prose(row: &Text) -> bool {
    let chars = row.chars();
    let labelled = values::label(&chars, CERTIFICATE_NUMBER).is_some();
    !labelled && !(row.len() <= 12 && (values::dates(&chars).len() == 1 || find(&chars, "结业证书", 0, 1).is_some()))
}

/// Where the sentence's fields lie: 「X（身份证号：N）于Y年M月至Y年M月参加OCC（LEVEL）…，累计培训H学时」.
#[derive(Debug, Default, PartialEq)]
struct Sentence {
    name: Option<Range<usize>>,
    number: Option<Range<usize>>,
    start: Option<Range<usize>>,
    end: Option<Range<usize>>,
    occupation: Option<Range<usize>>,
    level: Option<Range<usize>>,
    hours: Option<Range<usize>>,
}

impl Sentence {
    fn of(chars: &[char]) -> Self {
        let mut out = Self::default();
        let id = find(chars, "身份证号", 0, 1).or_else(|| find(chars, "证件号码", 0, 1));
        if let Some((a, b)) = id {
            let from = ["学员", "兹有", "学生"].iter().find_map(|w| find(&chars[..a], w, 0, 0)).map_or(0, |w| w.1);
            out.name =
                Some(from..chars[from..a].iter().position(|c| matches!(c, '(' | ',' | '性')).map_or(a, |i| from + i))
                    .filter(|r| !r.is_empty());
            out.number = values::number_run(&chars[..chars.len().min(b + 26)], b, 8);
        }
        let spans: Vec<Range<usize>> = values::dates(chars)
            .into_iter()
            .filter(|d| out.number.as_ref().is_none_or(|n| d.range.end > n.end))
            .map(|d| d.range)
            .collect();
        let after_number = |r: &Range<usize>| out.number.as_ref().map_or(r.start, |n| r.start.max(n.end));
        out.start = spans.first().map(|r| after_number(r)..r.end);
        out.end = spans.get(1).cloned();
        let from = out.end.as_ref().or(out.start.as_ref()).map_or(0, |r| r.end);
        if let Some((_, b)) = find(chars, "参加", from, 0).or_else(|| find(chars, "参加了", from, 1)) {
            let close = chars[b..].iter().position(|c| matches!(c, '(')).map(|i| b + i);
            let stop = find(chars, "职业技能", b, 1).or_else(|| find(chars, "培训", b, 0)).map(|s| s.0);
            let end = close.into_iter().chain(stop).min();
            out.occupation = end.map(|e| b..e);
            if let Some(open) = close.filter(|c| stop.is_none_or(|s| *c < s)) {
                out.level = chars[open..]
                    .iter()
                    .position(|c| *c == ')')
                    .map(|i| open + 1..open + i)
                    .or(stop.map(|s| open + 1..s));
            }
        }
        let unit = find(chars, "学时", from, 0)
            .or_else(|| find(chars, "课时", from, 0))
            .or_else(|| find(chars, "小时", from, 0));
        if let Some((u, _)) = unit {
            let start = (0..u).rev().take_while(|i| lookalike_digit(chars[*i]).is_some()).last();
            out.hours = start.map(|s| s..u);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_completion_certificates() {
        for (text, want) in [
            (
                "周立新（身份证号：110108199807273716）于2023年2月至2023年3月参加供应链管理师（一级/高级技师）职业技能正规培训，累计培训110学时，修完规定课程，考核合格，准予结业。",
                ["周立新", "110108199807273716", "2023年2月", "2023年3月", "供应链管理师", "一级/高级技师", "110"],
            ),
            (
                "张玉兰(身份证号:110108200108036784于2023年8月至2023年10月参加互联网营销师(四级/中级工)职业技能正规培训,累计培训104学时",
                ["张玉兰", "110108200108036784", "2023年8月", "2023年10月", "互联网营销师", "四级/中级工", "104"],
            ),
            (
                "学员李明，身分证号11010820010803678X于2023年8月至2023年10月参加电子商务师培训，共120课时",
                ["李明", "11010820010803678X", "2023年8月", "2023年10月", "电子商务师", "", "120"],
            ),
        ] {
            let chars: Vec<char> = text.chars().flat_map(crate::inspect::printed::text::folded).collect();
            let s = Sentence::of(&chars);
            let got = [s.name, s.number, s.start, s.end, s.occupation, s.level, s.hours].map(|r| {
                r.map_or(String::new(), |r| chars[r].iter().collect::<String>().trim_matches([',', ':']).to_owned())
            });
            assert_eq!(got, want.map(str::to_owned), "{text}");
        }
    }
}
