//! Checks a folder's files against each other: packs with their calendars, fees and clauses, and the set of all packs.
//! `occupation` checks a single occupation's file, `settings` the thresholds.

use super::error::{PackError, Source, one_of};
use super::occupation::{occupation, unite};
use super::printed::PrintedTable;
use super::unvalidated::{ClausesFile, FeeEntry, OfferEntry, PackFile};
use super::values::{clause, date, filled, level, material};
use crate::vocabulary::finding::Clause;
use crate::vocabulary::form::Form;
use crate::vocabulary::level::Level;
use crate::vocabulary::pack::{AcceptedForm, Fee, Occupation, Offer, Pack, PackRole};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use toml::Spanned;

const PACK_FILE: &str = "pack.toml";
const CLAUSES_FILE: &str = "clauses.toml";

/// The pack in one folder. `files` are its files in order of name; `known_rules`: the ids that a clause may be for, if
/// they are to be checked.
pub(super) fn pack(
    folder: &str,
    files: &[Source],
    forms: &[Form],
    known_rules: Option<&[&str]>,
) -> Result<(Pack, Vec<PrintedTable>), PackError> {
    let named = |name: &str| files.iter().find(|f| f.name.rsplit('/').next() == Some(name));
    let head_file = named(PACK_FILE).ok_or_else(|| PackError::Whole {
        file: folder.to_owned(),
        what: format!("no {PACK_FILE}: every folder of rules is a pack"),
    })?;
    let head: PackFile = head_file.parse()?;
    if head.id.get_ref() != folder {
        return Err(head_file.at(
            head.id.span(),
            format!("id \"{}\" in the folder \"{folder}\"; they must be the same", head.id.get_ref()),
        ));
    }
    let every = head.every_condition.iter().map(|m| material(head_file, m)).collect::<Result<Vec<_>, _>>()?;
    let mut occupations: Vec<Occupation> = Vec::new();
    let mut printed = Vec::new();
    for file in files.iter().filter(|f| !matches!(f.name.rsplit('/').next(), Some(PACK_FILE | CLAUSES_FILE))) {
        let (found, table) = occupation(file, folder, &every)?;
        if let Some(known) = occupations.iter_mut().find(|o| o.name == found.name) {
            if let Some(twice) = found.conditions.iter().find(|c| known.conditions.iter().any(|k| k.level == c.level)) {
                return Err(file.whole(format!(
                    "\"{}\" has conditions of {} in another file of the pack already",
                    found.name, twice.level
                )));
            }
            unite(known, found);
        } else {
            occupations.push(found);
        }
        printed.push(table);
    }
    if occupations.is_empty() {
        return Err(PackError::Whole {
            file: folder.to_owned(),
            what: "no occupation: a pack needs at least one file beside pack.toml and clauses.toml".to_owned(),
        });
    }
    let (effective_from, effective_to) = dates(head_file, &head)?;
    let pack = Pack {
        id: folder.to_owned(),
        title: filled(head_file, "the title", &head.title)?,
        role: role(head_file, &head)?,
        effective_from,
        effective_to,
        only_by_name: head.only_by_name,
        forms: accepted(head_file, &head, (effective_from, effective_to), forms)?,
        sha256: sha256(files.iter().map(|f| f.text.as_bytes())),
        calendar: calendar(head_file, &head.calendar, &occupations)?,
        fees: fees(head_file, &head.fees, &occupations)?,
        clauses: named(CLAUSES_FILE).map_or(Ok(BTreeMap::new()), |f| clauses(f, known_rules))?,
        occupations,
    };
    Ok((pack, printed))
}

/// What must hold between packs: a guide's pack is there, and no two notices judge the same registration.
pub(super) fn between(packs: &[Pack]) -> Result<(), PackError> {
    let notices: Vec<&Pack> = packs.iter().filter(|p| p.role == PackRole::Notice).collect();
    let by_day: Vec<&Pack> = notices.iter().filter(|p| !p.only_by_name).copied().collect();
    for pack in packs {
        let file = format!("{}/{PACK_FILE}", pack.id);
        if let PackRole::GuideTo(id) = &pack.role
            && !notices.iter().any(|n| n.id == *id)
        {
            let names = one_of(notices.iter().map(|n| n.id.as_str()));
            return Err(PackError::Whole {
                file,
                what: format!("guide_to = \"{id}\" names no notice; there is {names}"),
            });
        }
    }
    for (i, a) in by_day.iter().enumerate() {
        for b in &by_day[i + 1..] {
            if let Some((name, level)) = shared(a, b).filter(|_| overlap(a, b)) {
                let what = format!(
                    "in force on the same days as {} for {name} {level}; a registration must be judged by one notice",
                    a.id
                );
                return Err(PackError::Whole { file: format!("{}/{PACK_FILE}", b.id), what });
            }
        }
    }
    Ok(())
}

/// Lower-case hex over the concatenated bytes.
pub(super) fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}

fn role(file: &Source, head: &PackFile) -> Result<PackRole, PackError> {
    match (head.role.get_ref().as_str(), &head.guide_to) {
        ("notice", None) => Ok(PackRole::Notice),
        ("notice", Some(g)) => Err(file.at(g.span(), "guide_to in a notice; it belongs to role = \"guide\"")),
        ("guide", Some(g)) => Ok(PackRole::GuideTo(filled(file, "guide_to", g)?)),
        ("guide", None) => {
            Err(file.at(head.role.span(), "role = \"guide\" without guide_to: name the notice that it is a guide to"))
        }
        (other, _) => {
            Err(file.at(head.role.span(), format!("\"{other}\" is no role; write {}", one_of(["notice", "guide"]))))
        }
    }
}

fn dates(file: &Source, head: &PackFile) -> Result<(Date, Option<Date>), PackError> {
    let from = date(file, &head.effective_from)?;
    let to = match &head.effective_to {
        None => None,
        Some(written) => {
            let to = date(file, written)?;
            if to < from {
                return Err(file.at(written.span(), format!("effective_to {to} is before effective_from {from}")));
            }
            Some(to)
        }
    };
    Ok((from, to))
}

/// The forms that a pack names, each within the pack's own days.
fn accepted(
    file: &Source,
    head: &PackFile,
    (first, last): (Date, Option<Date>),
    forms: &[Form],
) -> Result<Vec<AcceptedForm>, PackError> {
    let mut out: Vec<AcceptedForm> = Vec::new();
    for entry in &head.forms {
        let id = entry.form.get_ref();
        let Some(form) = forms.iter().find(|f| f.id == *id) else {
            let names = one_of(forms.iter().map(|f| f.id.as_str()));
            return Err(file.at(entry.form.span(), format!("\"{id}\" is no form; the forms are {names}")));
        };
        let from = entry.from.as_ref().map_or(Ok(first), |d| date(file, d))?;
        let to = entry.to.as_ref().map(|d| date(file, d)).transpose()?.or(last);
        let outside = from < first || last.is_some_and(|last| to.is_none_or(|to| to > last));
        if outside || to.is_some_and(|to| to < from) {
            let what = format!("the form \"{id}\" is accepted on days on which the pack is not in force, or on none");
            return Err(file.at(entry.form.span(), what));
        }
        if out.iter().any(|o| o.form == *id) {
            return Err(file.at(entry.form.span(), format!("\"{id}\" is named twice")));
        }
        out.push(AcceptedForm { form: id.clone(), material: form.material, from, to });
    }
    Ok(out)
}

fn calendar(file: &Source, entries: &[OfferEntry], occupations: &[Occupation]) -> Result<Vec<Offer>, PackError> {
    let mut offers: Vec<Offer> = Vec::new();
    for entry in entries {
        let level = offered(file, &entry.occupation, &entry.level, occupations)?;
        let months = entry.months.get_ref();
        if months.is_empty() || months.iter().any(|m| !(1..=12).contains(m)) || !months.is_sorted_by(|a, b| a < b) {
            return Err(
                file.at(entry.months.span(), format!("months = {months:?}; write each month (1–12) once, in order"))
            );
        }
        let job_type = entry.job_type.as_ref().map(|j| filled(file, "job_type", j)).transpose()?;
        let offer = Offer { occupation: entry.occupation.get_ref().clone(), job_type, level, months: months.clone() };
        if offers.iter().any(|o| o.occupation == offer.occupation && o.job_type == offer.job_type && o.level == level) {
            return Err(file.at(
                entry.occupation.span(),
                format!(
                    "a second calendar row for {} {} {level}",
                    offer.occupation,
                    offer.job_type.as_deref().unwrap_or("--")
                ),
            ));
        }
        offers.push(offer);
    }
    Ok(offers)
}

fn fees(file: &Source, entries: &[FeeEntry], occupations: &[Occupation]) -> Result<Vec<Fee>, PackError> {
    let mut fees: Vec<Fee> = Vec::new();
    for entry in entries {
        let level = offered(file, &entry.occupation, &entry.level, occupations)?;
        let sum = u64::from(entry.theory) + u64::from(entry.skill) + u64::from(entry.review.unwrap_or(0));
        let total = *entry.total.get_ref();
        if sum != u64::from(total) {
            return Err(
                file.at(entry.total.span(), format!("total = {total}, but theory, skill and review add up to {sum}"))
            );
        }
        let fee = Fee {
            occupation: entry.occupation.get_ref().clone(),
            level,
            theory: entry.theory,
            skill: entry.skill,
            review: entry.review,
            total,
        };
        if fees.iter().any(|f| f.occupation == fee.occupation && f.level == level) {
            return Err(file.at(entry.occupation.span(), format!("a second fee for {} {level}", fee.occupation)));
        }
        fees.push(fee);
    }
    Ok(fees)
}

/// The level, if the pack has conditions for this occupation and level.
fn offered(
    file: &Source,
    occupation: &Spanned<String>,
    written: &Spanned<String>,
    occupations: &[Occupation],
) -> Result<Level, PackError> {
    let level = level(file, written)?;
    let Some(known) = occupations.iter().find(|o| o.name == *occupation.get_ref()) else {
        let names = one_of(occupations.iter().map(|o| o.name.as_str()));
        return Err(file.at(
            occupation.span(),
            format!("\"{}\" has no conditions in this pack; it has {names}", occupation.get_ref()),
        ));
    };
    if !known.conditions.iter().any(|c| c.level == level) {
        let names =
            one_of(Level::ALL.into_iter().filter(|l| known.conditions.iter().any(|c| c.level == *l)).map(Level::full));
        return Err(file.at(written.span(), format!("\"{}\" has no conditions of {level}; it has {names}", known.name)));
    }
    Ok(level)
}

fn clauses(file: &Source, known_rules: Option<&[&str]>) -> Result<BTreeMap<String, Clause>, PackError> {
    let entries: ClausesFile = file.parse()?;
    let mut out = BTreeMap::new();
    for (rule, entry) in &entries {
        let id = rule.get_ref();
        if let Some(known) = known_rules.filter(|known| !known.contains(&id.as_str())) {
            return Err(file.at(rule.span(), format!("\"{id}\" is no rule; the rules are {}", one_of(known))));
        }
        out.insert(id.clone(), clause(file, &entry.clauses)?);
    }
    Ok(out)
}

/// An occupation and level that both have conditions for.
fn shared<'a>(a: &'a Pack, b: &Pack) -> Option<(&'a str, Level)> {
    a.occupations.iter().find_map(|o| {
        let other = b.occupation(&o.name)?;
        let both = o.conditions.iter().find(|c| other.conditions.iter().any(|d| d.level == c.level))?;
        Some((o.name.as_str(), both.level))
    })
}

fn overlap(a: &Pack, b: &Pack) -> bool {
    a.effective_to.is_none_or(|end| b.effective_from <= end) && b.effective_to.is_none_or(|end| a.effective_from <= end)
}
