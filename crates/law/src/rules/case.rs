//! One submission with everything that judging it needs, and the derived values that many rules use.
//! Chooses the pack and the condition (docs/domain.md, "Which pack governs"); judges nothing.

use crate::vocabulary::batch::SharedWith;
use crate::vocabulary::documents::{
    ApplicationForm, Commitment, Documents, Field, FiledAs, PageFacts, PageOutcome, WorkSentence,
};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::form::Form;
use crate::vocabulary::identity::{CitizenNumber, NumberError, parse_citizen_number, parse_foreigner_number};
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::pack::{Condition, Excuse, Governing, Pack, PackRole, PackSet};
use crate::vocabulary::register::Register;
use crate::vocabulary::settings::Settings;
use crate::vocabulary::submission::{Entry, IdKind, IntakeIssue, Registration, Submission};
use jiff::civil::Date;
use std::cell::OnceCell;

/// What one submission is judged from. Build it with [`Case::new`].
pub struct Case<'a> {
    pub submission: &'a Submission,
    pub documents: &'a Documents,
    /// `None`: no pack in force for the registration's date, occupation and level.
    pub governing: Option<Governing<'a>>,
    /// `None`: no such condition in the governing pack.
    pub condition: Option<&'a Condition>,
    pub packs: &'a PackSet,
    pub settings: &'a Settings,
    pub register: &'a dyn Register,
    pub shared: &'a SharedWith,
    /// The day on which nothing may lie in the future (docs/domain.md, "Dates: today and the future").
    pub as_of: Date,
    forced_pack: Option<&'a str>,
    standings: [Standing; MaterialKind::ALL.len()],
    citizen: Option<Result<CitizenNumber, NumberError>>,
    /// Places in `documents.pages` in order of their files, for the first rule that asks.
    by_file: OnceCell<Vec<usize>>,
}

/// What is known of one material from its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No file of this name, and no page that shows it.
    Absent,
    /// No page of it could be opened or read, or all of them are blank.
    Unreadable,
    /// It shows another kind of material (surely or probably).
    WrongKind,
    /// Opened, but this version reads nothing from it.
    NotRead,
    /// Some pages were read, others could not be.
    Partial,
    /// Read.
    Read,
}

impl<'a> Case<'a> {
    /// Chooses the governing pack by 报名日期 (`forced_pack` overrides the day) and the condition by its number.
    #[expect(
        clippy::too_many_arguments,
        reason = "the eight inputs of a judgement; a struct would only repeat this one"
    )]
    pub fn new(
        submission: &'a Submission,
        documents: &'a Documents,
        packs: &'a PackSet,
        settings: &'a Settings,
        register: &'a dyn Register,
        shared: &'a SharedWith,
        as_of: Date,
        forced_pack: Option<&'a str>,
    ) -> Self {
        let registration = submission.registration.as_ref();
        let occupation = registration.and_then(|r| Registration::text(&r.occupation));
        let level = registration.and_then(|r| value(&r.level));
        // Without a registration date no pack is chosen, unless one is forced: then the day does not matter.
        let day = registration.and_then(|r| value(&r.registered_on)).or(forced_pack.map(|_| as_of));
        let governing = match (day, occupation, level) {
            (Some(day), Some(occupation), Some(level)) => packs.governing(day, occupation.trim(), level, forced_pack),
            _ => None,
        };
        let number = registration.and_then(|r| value(&r.condition));
        let condition = match (&governing, level, number) {
            (Some(g), Some(level), Some(number)) => {
                g.occupation.conditions.iter().find(|c| c.level == level && c.number == number)
            }
            _ => None,
        };
        let standings = MaterialKind::ALL.map(|kind| standing_of(submission, documents, settings, kind));
        let foreigner = registration.and_then(|r| value(&r.id_type)) == Some(IdKind::ForeignerPermanentResidence);
        let parse = if foreigner { parse_foreigner_number } else { parse_citizen_number };
        let citizen = registration.and_then(|r| Registration::text(&r.id_number)).map(parse);
        Self {
            submission,
            documents,
            governing,
            condition,
            packs,
            settings,
            register,
            shared,
            as_of,
            forced_pack,
            standings,
            citizen,
            by_file: OnceCell::new(),
        }
    }

    /// The same submission with other documents.
    #[must_use]
    pub fn with_documents<'b>(&self, documents: &'b Documents) -> Case<'b>
    where
        'a: 'b,
    {
        Case::new(
            self.submission,
            documents,
            self.packs,
            self.settings,
            self.register,
            self.shared,
            self.as_of,
            self.forced_pack,
        )
    }

    /// 0–1: from here a reading is sure.
    pub fn threshold(&self) -> f32 {
        self.settings.reading.working_threshold
    }

    pub fn registration(&self) -> Option<&'a Registration> {
        self.submission.registration.as_ref()
    }

    pub fn registered_on(&self) -> Option<Date> {
        self.registration().and_then(|r| value(&r.registered_on))
    }

    pub fn level(&self) -> Option<Level> {
        self.registration().and_then(|r| value(&r.level))
    }

    /// The registered text of a column, if it was given and is valid for that column.
    pub fn text(&self, column: impl Fn(&'a Registration) -> &'a Option<Entry<String>>) -> Option<&'a str> {
        self.registration().and_then(|r| Registration::text(column(r))).map(str::trim).filter(|t| !t.is_empty())
    }

    pub fn name(&self) -> Option<&'a str> {
        self.text(|r| &r.name)
    }

    pub fn id_number(&self) -> Option<&'a str> {
        self.text(|r| &r.id_number)
    }

    pub fn occupation(&self) -> Option<&'a str> {
        self.text(|r| &r.occupation)
    }

    /// The kind of identity document that was registered; a table without the column means 居民身份证.
    pub fn id_kind(&self) -> Option<IdKind> {
        match self.registration()?.id_type.as_ref() {
            None => Some(IdKind::ResidentIdCard),
            Some(entry) => entry.value,
        }
    }

    /// The registered number read as a citizen number, whatever the kind of document (as a foreigner's where that kind
    /// is registered).
    pub fn citizen_number(&self) -> Option<&Result<CitizenNumber, NumberError>> {
        self.citizen.as_ref()
    }

    /// Born on: as registered, else as the number says.
    pub fn birth_date(&self) -> Option<Date> {
        self.registration()
            .and_then(|r| value(&r.birth_date))
            .or_else(|| self.citizen.as_ref().and_then(|c| c.as_ref().ok()).map(|c| c.birth_date))
    }

    /// The pages of a file, in order; none where nothing of it was looked at.
    pub fn pages_of_file<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a PageFacts> + use<'_, 'a, 'n> {
        let pages = &self.documents.pages;
        let by_file = self.by_file.get_or_init(|| {
            let mut order: Vec<usize> = (0..pages.len()).collect();
            order.sort_by_key(|i| &pages[*i].file);
            order
        });
        let from = by_file.partition_point(|i| pages[*i].file.as_str() < name);
        by_file[from..].iter().map(|i| &pages[*i]).take_while(move |p| p.file == name)
    }

    pub fn standing(&self, kind: MaterialKind) -> Standing {
        MaterialKind::ALL.iter().position(|k| *k == kind).map_or(Standing::Absent, |i| self.standings[i])
    }

    /// Is the material there, by a file's name or by what a page shows?
    pub fn has(&self, kind: MaterialKind) -> bool {
        self.standing(kind) != Standing::Absent
    }

    /// Can what this material says be judged at all?
    pub fn legible(&self, kind: MaterialKind) -> bool {
        matches!(self.standing(kind), Standing::Read | Standing::Partial)
    }

    /// Is the material there, and unread by this version?
    pub fn unread(&self, kind: MaterialKind) -> bool {
        self.standing(kind) == Standing::NotRead
    }

    /// The 申报表, if it is there, is that form and was read.
    pub fn form(&self) -> Option<&'a ApplicationForm> {
        self.documents.application_form.as_ref().filter(|_| self.legible(MaterialKind::ApplicationForm))
    }

    /// One 承诺书, if it is there, is that form and was read.
    pub fn commitment(&self, kind: MaterialKind) -> Option<&'a Commitment> {
        self.documents.commitment(kind).filter(|_| self.legible(kind))
    }

    /// The form on which a material came, if its pages tell.
    pub fn form_of(&self, kind: MaterialKind) -> Option<&'a Form> {
        let id = match kind {
            MaterialKind::ApplicationForm => self.documents.application_form.as_ref()?.form.as_ref(),
            _ => self.documents.commitment(kind)?.form.as_ref(),
        };
        self.packs.form(&id?.0)
    }

    /// Does the form have this field (`section` of which it is a part)? Of one that is not known it is taken to have what
    /// most forms have.
    pub fn has_field(&self, kind: MaterialKind, section: Option<&Field>, field: &Field) -> bool {
        match self.form_of(kind) {
            Some(form) => form.field(section.map(|s| s.name), field.name).is_some(),
            None => !field.on_some_forms,
        }
    }

    /// Does the form have a field or section of this name? One that is not known is taken to.
    pub fn has_named(&self, kind: MaterialKind, section: Option<&str>, name: &str) -> bool {
        let Some(form) = self.form_of(kind) else { return true };
        form.field(section, name).is_some()
            || (section.is_none() && form.fields().iter().any(|f| f.section.is_some_and(|s| s.name == name)))
    }

    /// Does the form let this field be empty?
    pub fn may_be_empty(&self, kind: MaterialKind, section: Option<&str>, name: &str) -> bool {
        self.form_of(kind).and_then(|f| f.field(section, name)).is_some_and(|f| f.may_be_empty)
    }

    /// The employments, and the material that tells them: the 申报表, or, where that has no place for them, the rows of the
    /// 工作经历承诺书.
    pub fn work(&self) -> (MaterialKind, &'a [WorkSentence]) {
        const LETTER: MaterialKind = MaterialKind::WorkCommitment;
        let on_form = self.form().map_or(&[][..], |f| &f.work);
        let in_letter = self.commitment(LETTER).map_or(&[][..], |c| &c.work);
        let filled = |work: &[WorkSentence]| work.iter().any(WorkSentence::is_filled);
        if !filled(on_form) && filled(in_letter) && !self.form_asks_for_work() {
            (LETTER, in_letter)
        } else {
            (MaterialKind::ApplicationForm, on_form)
        }
    }

    fn form_asks_for_work(&self) -> bool {
        let Some(form) = self.form_of(MaterialKind::ApplicationForm) else { return self.form().is_some() };
        form.fields().iter().any(|f| f.section.is_some_and(|s| s.name == ApplicationForm::work.name))
    }

    /// Every 承诺书 that was read, except those that the condition does not ask for: these cannot be wrong.
    pub fn commitments(&self) -> impl Iterator<Item = (MaterialKind, &'a Commitment)> + '_ {
        self.documents.commitments().filter(|(kind, _)| self.legible(*kind) && self.asked_for(*kind) != Some(false))
    }

    /// Does the condition ask for this material, or accept it in place of one that it asks for? `None` without a
    /// condition.
    pub fn asked_for(&self, kind: MaterialKind) -> Option<bool> {
        let condition = self.condition?;
        Some(condition.materials.iter().any(|m| m.material == kind || m.excused_by.contains(&Excuse::Material(kind))))
    }

    /// The packs that are in force on the day of registration (or the forced one), notices only.
    pub fn notices_in_force(&self) -> impl Iterator<Item = &'a Pack> + '_ {
        let day = self.registered_on();
        self.packs.packs.iter().filter(move |p| match self.forced_pack {
            Some(id) => p.id == id,
            None => p.role == PackRole::Notice && !p.only_by_name && day.is_some_and(|d| p.in_force(d)),
        })
    }

    /// A row that has no folder: nothing of it can be judged.
    pub fn is_orphan(&self) -> bool {
        self.submission.intake.contains(&IntakeIssue::RegistrationOrphan)
    }

    /// `Reject` for what was read surely, `Review` otherwise.
    pub fn by_sureness(sure: bool) -> Severity {
        if sure { Severity::Reject } else { Severity::Review }
    }
}

/// The value of a column, if it was given and is valid for that column.
pub fn value<T: Copy>(entry: &Option<Entry<T>>) -> Option<T> {
    entry.as_ref().and_then(|e| e.value)
}

/// The kind that a page shows, if it is not the one that its name says, and whether that is certain.
/// `None` also if no kind was recognised.
pub fn seen_otherwise(
    page: &PageFacts,
    kind: MaterialKind,
    settings: &Settings,
) -> Option<(Option<MaterialKind>, bool)> {
    let seen = page.seen_as.as_ref().filter(|s| s.kind != Some(kind))?;
    let sure = seen.confidence >= settings.reading.kind_threshold;
    (sure || seen.confidence >= 0.5).then_some((seen.kind, sure))
}

/// The text of a fact in a flag's `observed` column.
pub fn observed<T>(fact: &Fact<T>) -> Option<String> {
    fact.text.clone().or_else(|| fact.free.clone())
}

fn standing_of(submission: &Submission, documents: &Documents, settings: &Settings, kind: MaterialKind) -> Standing {
    let (mut read, mut wrong, mut bad, mut not_read, mut empty) = (false, false, false, false, false);
    for page in documents.pages_of(kind) {
        let other = seen_otherwise(page, kind, settings).is_some();
        match page.outcome {
            PageOutcome::Read | PageOutcome::NotRead if other => wrong = true,
            PageOutcome::Read => read = true,
            PageOutcome::NotRead => not_read = true,
            PageOutcome::Illegible { .. } | PageOutcome::Unreadable { .. } | PageOutcome::Refused { .. } => bad = true,
            PageOutcome::Blank { .. } => empty = true,
        }
    }
    // Handed in under this name, and shows something else: there is no page of this kind behind the name.
    wrong |= documents.pages.iter().any(|p| p.filed_as == Some(FiledAs::Material(kind)));
    match (read, wrong, bad, not_read) {
        (true, _, true, _) => Standing::Partial,
        (true, ..) => Standing::Read,
        (_, true, ..) => Standing::WrongKind,
        (_, _, true, _) => Standing::Unreadable,
        (_, _, _, true) => Standing::NotRead,
        // only blank pages
        _ if empty => Standing::Unreadable,
        _ if submission.has(kind) => Standing::NotRead,
        _ => Standing::Absent,
    }
}
