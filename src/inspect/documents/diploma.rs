//! From the print of a 毕业证书 (title, one sentence, a number, a school, a date) to who studied what, where, when and in
//! which kind of schooling.
//! Rules decide whether that is the schooling that a condition asks for.

use crate::inspect::context::DocumentContext;
use crate::inspect::printed::labels::{issue_date, labelled};
use crate::inspect::printed::read::combined;
use crate::inspect::printed::text::find;
use crate::inspect::printed::values;
use crate::inspect::printed::{Glyph, PrintedPage, Text};
use crate::inspect::second_reading::again;
use crate::ocr::OcrError;
use crate::vocabulary::documents::{Diploma, Schooling, SeenAs, Sex};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::further::DocumentFacts;
use std::ops::Range;

const DIPLOMA_NUMBER: &[&str] = &["证书编号", "毕业证书编号", "证书号码", "编号"];
const SCHOOL: &[&str] = &["学校名称", "校名", "学校"];
const ISSUED: &[&str] = &["发证日期", "颁发日期"];

/// Reads the diploma; its title is what it was classified by.
///
/// # Errors
/// An engine failed.
pub fn read(page: &PrintedPage, seen_as: Option<&SeenAs>, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let rows = page.rows();
    let prose = Text::joined(rows.iter().filter(|r| is_prose(r)));
    let chars = prose.chars();
    let found = Sentence::of(&chars);
    let at = |range: &Option<Range<usize>>| range.clone().map_or(&[] as &[Glyph], |r| prose.trimmed(r.start, r.end));
    let number = page.number_fact(at(&found.number), cx)?;
    let title = title_fact(page, seen_as);
    let track = at(&found.track);
    let below: Vec<Text> = rows.iter().filter(|r| find(&r.chars(), "毕业证书", 0, 0).is_none()).cloned().collect();
    let school = page.text_fact(&labelled(&below, SCHOOL, &["校长", "校(院)长"]).unwrap_or_default(), &[], cx)?;
    let mut diploma = Diploma {
        schooling: schooling_fact(page, &title, track, &school, cx)?,
        title,
        name: page.name_fact(at(&found.name), cx)?,
        number,
        sex: page.fact(at(&found.sex)).map(|t| Sex::parse(&t)),
        birth_date: page.date_fact(at(&found.birth), cx)?,
        start: page.month_fact(at(&found.start), cx)?,
        end: page.month_fact(at(&found.end), cx)?,
        major: page.text_fact(at(&found.major), &cx.expect.majors, cx)?,
        school,
        diploma_number: page.certificate_number_fact(
            &labelled(&rows, DIPLOMA_NUMBER, &[]).unwrap_or_default(),
            None,
            cx,
        )?,
        issued_on: page.date_fact(issue_date(&rows, ISSUED), cx)?,
    };
    again(page, &mut diploma.name, cx);
    again(page, &mut diploma.number, cx);
    Ok(DocumentFacts::Diploma(Box::new(diploma)))
}

/// The title as a fact of its own: what the page was classified by.
fn title_fact(page: &PrintedPage, seen: Option<&SeenAs>) -> Fact<String> {
    let Some(seen) = seen else { return Fact::not_found() };
    let Some(title) = &seen.title else { return Fact::not_found() };
    let rows = page.rows();
    let row = rows.iter().find_map(|r| find(&r.chars(), title, 0, title.chars().count() / 4).map(|(a, b)| (r, a, b)));
    match row {
        Some((row, a, b)) => {
            let glyphs = &row.glyphs[a..b];
            Fact::read(title.clone(), Some(title.clone()), seen.confidence)
                .with_free(values::text_of(glyphs))
                .at(page.place(glyphs))
        }
        None => Fact::read(title.clone(), Some(title.clone()), seen.confidence).at(page.whole()),
    }
}

/// Does this row belong to the sentence, and not to the title, the number, the school, the headmaster or the date
/// alone?
fn is_prose(row: &Text) -> bool {
    let chars = row.chars();
    let other = ["证书编号", "学校:", "校(院)长", "校长:", "毕业证书"].iter().any(|l| find(&chars, l, 0, 0).is_some());
    let date_alone = row.len() <= 12 && values::dates(&chars).first().is_some_and(|d| d.range.len() + 1 >= row.len());
    !other && !date_alone
}

/// Where the sentence's fields lie: 「学生 X，性别X，Y年M月D日生，[身份证号N，]于Y年M月至Y年M月在本校 X 专业三年制TRACK学习，…」.
#[derive(Debug, Default, PartialEq)]
struct Sentence {
    name: Option<Range<usize>>,
    sex: Option<Range<usize>>,
    birth: Option<Range<usize>>,
    number: Option<Range<usize>>,
    start: Option<Range<usize>>,
    end: Option<Range<usize>>,
    major: Option<Range<usize>>,
    track: Option<Range<usize>>,
}

impl Sentence {
    fn of(chars: &[char]) -> Self {
        let mut out = Self::default();
        let sex = find(chars, "性别", 0, 0)
            .or_else(|| chars.windows(2).position(|w| w[0] == ',' && matches!(w[1], '男' | '女')).map(|i| (i, i + 1)));
        if let Some((a, b)) = sex {
            out.sex = chars.get(b).filter(|c| matches!(c, '男' | '女')).map(|_| b..b + 1);
            let from = find(&chars[..a], "研究生", 0, 0).or_else(|| find(&chars[..a], "学生", 0, 0)).map_or(0, |w| w.1);
            out.name = Some(from..a).filter(|r| !r.is_empty());
        }
        let after_sex = sex.map_or(0, |s| s.1);
        if let Some((_, b)) = find(chars, "身份证号", after_sex, 1) {
            out.number = values::number_run(&chars[..chars.len().min(b + 26)], b, 8);
        }
        let mut dates = values::dates(chars).into_iter().filter(|d| d.range.start >= after_sex).peekable();
        if let Some(birth) = dates.next_if(|d| d.value.day.is_some()) {
            out.birth = Some(birth.range);
        }
        let mut months = dates.map(|d| d.range);
        let number_end = out.number.as_ref().map_or(0, |n| n.end);
        out.start = months.next().map(|r| r.start.max(if r.end > number_end { number_end } else { 0 })..r.end);
        out.end = months.next();
        let from = out.end.as_ref().or(out.start.as_ref()).map_or(after_sex, |r| r.end);
        let begin = ["在本校", "在我校", "在我院", "在本院", "本校", "在校"]
            .iter()
            .find_map(|a| find(chars, a, from, 0))
            .or_else(|| find(chars, "在本校", from, 1));
        if let Some((p, q)) = find(chars, "专业", begin.map_or(from, |b| b.1), 0) {
            out.major = begin.map(|b| b.1..p).filter(|r| !r.is_empty());
            let end = find(chars, "学习", q, 0)
                .map_or_else(|| chars[q..].iter().position(|c| *c == ',').map_or(chars.len(), |i| q + i), |l| l.0);
            out.track = Some(q..end.min(q + 16)).filter(|r| !r.is_empty());
        }
        out
    }
}

fn schooling_fact(
    page: &PrintedPage,
    title: &Fact<String>,
    track: &[Glyph],
    school: &Fact<String>,
    cx: &DocumentContext,
) -> Result<Fact<Schooling>, OcrError> {
    let first: Vec<(char, f32)> = track.iter().map(|g| (g.ch, g.p)).collect();
    let (fact, decided) = match decided_by(&first) {
        // of 三年制高级工班 three characters decide, and the others may be as unclear as they like
        Some((schooling, sure)) if sure >= CLEAR => (page.fact(track), Some((schooling, sure))),
        fast if !track.is_empty() => {
            let accurate = page.read_accurately(track, None, cx)?;
            let again = decided_by(&accurate.characters);
            let fact = combined(page.fact(track), accurate, cx.recognisers.fast().name());
            let decided = match (fast, again) {
                (Some(a), Some(b)) if a.0 == b.0 => Some((b.0, 1.0 - (1.0 - b.1) * (0.3 + 0.7 * (1.0 - a.1)))),
                (_, Some(b)) => Some((b.0, fact.confidence.min(b.1))),
                _ => None,
            };
            (fact, decided)
        }
        _ => (Fact::not_found(), None),
    };
    if let Some((schooling, confidence)) = decided {
        return Ok(Fact { confidence, ..fact.map(|_| Some(schooling)) });
    }
    let value = by_school(title.text.as_deref().unwrap_or_default(), school.text.as_deref().unwrap_or_default());
    if fact.text.is_none() && value.is_some() {
        // nothing says which class: title and school decide
        return Ok(Fact {
            value,
            confidence: title.confidence.min(school.confidence.max(0.5)),
            text: title.text.clone(),
            free: None,
            ..title.clone().map(|_| None)
        });
    }
    Ok(fact.map(|_| value))
}

/// 0–1: the class's word is as sure as this and not read again.
const CLEAR: f32 = 0.9;

/// The kind of schooling that the class's word says, and the least sure of the characters that say it (0–1).
fn decided_by(track: &[(char, f32)]) -> Option<(Schooling, f32)> {
    const TRACKS: &[(&str, Schooling)] = &[
        ("博士", Schooling::Doctor),
        ("硕士", Schooling::Master),
        ("研究生", Schooling::Master),
        ("预备技师", Schooling::TechnicalTechnician),
        ("技师班", Schooling::TechnicalTechnician),
        ("高级工", Schooling::TechnicalSenior),
        ("高级技工", Schooling::TechnicalSenior),
        ("中级工", Schooling::TechnicalIntermediate),
        ("中级技工", Schooling::TechnicalIntermediate),
        ("本科", Schooling::Bachelor),
        ("专科", Schooling::HigherVocational),
        ("高职", Schooling::HigherVocational),
        ("大专", Schooling::HigherVocational),
        ("中专", Schooling::SecondaryVocational),
        ("职高", Schooling::SecondaryVocational),
    ];
    let chars: Vec<char> = track.iter().map(|(c, _)| *c).collect();
    let exact = TRACKS.iter().find_map(|(word, s)| Some((find(&chars, word, 0, 0)?, *s)));
    let near = || {
        TRACKS.iter().filter(|(word, _)| word.chars().count() >= 3).find_map(|(word, s)| {
            let range = find(&chars, word, 0, 1).filter(|(a, b)| b - a == word.chars().count())?;
            Some((range, *s))
        })
    };
    let ((from, to), schooling) = exact.or_else(near)?;
    Some((schooling, track[from..to].iter().map(|(_, p)| *p).fold(1.0, f32::min)))
}

/// The kind of schooling that the title says, or else the school's name.
fn by_school(title: &str, school: &str) -> Option<Schooling> {
    const TITLES: &[(&str, Schooling)] = &[
        ("博士", Schooling::Doctor),
        ("硕士", Schooling::Master),
        ("中等职业", Schooling::SecondaryVocational),
        ("中等专业", Schooling::SecondaryVocational),
        ("职业高中", Schooling::SecondaryVocational),
        ("技工", Schooling::TechnicalIntermediate),
    ];
    const SCHOOLS: &[(&str, Schooling)] = &[
        ("高级技工学校", Schooling::TechnicalSenior),
        ("技工学校", Schooling::TechnicalIntermediate),
        ("职业技术学院", Schooling::HigherVocational),
        ("职业学院", Schooling::HigherVocational),
        ("高等专科学校", Schooling::HigherVocational),
        ("中等专业学校", Schooling::SecondaryVocational),
    ];
    let contained =
        |text: &str, table: &[(&str, Schooling)]| table.iter().find(|(w, _)| text.contains(w)).map(|(_, s)| *s);
    (title.contains("技工") && school.contains("高级技工"))
        .then_some(Schooling::TechnicalSenior)
        .or_else(|| contained(title, TITLES))
        .or_else(|| contained(school, SCHOOLS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(s: &str) -> Vec<char> {
        s.chars().flat_map(crate::inspect::printed::text::folded).collect()
    }

    #[test]
    fn sentences_of_diplomas() {
        for (text, want) in [
            (
                "学生 刘雪梅，性别女，二〇〇五年三月十一日生，身份证号370102200503117924，于二〇二〇年九月至二〇二三年七月在本校 音乐表演 专业三年制高级工班学习，修完教学计划规定的全部课程，成绩合格，准予毕业。",
                [
                    "刘雪梅",
                    "女",
                    "二〇〇五年三月十一日",
                    "370102200503117924",
                    "二〇二〇年九月",
                    "二〇二三年七月",
                    "音乐表演",
                    "三年制高级工班",
                ],
            ),
            (
                "学生赵国庆,性别男,1999年9月6日生,于2017年9月至2020年7月在本校法学专业三年制专科学习,修完教学计划规定的全部课程",
                ["赵国庆", "男", "1999年9月6日", "", "2017年9月", "2020年7月", "法学", "三年制专科"],
            ),
            (
                "研究生王静，女，1993年1月20日生，于2015年9月至2018年7月在本校 国际贸易 专业三年制硕士研究生学习",
                ["王静", "女", "1993年1月20日", "", "2015年9月", "2018年7月", "国际贸易", "三年制硕士研究生"],
            ),
        ] {
            let chars = chars(text);
            let s = Sentence::of(&chars);
            let got = [s.name, s.sex, s.birth, s.number, s.start, s.end, s.major, s.track].map(|r| {
                r.map_or(String::new(), |r| chars[r].iter().collect::<String>().trim_matches([',', ':']).to_owned())
            });
            assert_eq!(got, want.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn only_the_words_own_characters_decide() {
        let read = |of: &[(&str, f32)]| -> Vec<(char, f32)> {
            of.iter().flat_map(|(t, p)| t.chars().map(|c| (c, *p))).collect()
        };
        for (track, want) in [
            (&[("三年制", 0.4), ("高级工", 0.98), ("班", 0.3)][..], Some((Schooling::TechnicalSenior, 0.98))),
            (&[("三年制", 0.98), ("高", 0.6), ("级工班", 0.98)], Some((Schooling::TechnicalSenior, 0.6))),
            (&[("三年制", 0.98)], None),
        ] {
            assert_eq!(decided_by(&read(track)), want, "{track:?}");
        }
    }

    #[test]
    fn kinds_of_schooling() {
        for (title, track, school, want) in [
            ("技工院校毕业证书", "三年制高级工班", "河北省商贸技师学院", Some(Schooling::TechnicalSenior)),
            ("技工院校毕业证书", "四年制预备技师班", "北京市新媒体技师学院", Some(Schooling::TechnicalTechnician)),
            ("技工院校毕业证书", "三年制中级工班", "北京市新媒体技师学院", Some(Schooling::TechnicalIntermediate)),
            ("普通高等学校毕业证书", "三年制专科", "北京电子科技职业学院", Some(Schooling::HigherVocational)),
            ("普通高等学校毕业证书", "四年制本科", "北京工商大学", Some(Schooling::Bachelor)),
            ("硕士研究生毕业证书", "三年制硕士研究生", "北京工商大学", Some(Schooling::Master)),
            ("中等职业学校毕业证书", "三年制中专", "北京市商业学校", Some(Schooling::SecondaryVocational)),
            ("中等职业学校毕业证书", "", "北京市商业学校", Some(Schooling::SecondaryVocational)),
            ("技工院校毕业证书", "三年制", "某市高级技工学校", Some(Schooling::TechnicalSenior)),
            ("普通高等学校毕业证书", "", "北京工商大学", None),
        ] {
            let read: Vec<(char, f32)> = chars(track).into_iter().map(|c| (c, 0.99)).collect();
            let got = decided_by(&read).map(|(s, _)| s).or_else(|| by_school(title, school));
            assert_eq!(got, want, "{title} {track} {school}");
        }
    }
}
