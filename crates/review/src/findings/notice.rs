//! From a submission and what was decided about it to the text of the notice for its applicant (退回通知): whose
//! application it is, what is wrong, what to hand in again, and which places may be shown.
//! The report's page and the program's documents say the same, because both take it from here (the page has it as
//! WebAssembly). Lays nothing out; names
//! no other applicant, no doubt and no measure of its own.

use super::facts::RowState;
use super::finding::{Finding, FlagRecord};
use super::heading::Heading;
use super::reason::{HEAD, sentences};
use crate::vocabulary::documents::every_field;
use crate::vocabulary::finding::{Severity, Shows};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::text::normalise;
use crate::vocabulary::waiver::{Decided, Decision};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Why a notice is written.
#[derive(Debug, Clone, Copy)]
pub enum Because<'a> {
    /// A person rejected the submission or sent it back.
    Decided(&'a Decision),
    /// The verdict is `reject`, and nobody has decided yet: a draft.
    Proposed,
}

/// What a notice needs of a rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleWords {
    /// What the applicant or the clerk can do (`Rule::clears_zh`).
    pub clears: &'static str,
    /// What the values of its flags are (`Rule::shows`).
    pub shows: Shows,
}

/// The text of a notice. Lists are without numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub title: &'static str,
    /// Stands over a notice that no person has decided on.
    pub draft: Option<&'static str>,
    /// Head and value.
    pub whose: Vec<(&'static str, String)>,
    /// 某某：
    pub to: String,
    pub lead: &'static str,
    pub reasons: Vec<String>,
    pub hand_in_head: &'static str,
    pub hand_in: Vec<String>,
    pub closing: &'static str,
    /// Flagged places of the applicant's own papers, in order of the reasons.
    pub places: Vec<Place>,
}

/// A place that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The flag's id, under which its crop is known.
    pub flag: String,
    pub caption: String,
}

/// The notice for one submission. `rule` tells of a rule by its id; `hide` takes out of a sentence whatever names
/// another applicant, as far as the caller knows them.
pub fn notice(
    f: &Finding,
    because: Because<'_>,
    rule: &dyn Fn(&str) -> Option<RuleWords>,
    hide: &dyn Fn(&str) -> String,
) -> Notice {
    let known = Heading::known(f);
    let told: Vec<(&FlagRecord, String)> =
        f.flags.iter().filter(|r| r.flag.waived.is_none()).map(|r| (r, sentence(r, rule))).collect();
    let certain = || told.iter().filter(|(r, _)| r.flag.severity == Severity::Reject).collect::<Vec<_>>();
    let (reasons, flags) = match because {
        Because::Decided(d) if !d.reason.trim().is_empty() => {
            let items = items(&d.reason);
            let told_of = |sentence: &str| !sentence.is_empty() && items.iter().any(|item| item.contains(sentence));
            // Of several sentences about one document that were joined only the first names it.
            let joined = |r: &FlagRecord, sentence: &str| {
                let name = r.flag.document.map_or("", MaterialKind::name);
                sentence.strip_prefix(name).filter(|rest| rest.chars().count() >= JOINED).is_some_and(told_of)
            };
            // The flags whose sentences the clerk sent are what it is about; of words of his own that cannot be told.
            let sent: Vec<_> = told
                .iter()
                .filter(|(r, s)| r.flag.severity != Severity::Note && !s.is_empty())
                .filter(|(r, s)| told_of(s) || joined(r, s) || told_of(stem(&r.flag.message.zh)))
                .collect();
            let flags = if sent.is_empty() { certain() } else { sent };
            (items, flags)
        }
        Because::Decided(_) | Because::Proposed => {
            let flags = certain();
            let apart = flags.iter().all(|(r, _)| r.flag.message.applicant.is_some());
            // As the reason joins them; findings of earlier versions may name others, so theirs are told one by one.
            let joined = apart.then(|| sentences(f.flags.iter().map(|r| &r.flag), |_| false));
            (joined.unwrap_or_else(|| distinct(flags.iter().map(|(_, s)| s.clone()))), flags)
        }
    };
    let rejected = matches!(because, Because::Decided(d) if d.decision == Decided::Reject);
    let mut hand_in = distinct(hand_in(flags.iter().map(|(r, _)| *r), rule).into_iter());
    if hand_in.is_empty() && !rejected {
        hand_in.push("上述各项涉及的材料".to_owned());
    }
    Notice {
        title: if rejected {
            "职业技能等级认定申报驳回通知"
        } else {
            "职业技能等级认定申报退回通知"
        },
        draft: matches!(because, Because::Proposed).then_some("预审拟稿，经审核人员确认后发出"),
        whose: vec![
            ("姓名", known.name.clone()),
            ("报名编号", f.submission_id.clone()),
            ("职业", known.occupation.clone()),
            ("级别", known.level.clone()),
            ("申报条件", condition(&known.condition)),
        ],
        to: format!("{}：", if known.name.is_empty() { "申报人" } else { &known.name }),
        lead: if rejected {
            "您提交的职业技能等级认定申报经审核不符合要求，现予驳回，理由如下："
        } else {
            "您提交的职业技能等级认定申报材料经审核存在以下问题，现予退回："
        },
        reasons: reasons.iter().map(|r| hide(r)).collect(),
        hand_in_head: if rejected {
            "再次申报时，请注意："
        } else {
            "请更正后重新提交以下材料："
        },
        hand_in,
        closing: "特此通知。",
        places: places(f, flags.iter().map(|(r, _)| *r), &known, rule),
    }
}

fn condition(number: &str) -> String {
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if is_number { format!("第 {number} 条") } else { number.to_owned() }
}

/// A sentence without its full stop.
fn stem(sentence: &str) -> &str {
    sentence.trim().trim_end_matches(['。', '；', '.', ';'])
}

/// What the applicant is told of a flag.
fn sentence(r: &FlagRecord, rule: &dyn Fn(&str) -> Option<RuleWords>) -> String {
    // Findings of earlier versions have one sentence for both readers.
    let Some(said) = r.flag.message.applicant.as_deref().map(stem) else {
        return of_both(stem(&r.flag.message.zh), r, rule);
    };
    said.to_owned()
}

/// A sentence that is the clerk's as well, without others' numbers.
fn of_both(said: &str, r: &FlagRecord, rule: &dyn Fn(&str) -> Option<RuleWords>) -> String {
    if rule(&r.flag.rule).is_some_and(|w| w.shows == Shows::Submissions) {
        without_others(said)
    } else {
        said.to_owned()
    }
}

/// `照片与其他报名（20240001）的照片相同：2023 批次的 20230001，请更换` → `照片与其他报名的照片相同，请更换`
fn without_others(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut closed_by: Option<char> = None;
    for c in sentence.chars() {
        match (closed_by, c) {
            (Some(end), c) if c == end => {
                closed_by = None;
                if c != '）' {
                    out.push(c);
                }
            }
            (Some(_), _) => {}
            (None, '（') => closed_by = Some('）'),
            (None, '：') => closed_by = Some('，'),
            (None, c) => out.push(c),
        }
    }
    out
}

/// Fewest characters by which a sentence is known without its document's name.
const JOINED: usize = 4;
/// Heads that earlier versions put over what was still to be checked.
const DOUBTS: [&str; 2] = ["另有以下内容需人工核实：", "以下内容需人工核实："];

/// The items of a reason that a clerk sent: its lines, its numbered sentences, or the whole. What was still to be
/// checked is left out, unless it is all there is: then the clerk has confirmed it.
fn items(reason: &str) -> Vec<String> {
    let cut = DOUBTS.iter().filter_map(|head| Some((reason.find(head)?, head.len()))).min();
    let certain = reason[..cut.map_or(reason.len(), |(at, _)| at)].trim();
    let rest = match cut {
        Some((at, head)) if certain.is_empty() => reason[at + head..].trim(),
        _ => certain,
    };
    let rest = rest.strip_prefix(HEAD).unwrap_or(rest);
    distinct(rest.lines().flat_map(numbered).map(|item| stem(item).to_owned()))
}

/// `1．甲；2．乙。` → 甲, 乙. Numbers have to come in order, each at the beginning or behind a mark.
fn numbered(line: &str) -> Vec<&str> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for n in 1.. {
        let from = marks.last().map_or(0, |(_, end)| *end);
        let found = ["．", ".", "、"].iter().find_map(|dot| {
            let mark = format!("{n}{dot}");
            let at = line[from..].find(&mark)? + from;
            let before = line[..at].trim_end();
            let end = at + mark.len();
            // "1.5 年" is no mark.
            let is_mark = !line[end..].starts_with(|c: char| c.is_ascii_digit());
            (is_mark && (before.is_empty() || before.ends_with(['；', '。', ';', '：']))).then_some((at, end))
        });
        let Some(found) = found else { break };
        marks.push(found);
    }
    if marks.first().is_none_or(|(at, _)| !line[..*at].trim().is_empty()) {
        return vec![line];
    }
    let ends = marks.iter().skip(1).map(|(at, _)| *at).chain([line.len()]);
    marks.iter().zip(ends).map(|((_, from), to)| &line[*from..to]).collect()
}

/// In their order, without empty ones and repetitions.
fn distinct(list: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    list.filter(|text| !text.is_empty() && seen.insert(text.clone())).collect()
}

/// What to hand in, one line a material.
fn hand_in<'f>(flags: impl Iterator<Item = &'f FlagRecord>, rule: &dyn Fn(&str) -> Option<RuleWords>) -> Vec<String> {
    let mut by_material: BTreeMap<Option<MaterialKind>, Vec<String>> = BTreeMap::new();
    for r in flags {
        let clears = rule(&r.flag.rule).map_or_else(String::new, |w| for_applicant(w.clears));
        let lines = by_material.entry(r.flag.document).or_default();
        if !clears.is_empty() && !lines.contains(&clears) {
            lines.push(clears);
        }
    }
    // What belongs to no material comes last.
    let (none, own): (Vec<_>, Vec<_>) = by_material.into_iter().partition(|(material, _)| material.is_none());
    own.into_iter()
        .chain(none)
        .map(|(material, lines)| {
            let lines = lines.join("；");
            match material {
                Some(m) if lines.is_empty() => m.name().to_owned(),
                Some(m) => format!("{}：{lines}", m.name()),
                None => lines,
            }
        })
        .collect()
}

/// Words of a clause that speaks to the office, or of somebody else.
pub const NOT_FOR_APPLICANTS: [&str; 8] =
    ["审核", "--", "submission.json", "别名表", "开发者", "由对方", "从表中删除", "重新认定"];

/// What of a rule's remedy is the applicant's to do.
pub fn for_applicant(clears: &str) -> String {
    let own = clears.split('；').filter(|clause| !NOT_FOR_APPLICANTS.iter().any(|word| clause.contains(word)));
    own.collect::<Vec<_>>().join("；").replace("请申报人", "请")
}

/// The flagged places that show the applicant's own papers: none of a page that may be another person's, none of a
/// rule that compares applicants.
fn places<'f>(
    f: &Finding,
    flags: impl Iterator<Item = &'f FlagRecord>,
    known: &Heading,
    rule: &dyn Fn(&str) -> Option<RuleWords>,
) -> Vec<Place> {
    let foreign = foreign_pages(f, known);
    let mut list = Vec::new();
    for r in flags {
        let shared = rule(&r.flag.rule).is_none_or(|w| w.shows == Shows::Submissions);
        let at = r.flag.place.as_ref().map(|p| (p.document, p.page)).or_else(|| {
            let mut rows = f.facts.iter().filter(|x| r.facts.contains(&x.field));
            rows.find_map(|x| Some((MaterialKind::from_name(&x.document)?, x.page?)))
        });
        let Some((material, page)) = at.filter(|at| !shared && !foreign.contains(at)) else { continue };
        let pages = f.documents.pages_of(material).count();
        let caption = if pages > 1 { format!("{}第 {page} 页", material.name()) } else { material.name().to_owned() };
        list.push(Place { flag: r.id.clone(), caption });
    }
    list
}

/// Pages on which another name or number was read, and neither of the applicant's own.
fn foreign_pages(f: &Finding, known: &Heading) -> BTreeSet<(MaterialKind, u16)> {
    let (name, number) = (normalise(&known.name), normalise(&known.number).to_uppercase());
    let mut pages: BTreeMap<(MaterialKind, u16), bool> = BTreeMap::new();
    for x in f.facts.iter().filter(|x| matches!(x.state, RowState::Read | RowState::Corrected)) {
        let key = x.field.rsplit('.').next().unwrap_or_default();
        let declared = every_field().find(|d| d.name == key && !d.signature);
        let own = match declared.and_then(|d| d.personal) {
            Some(Personal::Name) => &name,
            Some(Personal::Number) => &number,
            _ => continue,
        };
        let (Some(material), Some(page), Some(text)) = (MaterialKind::from_name(&x.document), x.page, &x.text) else {
            continue;
        };
        let same = normalise(text).to_uppercase() == *own.to_uppercase();
        *pages.entry((material, page)).or_default() |= same;
    }
    pages.into_iter().filter(|(_, own)| !own).map(|(page, _)| page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_parted_as_they_were_put_together() {
        for (reason, expected) in [
            ("请重新上传。", vec!["请重新上传"]),
            ("您的申报存在以下问题，请更正后重新提交：1．甲；2．乙。", vec!["甲", "乙"]),
            ("1．甲；2．乙。另有以下内容需人工核实：丙。", vec!["甲", "乙"]),
            ("以下内容需人工核实：1．丙；2．丁。", vec!["丙", "丁"]),
            ("工作 1.5 年不足；见第 2 条", vec!["工作 1.5 年不足；见第 2 条"]),
            ("1.5 年不足", vec!["1.5 年不足"]),
            ("甲\n乙\n\n甲", vec!["甲", "乙"]),
            ("", vec![]),
        ] {
            assert_eq!(items(reason), expected, "{reason}");
        }
    }

    /// A form of 王小丁's with a flag on its level; `read`: name and number as they stand on it.
    fn finding(read: [&str; 2]) -> Finding {
        use crate::findings::finding::Stored;
        use crate::vocabulary::documents::{ApplicationForm, Documents};
        use crate::vocabulary::fact::{Fact, Place, Region};
        use crate::vocabulary::finding::{Flag, Message};
        use crate::vocabulary::outcome::Judged;
        use crate::vocabulary::submission::{Entry, Registration, Submission};
        let entry = |text: &str| Some(Entry::new(text, Some(text.to_owned())));
        let registration =
            Registration {
                name: entry("王小丁"), id_number: entry("110101199003070011"), ..Registration::default()
            };
        let place = Place {
            document: MaterialKind::ApplicationForm,
            page: 1,
            region: Some(Region { x: 1, y: 2, width: 3, height: 4 }),
        };
        let fact = |text: &str| Fact::read(text, Some(text.to_owned()), 0.99).at(place.clone());
        let form = ApplicationForm { name: fact(read[0]), number: fact(read[1]), ..ApplicationForm::default() };
        let message = Message::new("级别与报名信息不一致。", "");
        let flag = Flag {
            document: Some(MaterialKind::ApplicationForm),
            place: Some(place),
            ..Flag::new("form-level", Severity::Reject, message)
        };
        let submission =
            Submission { id: "20241500001".into(), registration: Some(registration), ..Submission::default() };
        let documents = Documents { application_form: Some(form), ..Documents::default() };
        Finding::new(Stored::read(0, submission, documents), Judged::of(vec![flag]))
    }

    #[test]
    fn sentences_that_were_joined_are_known_again() {
        use crate::vocabulary::finding::{Flag, Message};
        let photo = |rule: &str, zh: &str| Flag {
            document: Some(MaterialKind::Photo),
            ..Flag::new(
                rule,
                Severity::Reject,
                Message {
                    applicant: Some(zh.into()), advice: Some("请重新上传。".into()), ..Message::new("复核", "")
                },
            )
        };
        let mut f = finding(["王小丁", "110101199003070011"]);
        let flags = [photo("photo-background", "个人照片背景为蓝色"), photo("photo-mouth", "个人照片嘴部张开")];
        f.flags = (0..).zip(flags).map(|(i, flag)| FlagRecord { id: i.to_string(), flag, facts: Vec::new() }).collect();
        let rule = |id: &str| {
            let clears = if id == "photo-mouth" { "闭口" } else { "换白底" };
            Some(RuleWords { clears, shows: Shows::Value })
        };
        let reason = crate::findings::reason::reason(f.flags.iter().map(|r| &r.flag));
        let decision = Decision {
            submission: f.submission_id.clone(),
            decision: Decided::Return,
            reason,
            who: "王审核".into(),
            decided_on: String::new(),
        };
        for because in [Because::Decided(&decision), Because::Proposed] {
            let notice = notice(&f, because, &rule, &str::to_owned);
            assert_eq!(notice.reasons, ["个人照片背景为蓝色，嘴部张开，请重新上传"]);
            assert_eq!(notice.hand_in, ["个人照片：换白底；闭口"]);
        }
    }

    #[test]
    fn papers_of_others_are_not_shown() {
        let rule = |shows| move |_: &str| Some(RuleWords { clears: "重新填写；审核人员认定", shows });
        let (own, other) = ("王小丁", "110101199003070038");
        for (read, shows, places) in [
            ([own, "110101199003070011"], Shows::Value, 1),
            ([own, other], Shows::Value, 1),
            (["王小丙", "11010119900307 0011"], Shows::Value, 1),
            (["王小丙", other], Shows::Value, 0),
            ([own, "110101199003070011"], Shows::Submissions, 0),
        ] {
            let notice = notice(&finding(read), Because::Proposed, &rule(shows), &str::to_owned);
            assert_eq!(notice.places.len(), places, "{read:?}");
            assert_eq!(notice.hand_in, ["申报表：重新填写"]);
            assert_eq!(notice.reasons, ["级别与报名信息不一致"]);
        }
    }

    #[test]
    fn no_other_applicant_is_named() {
        for (sentence, expected) in [
            ("个人照片与其他报名（20240001、20240002）的照片相同，请更换", "个人照片与其他报名的照片相同，请更换"),
            ("照片与此前报名的照片相同：甲批次的 20230001（建议驳回），请更换", "照片与此前报名的照片相同，请更换"),
            ("证书编号相同：甲批次的 1、乙批次的 2", "证书编号相同"),
        ] {
            assert_eq!(without_others(sentence), expected);
        }
    }
}
