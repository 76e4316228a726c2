//! A rule pack, validated: what one source document demands, in its own words, for the time it is in force.
//! Loading and checking the TOML is the business of `packs`; these types hold only what has passed.

use super::documents::{SchoolKind, Schooling};
use super::finding::Clause;
use super::form::Form;
use super::level::Level;
use super::material::MaterialKind;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One source document as rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Folder name and short name: `n24`, `g2`, `g1`, `g4`.
    pub id: String,
    /// The source's own title.
    pub title: String,
    pub role: PackRole,
    /// First day on which registrations are judged by it.
    pub effective_from: Date,
    /// Last day; `None` until a later pack says otherwise.
    pub effective_to: Option<Date>,
    /// It governs only where it is named: an example, no office's law.
    pub only_by_name: bool,
    /// The forms that it accepts; for a material of which it names none, every form is accepted.
    pub forms: Vec<AcceptedForm>,
    /// sha256 over the pack's files in order of name, lower-case hex.
    pub sha256: String,
    pub occupations: Vec<Occupation>,
    /// What is offered when; empty: the source has no calendar.
    pub calendar: Vec<Offer>,
    /// Yuan by occupation and level; empty: the source has no table.
    pub fees: Vec<Fee>,
    /// The source's words by rule id, for every rule that this source carries.
    pub clauses: BTreeMap<String, Clause>,
}

impl Pack {
    /// `n24@2024-01-01`, as the `rule_pack` column says it.
    pub fn label(&self) -> String {
        format!("{}@{}", self.id, self.effective_from)
    }

    pub fn in_force(&self, day: Date) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|end| day <= end)
    }

    pub fn occupation(&self, name: &str) -> Option<&Occupation> {
        self.occupations.iter().find(|o| o.name == name)
    }
}

/// A form that a pack accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedForm {
    /// Its id.
    pub form: String,
    pub material: MaterialKind,
    /// Registrations of these days may come with it.
    pub from: Date,
    pub to: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackRole {
    /// Decides by itself.
    Notice,
    /// Adds 说明, forms and upload lists to another pack (G2 to N24).
    GuideTo(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Occupation {
    /// 本职业.
    pub name: String,
    /// 相关职业, in the source's order.
    pub related: Vec<RelatedOccupation>,
    /// 本专业或相关专业 by the school kinds that the source tells apart; a source with one list has it under each kind.
    pub majors: BTreeMap<SchoolKind, Vec<String>>,
    /// Whole classes of majors the source admits (经济贸易类, 计算机类): a major cannot be checked against these, so it is
    /// `review`, not a rejection.
    pub major_classes: BTreeMap<SchoolKind, Vec<String>>,
    pub conditions: Vec<Condition>,
}

/// One entry of the list of related occupations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedOccupation {
    /// As the source writes it.
    pub name: String,
    /// A joint entry's parts (docs/domain.md, "Lists of occupations and majors"), each of which stands for it too.
    pub parts: Vec<String>,
}

/// One 申报条件.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub level: Level,
    /// Its number on the registration page, from 1, per occupation and level.
    pub number: u8,
    /// The original text, character for character (footnote marks left out).
    pub text: String,
    pub clause: Clause,
    pub work: Option<WorkRequirement>,
    pub prior: Option<PriorRequirement>,
    pub education: Option<EducationRequirement>,
    pub training: Option<TrainingRequirement>,
    /// Completed years on the day of registration.
    pub min_age: Option<u8>,
    pub materials: Vec<MaterialRequirement>,
}

/// 累计从事本职业或相关职业工作满N年.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkRequirement {
    /// Months that must be reached; 0 where the condition only asks for work (level 5, condition 2).
    pub months: u32,
    /// 取得…证书后: only time after the prior certificate's issue counts.
    pub after_certificate: bool,
}

/// 取得本职业或相关职业N级…证书.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriorRequirement {
    pub level: Level,
    /// 满2年: months that the certificate must have been held on the day of registration.
    pub held_months: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EducationRequirement {
    /// Any of these kinds of schooling satisfies it.
    pub schooling: Vec<Schooling>,
    /// Must the major be 本专业 or a listed 相关专业?
    pub major: bool,
    /// 含在读应届毕业生: someone who has not graduated yet is admitted.
    pub in_study: bool,
    /// The condition is for students (预备技师班、技师班学生), not graduates.
    pub students: bool,
}

/// 经…正规培训达规定标准学时数，并取得结业证书.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrainingRequirement {
    /// Hours; `None`: the source names no number.
    pub min_hours: Option<u32>,
}

/// A material that a condition asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialRequirement {
    pub material: MaterialKind,
    /// What a missing one is: `Reject`, or `Review` (结业证书, which only the condition's words ask for).
    pub missing: MissingIs,
    /// Materials or data any one of which excuses it (N24's 或); then a missing one is what `excused_is` says.
    pub excused_by: Vec<Excuse>,
    pub excused_is: ExcusedIs,
    pub clause: Clause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingIs {
    Reject,
    Review,
}

/// What a missing material is when something stands in for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExcusedIs {
    /// The guides ask for both: a person looks.
    Review,
    /// One of them is enough: no defect.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excuse {
    Material(MaterialKind),
    /// 证书编号 on the registration or the form.
    CertificateNumber,
    /// 学信网验证码 on the registration or the form.
    ChsiCode,
}

/// 认定项目: one row of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub occupation: String,
    /// 工种; `None` where the source has `--`.
    pub job_type: Option<String>,
    pub level: Level,
    /// 1–12.
    pub months: Vec<u8>,
}

/// 收费标准: one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    pub occupation: String,
    pub level: Level,
    /// 理论知识, 操作技能, 综合评审 (`None`: 无), 合计; yuan.
    pub theory: u32,
    pub skill: u32,
    pub review: Option<u32>,
    pub total: u32,
}

/// All packs that were loaded, and how to choose among them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PackSet {
    /// Ordered by id.
    pub packs: Vec<Pack>,
    /// Every form that is known, ordered by id.
    pub forms: Vec<Form>,
}

/// The rules that one submission is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Governing<'a> {
    pub notice: &'a Pack,
    /// The guide in force beside it for this occupation and level, if any.
    pub guide: Option<&'a Pack>,
    pub occupation: &'a Occupation,
}

impl PackSet {
    pub fn get(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|p| p.id == id)
    }

    /// The pack in force on `day` that has conditions for this occupation and level (docs/domain.md, "Which pack
    /// governs"); `forced` overrides the day.
    /// `None`: no pack in force, which is a flag, never a guess.
    pub fn governing(&self, day: Date, occupation: &str, level: Level, forced: Option<&str>) -> Option<Governing<'_>> {
        let has = |p: &&Pack| p.occupation(occupation).is_some_and(|o| o.conditions.iter().any(|c| c.level == level));
        let notice = match forced {
            Some(id) => self.packs.iter().filter(|p| p.id == id).find(has)?,
            None => {
                let on_that_day = |p: &&Pack| p.role == PackRole::Notice && !p.only_by_name && p.in_force(day);
                self.packs.iter().filter(on_that_day).find(has)?
            }
        };
        let guide = self
            .packs
            .iter()
            .filter(|p| p.role == PackRole::GuideTo(notice.id.clone()) && (forced.is_some() || p.in_force(day)))
            .find(has);
        Some(Governing { notice, guide, occupation: notice.occupation(occupation)? })
    }

    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|f| f.id == id)
    }
}

impl<'a> Governing<'a> {
    pub fn condition(&self, level: Level, number: u8) -> Option<&Condition> {
        self.occupation.conditions.iter().find(|c| c.level == level && c.number == number)
    }

    /// The ids of the forms that a registration of `day` may come with, as notice and guide name them. For a material of
    /// which they name none, any form will do.
    pub fn accepted_forms(&self, day: Option<Date>) -> Vec<&'a str> {
        let then = |f: &&AcceptedForm| day.is_none_or(|day| f.from <= day && f.to.is_none_or(|to| day <= to));
        let packs = std::iter::once(self.notice).chain(self.guide);
        let mut ids: Vec<&str> = packs.flat_map(|p| &p.forms).filter(then).map(|f| f.form.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Does notice or guide name forms of this material, of whatever days?
    pub fn names_forms(&self, material: MaterialKind) -> bool {
        std::iter::once(self.notice).chain(self.guide).flat_map(|p| &p.forms).any(|f| f.material == material)
    }

    /// The source's words for a rule: the notice's, else the guide's.
    pub fn clause(&self, rule: &str) -> Option<&Clause> {
        self.notice.clauses.get(rule).or_else(|| self.guide.and_then(|g| g.clauses.get(rule)))
    }
}
