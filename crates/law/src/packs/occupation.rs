//! Checks one occupation's file: lists and conditions, as `vocabulary::pack` has them.
//! Looks at this file and the pack's common materials only; `validate` checks calendar, fees and other packs.

use super::error::{PackError, Source};
use super::printed::{PrintedList, PrintedMajors, PrintedRow, PrintedTable};
use super::unvalidated::{ConditionEntry, EducationEntry, MajorsEntry, OccupationFile, RelatedEntry};
use super::values::{filled, level, material, school_kind, schooling};
use crate::vocabulary::documents::SchoolKind;
use crate::vocabulary::finding::Clause;
use crate::vocabulary::level::Level;
use crate::vocabulary::pack::{
    Condition, EducationRequirement, MaterialRequirement, Occupation, PriorRequirement, RelatedOccupation,
    TrainingRequirement, WorkRequirement,
};
use std::collections::BTreeMap;

type Majors = BTreeMap<SchoolKind, Vec<String>>;

/// The occupation of one file, and its tables as printed.
pub(super) fn occupation(
    file: &Source,
    pack: &str,
    every: &[MaterialRequirement],
) -> Result<(Occupation, PrintedTable), PackError> {
    let entry: OccupationFile = file.parse()?;
    let name = filled(file, "the occupation's name", &entry.name)?;
    let related = entry.related.as_ref().map_or(Ok(Vec::new()), |r| related(file, r))?;
    let (majors, major_classes, printed_majors) = majors(file, &entry.majors)?;
    if entry.conditions.is_empty() {
        return Err(file.at(
            entry.name.span(),
            format!("\"{name}\" has no conditions; a file of an occupation needs at least one [[conditions]]"),
        ));
    }
    let mut conditions = Vec::new();
    let mut rows = Vec::new();
    for written in &entry.conditions {
        let condition = condition(file, written, every)?;
        if let Some(missing) = major_list_missing(&condition, &majors, &major_classes) {
            let place = written.education.as_ref().map_or_else(|| written.text.span(), |e| e.major.span());
            return Err(file.at(place, format!("major = true, but the file lists no majors for {}", missing.name())));
        }
        rows.push(PrintedRow {
            level: condition.level,
            number: condition.number,
            source: condition.clause.source.clone(),
            text: condition.text.clone(),
            asks: written.asks.clone(),
        });
        conditions.push(condition);
    }
    check_numbers(file, &entry.conditions, &conditions)?;
    let printed = PrintedTable::new(pack, file.name, &entry, printed_majors, rows);
    Ok((Occupation { name, related, majors, major_classes, conditions }, printed))
}

/// Adds a second file of the same occupation: lists are united, conditions follow.
pub(super) fn unite(into: &mut Occupation, other: Occupation) {
    for related in other.related {
        if !into.related.iter().any(|r| r.name == related.name) {
            into.related.push(related);
        }
    }
    for (lists, more) in [(&mut into.majors, other.majors), (&mut into.major_classes, other.major_classes)] {
        for (kind, names) in more {
            let list = lists.entry(kind).or_default();
            for name in names {
                push_new(list, name);
            }
        }
    }
    into.conditions.extend(other.conditions);
}

fn related(file: &Source, entry: &RelatedEntry) -> Result<Vec<RelatedOccupation>, PackError> {
    if let Some(unknown) = entry.parts.keys().find(|k| !entry.list.iter().any(|l| l.get_ref() == k.get_ref())) {
        return Err(file.at(unknown.span(), format!("parts of \"{}\", which is not in the list", unknown.get_ref())));
    }
    let mut out: Vec<RelatedOccupation> = Vec::new();
    for written in &entry.list {
        let name = filled(file, "an entry of the list", written)?;
        // The source may repeat an entry; one is enough to look it up by.
        if out.iter().any(|r| r.name == name) {
            continue;
        }
        let parts =
            entry.parts.iter().find(|(k, _)| *k.get_ref() == name).map_or_else(Vec::new, |(_, parts)| parts.clone());
        out.push(RelatedOccupation { name, parts });
    }
    Ok(out)
}

fn majors(file: &Source, entries: &[MajorsEntry]) -> Result<(Majors, Majors, Vec<PrintedMajors>), PackError> {
    let (mut lists, mut classes, mut printed) = (Majors::new(), Majors::new(), Vec::new());
    for entry in entries {
        let class_names: Vec<String> = entry.classes.iter().map(|c| c.get_ref().clone()).collect();
        if let Some(stray) = entry
            .classes
            .iter()
            .find(|c| !entry.ending.contains(c.get_ref()) && !entry.list.iter().any(|l| l.get_ref() == c.get_ref()))
        {
            return Err(file.at(
                stray.span(),
                format!("class \"{}\" stands neither in the list nor in its ending", stray.get_ref()),
            ));
        }
        let mut names = Vec::new();
        for written in &entry.list {
            let name = filled(file, "an entry of the list", written)?;
            if !class_names.contains(&name) {
                push_new(&mut names, name);
            }
        }
        let mut schools = Vec::new();
        for written in &entry.schools {
            let kind = school_kind(file, written)?;
            if lists.insert(kind, names.clone()).is_some() {
                return Err(file.at(written.span(), format!("a second list of majors for {}", kind.name())));
            }
            if !class_names.is_empty() {
                classes.insert(kind, class_names.clone());
            }
            schools.push(kind);
        }
        printed.push(PrintedMajors { schools, list: PrintedList::of_majors(entry) });
    }
    Ok((lists, classes, printed))
}

fn condition(file: &Source, entry: &ConditionEntry, every: &[MaterialRequirement]) -> Result<Condition, PackError> {
    let of_level = level(file, &entry.level)?;
    let text = filled(file, "the condition's text", &entry.text)?;
    let source = filled(file, "the condition's source", &entry.source)?;
    let prior = match &entry.prior {
        None => None,
        Some(p) => {
            let prior_level = level(file, &p.level)?;
            if prior_level >= of_level {
                return Err(file.at(
                    p.level.span(),
                    format!("the prior certificate's level {prior_level} is not below the condition's {of_level}"),
                ));
            }
            Some(PriorRequirement {
                level: prior_level,
                held_months: positive(file, "held_months", p.held_months.as_ref())?,
            })
        }
    };
    if let Some(w) = entry.work.as_ref().filter(|w| *w.after_certificate.get_ref() && prior.is_none()) {
        return Err(file
            .at(w.after_certificate.span(), "after_certificate = true, but the condition names no prior certificate"));
    }
    let training = match &entry.training {
        None => None,
        Some(t) => Some(TrainingRequirement { min_hours: positive(file, "min_hours", t.min_hours.as_ref())? }),
    };
    let mut materials = every.to_vec();
    for written in &entry.materials {
        let requirement = material(file, written)?;
        if materials.iter().any(|m| m.material == requirement.material) {
            return Err(file.at(
                written.material.span(),
                format!("\"{}\" is required twice by this condition", requirement.material),
            ));
        }
        materials.push(requirement);
    }
    materials.sort_by_key(|m| m.material);
    Ok(Condition {
        level: of_level,
        number: *entry.number.get_ref(),
        clause: Clause { source, text: Some(text.clone()) },
        text,
        work: entry
            .work
            .as_ref()
            .map(|w| WorkRequirement { months: w.months, after_certificate: *w.after_certificate.get_ref() }),
        prior,
        education: entry.education.as_ref().map(|e| education(file, e)).transpose()?,
        training,
        min_age: positive(file, "min_age", entry.min_age.as_ref())?,
        materials,
    })
}

fn education(file: &Source, entry: &EducationEntry) -> Result<EducationRequirement, PackError> {
    if entry.schooling.get_ref().is_empty() {
        return Err(file.at(entry.schooling.span(), "no schooling: an education requirement needs at least one"));
    }
    Ok(EducationRequirement {
        schooling: entry.schooling.get_ref().iter().map(|s| schooling(file, s)).collect::<Result<_, _>>()?,
        major: *entry.major.get_ref(),
        in_study: entry.in_study,
        students: entry.students,
    })
}

/// The first kind of school that the condition admits, with a major asked for and none listed.
fn major_list_missing(condition: &Condition, majors: &Majors, classes: &Majors) -> Option<SchoolKind> {
    let education = condition.education.as_ref().filter(|e| e.major)?;
    education.schooling.iter().map(|s| s.kind()).find(|k| !majors.contains_key(k) && !classes.contains_key(k))
}

/// Conditions of a level are numbered from 1, each number once: the registration names them by it.
fn check_numbers(file: &Source, entries: &[ConditionEntry], conditions: &[Condition]) -> Result<(), PackError> {
    let mut next: BTreeMap<Level, u8> = BTreeMap::new();
    for (entry, condition) in entries.iter().zip(conditions) {
        let expected = next.entry(condition.level).or_insert(1);
        if condition.number < *expected {
            return Err(
                file.at(entry.number.span(), format!("a second condition {} of {}", condition.number, condition.level))
            );
        }
        if condition.number > *expected {
            return Err(file.at(
                entry.number.span(),
                format!(
                    "condition {} of {} follows no condition {expected}; they are numbered from 1 without gaps",
                    condition.number, condition.level
                ),
            ));
        }
        *expected = expected.saturating_add(1);
    }
    Ok(())
}

fn positive<T: Copy + PartialEq + Default>(
    file: &Source,
    what: &str,
    written: Option<&toml::Spanned<T>>,
) -> Result<Option<T>, PackError> {
    match written {
        Some(n) if *n.get_ref() == T::default() => {
            Err(file.at(n.span(), format!("{what} = 0 asks for nothing; leave it out")))
        }
        Some(n) => Ok(Some(*n.get_ref())),
        None => Ok(None),
    }
}

fn push_new(list: &mut Vec<String>, name: String) {
    if !list.contains(&name) {
        list.push(name);
    }
}
