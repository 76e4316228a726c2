//! Puts what people said in the place of what was read: a field's text, a correction that is none, a page's material.
//! Whether it is right is for the rules, which judge the corrected value like any other.

use super::decided::moment;
use super::standing::Standing;
use crate::vocabulary::documents::{
    Alteration, AssignedPage, Assignment, At, Contradiction, Documents, FieldValue, FiledAs, PageOutcome, SeenAs,
    VisitorMut,
};
use crate::vocabulary::fact::{AsRead, CopyOutcome, Correction, Fact, Region, State, Verification};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::record::{About, Assigned, Corrected, Entry, FieldPlace, FilePage, Said};
use crate::vocabulary::text::{differences, verbatim};
use crate::vocabulary::waiver::Decided;
use std::collections::{BTreeMap, BTreeSet};

/// Corrects what was read. `read`: the pages that were read as the material which somebody said they are. Returns the
/// entries that have nothing to stand on here: no such field, page or file, or the field is elsewhere on the page by
/// now.
pub fn apply<'a>(documents: &mut Documents, standing: &Standing<'a>, read: &[AssignedPage]) -> Vec<&'a Entry> {
    let mut missed = Vec::new();
    for (about, entry) in &standing.counting {
        if let (About::Page(page), Said::Assign { to, .. }) = (about, &entry.said)
            && !assign(documents, page, *to, entry, read)
        {
            missed.push(*entry);
        }
    }
    let fields = standing.counting.iter().filter_map(|(about, entry)| match about {
        About::Field(field) => Some((field.as_str(), *entry)),
        About::Submission | About::Flag(_) | About::Page(_) => None,
    });
    let mut correcting = Correcting { by_field: fields.collect(), prefix: String::new(), done: BTreeSet::new() };
    documents.visit_mut(&mut correcting);
    for (i, further) in documents.further.iter_mut().enumerate() {
        correcting.prefix = format!("further[{i}].{}", further.material.key());
        further.facts.visit_mut(&mut correcting);
    }
    let Correcting { by_field, done, .. } = correcting;
    missed.extend(by_field.iter().filter(|(field, _)| !done.contains(**field)).map(|(_, entry)| *entry));
    documents.contradictions = standing.contradictions.iter().map(|(a, b)| contradiction(a, b)).collect();
    missed
}

fn contradiction(a: &Entry, b: &Entry) -> Contradiction {
    Contradiction {
        about: a.about().to_string(),
        who: [a.who.clone(), b.who.clone()],
        said: [said(&a.said), said(&b.said)],
    }
}

/// What an entry says, in the clerk's words.
fn said(said: &Said) -> String {
    match said {
        Said::Decision { decision: Decided::Accept, .. } => "通过".to_owned(),
        Said::Decision { decision: Decided::Reject, .. } => "驳回".to_owned(),
        Said::Decision { decision: Decided::Return, .. } => "退回补正".to_owned(),
        Said::AcceptFlag { .. } => "认可此项".to_owned(),
        Said::Reading { new: Corrected::Text(text), .. } => text.clone(),
        Said::Reading { new: Corrected::Empty, .. } => "未填写".to_owned(),
        Said::Reading { new: Corrected::Written, .. } => "已填写".to_owned(),
        Said::NoAlteration { .. } => "不是涂改".to_owned(),
        Said::Assign { to: Assigned::Material(material), .. } => material.name().to_owned(),
        Said::Assign { to: Assigned::SomebodyElse, .. } => "不属于本人".to_owned(),
        Said::Withdraw(_) => "撤回".to_owned(),
    }
}

/// Gives a page to another material; `false`: there is no such page. A page that was `read` as that material has its
/// fields and its outcome already.
fn assign(documents: &mut Documents, place: &FilePage, to: Assigned, entry: &Entry, read: &[AssignedPage]) -> bool {
    let is_it =
        |file: &str, in_file: Option<u16>| file == place.name && place.in_file.is_none_or(|page| in_file == Some(page));
    let positions: Vec<usize> =
        (0..documents.pages.len()).filter(|&i| is_it(&documents.pages[i].file, documents.pages[i].in_file)).collect();
    let material = match to {
        Assigned::Material(material) => Some(material),
        Assigned::SomebodyElse => None,
    };
    for &i in &positions {
        let page = &mut documents.pages[i];
        let as_told =
            |r: &AssignedPage| r.file == place.name && r.in_file == place.in_file && Some(r.material) == material;
        let apart = |r: &AssignedPage| {
            place.in_file.is_none() && r.in_file.is_some() && (&r.file, r.in_file) == (&page.file, page.in_file)
        };
        if material.is_some() && read.iter().any(apart) {
            // what is said of this one page goes before what is said of its whole file
            continue;
        }
        let was_read = read.iter().any(as_told);
        let as_before = page.material == material
            && page.outcome == PageOutcome::Read
            && page.assigned.as_ref().is_none_or(|a| a.read);
        let assignment = Assignment {
            who: entry.who.clone(),
            time: moment(entry.time),
            material,
            read: was_read || (material.is_some() && as_before),
        };
        page.assigned = Some(Box::new(assignment));
        let Some(material) = material.filter(|_| !was_read) else { continue };
        let next = documents.next_page(Some(material));
        let page = &mut documents.pages[i];
        page.seen_as = Some(SeenAs { kind: Some(material), confidence: 1.0, title: None });
        if matches!(page.outcome, PageOutcome::NotRead | PageOutcome::Blank { .. } | PageOutcome::Illegible { .. }) {
            page.outcome = PageOutcome::Read;
        }
        if page.material != Some(material) {
            let named = page.filed_as.unwrap_or_else(|| page.material.map_or(FiledAs::Unnamed, FiledAs::Material));
            page.filed_as = (named != FiledAs::Material(material)).then_some(named);
            (page.material, page.page) = (Some(material), next);
        }
        documents.begin(material);
    }
    !positions.is_empty()
}

/// Puts each field's new reading into its place.
struct Correcting<'e, 'a> {
    by_field: BTreeMap<&'e str, &'a Entry>,
    /// The document's, as facts are named.
    prefix: String,
    /// Fields that were found.
    done: BTreeSet<String>,
}

impl Correcting<'_, '_> {
    fn name(&self, path: &str) -> String {
        format!("{}.{path}", self.prefix)
    }
}

impl VisitorMut for Correcting<'_, '_> {
    fn document(&mut self, material: MaterialKind) {
        material.key().clone_into(&mut self.prefix);
    }

    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &mut Fact<T>) {
        let name = self.name(&at.path());
        let Some(entry) = self.by_field.get(name.as_str()) else { return };
        let Said::Reading { at: place, confirms, new, .. } = &entry.said else { return };
        if !is_there(place, fact.place.as_ref().and_then(|p| p.region)) {
            return;
        }
        let read = AsRead { state: fact.state, text: fact.text.clone(), confidence: fact.confidence };
        let correction = Correction { who: entry.who.clone(), time: moment(entry.time), confirms: *confirms, read };
        let corrected = match new {
            Corrected::Text(text) => {
                let value = T::of_reading(text);
                // a confirmed reading keeps what it was read as
                let as_read = fact.value.take().filter(|_| *confirms && fact.text.as_ref() == Some(text));
                Fact::read(text.as_str(), as_read.or(value), 1.0)
            }
            Corrected::Empty => Fact::blank(1.0),
            Corrected::Written => Fact { confidence: 1.0, ..Fact::illegible() },
        };
        let verified = match (fact.verified.take(), new) {
            (Some(v), Corrected::Text(text)) => Some(compared(v.expected, text)),
            _ => None,
        };
        *fact = Fact {
            place: fact.place.take(),
            printed: fact.printed,
            verified,
            corrected: Some(Box::new(correction)),
            ..corrected
        };
        self.done.insert(name);
    }

    fn alterations(&mut self, at: &At<'_>, seen: &mut [Alteration]) {
        for (i, alteration) in seen.iter_mut().enumerate() {
            let name = self.name(&format!("{}[{i}]", at.path()));
            let Some(entry) = self.by_field.get(name.as_str()) else { continue };
            let (place, is_one) = match &entry.said {
                Said::NoAlteration { at, .. } => (at, false),
                Said::Reading { at, confirms: true, .. } => (at, true),
                _ => continue,
            };
            if !is_there(place, alteration.place.region) {
                continue;
            }
            if !is_one {
                let read = AsRead { state: State::Read, text: None, confidence: alteration.confidence };
                let correction = Correction { who: entry.who.clone(), time: moment(entry.time), confirms: false, read };
                alteration.overruled = Some(Box::new(correction));
            }
            self.done.insert(name);
        }
    }
}

/// Is the field still where it was seen? Where either is not known, the name tells.
fn is_there(place: &FieldPlace, now: Option<Region>) -> bool {
    let (Some(then), Some(now)) = (place.region, now) else { return true };
    let meet =
        |a: u32, length_a: u32, b: u32, length_b: u32| a < b.saturating_add(length_b) && b < a.saturating_add(length_a);
    meet(then.x, then.width, now.x, now.width) && meet(then.y, then.height, now.y, now.height)
}

/// What somebody reads is compared with the text that the writing was aligned with.
fn compared(expected: String, text: &str) -> Verification {
    let same = verbatim(&expected) == verbatim(text);
    Verification {
        differences: differences(&expected, text),
        outcome: if same { CopyOutcome::Faithful } else { CopyOutcome::Differs },
        gap: 0.0,
        expected,
        rivals: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::record::Record;
    use crate::record::standing::Standing;
    use crate::vocabulary::documents::{Alteration, AlterationKind, ApplicationForm, Documents};
    use crate::vocabulary::fact::Place;
    use crate::vocabulary::material::MaterialKind;
    use crate::vocabulary::submission::Submission;

    fn line(who: &str, minute: u8, kind: &str) -> String {
        let new = if kind == "confirm" { ",\"new\":{\"state\":\"read\",\"text\":\"姓名\"}" } else { "" };
        format!(
            "{{\"time\":\"2026-11-30T08:{minute:02}:00+08:00\",\"who\":\"{who}\",\"submission\":\"A1\",\"kind\":\"{kind}\",\"field\":\"application_form.alterations[0]\"{new}}}\n"
        )
    }

    #[test]
    fn a_correction_on_paper_is_one_or_none_as_people_say() {
        let place = Place { document: MaterialKind::ApplicationForm, page: 1, region: None };
        let seen = Alteration {
            kind: AlterationKind::StruckOut,
            field: "name".into(),
            confidence: 0.8,
            place,
            overruled: None,
        };
        let form = ApplicationForm { alterations: vec![seen], ..ApplicationForm::default() };
        for (lines, overruled, contradictions) in [
            (line("王", 1, "overrule"), true, 0),
            (line("王", 1, "confirm"), false, 0),
            (line("王", 1, "overrule") + &line("王", 2, "confirm"), false, 0),
            (line("王", 1, "overrule") + &line("李", 2, "confirm"), false, 1),
            (line("王", 1, "confirm") + &line("李", 2, "overrule"), true, 1),
        ] {
            let record = Record::new(vec![yushen_law::packs::record("r.jsonl", lines.as_bytes(), &[]).unwrap()]);
            let standing = Standing::new(record.of("A1"), &Submission::default(), "");
            let mut documents = Documents { application_form: Some(form.clone()), ..Documents::default() };
            assert_eq!(
                apply(&mut documents, &standing, &[]).len(),
                0,
                "every entry has something to stand on: {lines}"
            );
            let alteration = &documents.application_form.unwrap().alterations[0];
            let found = (alteration.overruled.is_some(), documents.contradictions.len());
            assert_eq!(found, (overruled, contradictions), "{lines}");
        }
    }
}
