//! The fields that this condition needs, each with what the reader made of it.
//! Lists only; an empty one is `form-incomplete`'s affair, an unread one `reading-doubtful`'s.

use super::corroborated::Corroboration;
use super::{Agreement, agreement, is_settled};
use crate::rules::case::Case;
use crate::rules::education::is_academic;
use crate::rules::form::sections::{is_signature, surely_begun};
use crate::rules::plausible::{Dated, Plausible, Tells};
use crate::rules::work::nth;
use crate::vocabulary::calendar::{Month, SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::documents::{
    ApplicationForm, Commitment, CompletionCertificate, Diploma, Field, IdCardBack, IdCardFront, PriorCertificate,
    SchoolSentence, WorkSentence,
};
use crate::vocabulary::fact::{CopyOutcome, Fact, Place, State, Verification};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::verbatim;

/// One field that is needed.
#[derive(Debug, Clone)]
pub struct Needed<'a> {
    pub document: MaterialKind,
    pub section: Section,
    pub name: &'static str,
    /// The field's word in messages.
    pub zh: &'static str,
    pub state: State,
    /// Nothing more need be asked: it says surely what it says.
    pub settled: bool,
    /// Its parts (year, month) are all there.
    pub complete: bool,
    pub confidence: f32,
    pub observed: Option<&'a str>,
    pub place: Option<&'a Place>,
    /// Of a copied text: how it compares with the original.
    pub copied: Option<&'a Verification>,
    /// An empty one is flagged by a rule of its own (signature, date, phone, 学信网验证码).
    pub own_rule: bool,
}

/// The part of a document in which a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Whole,
    /// The sentence of 工作经历, from 0.
    Work(usize),
    Education,
}

impl Needed<'_> {
    /// The fact's name, as flags spell it.
    pub fn field(&self) -> String {
        match self.section {
            Section::Whole => self.name.to_owned(),
            Section::Work(index) => format!("{}[{index}].{}", ApplicationForm::work.name, self.name),
            Section::Education => format!("{}.{}", ApplicationForm::education.name, self.name),
        }
    }

    /// The field in words: 申报表第 1 段工作经历的“工作单位”.
    pub fn words(&self) -> String {
        match self.section {
            Section::Work(index) => format!("{}{}工作经历的“{}”", self.document, nth(index), self.zh),
            Section::Whole | Section::Education => format!("{}的“{}”", self.document, self.zh),
        }
    }

    /// The same within its document: 第 1 段工作单位.
    pub fn inside(&self) -> String {
        match self.section {
            Section::Work(index) => format!("{}{}", nth(index), self.zh),
            Section::Whole | Section::Education => self.zh.to_owned(),
        }
    }
}

/// Calls `visit` for every needed field of every document that is there, is of its kind and was read.
/// Without a condition there is no telling what is needed, and nothing is visited.
pub fn each<'a>(case: &Case<'a>, visit: &mut dyn FnMut(Needed<'a>)) {
    if case.condition.is_none() {
        return;
    }
    let mut list = List { case, document: MaterialKind::ApplicationForm, visit };
    list.form();
    for (kind, commitment) in case.commitments() {
        // A commitment that the condition does not ask for needs nothing.
        if case.asked_for(kind) == Some(true) {
            list.document = kind;
            list.commitment(kind, commitment);
        }
    }
    list.card();
    list.certificates();
}

struct List<'c, 'a> {
    case: &'c Case<'a>,
    document: MaterialKind,
    visit: &'c mut dyn FnMut(Needed<'a>),
}

impl<'a> List<'_, 'a> {
    fn form(&mut self) {
        let Some(form) = self.case.form() else { return };
        let (Some(condition), case) = (self.case.condition, self.case) else { return };
        self.document = MaterialKind::ApplicationForm;
        self.text(&ApplicationForm::name, &form.name, case.name());
        self.text(&ApplicationForm::number, &form.number, case.id_number());
        self.text(&ApplicationForm::occupation, &form.occupation, case.occupation());
        self.borne_out(&ApplicationForm::level, &form.level, |c| c.level(&form.level));
        match &form.condition {
            Some(copy) => self.condition(&copy.fact, &condition.text),
            None => self.add(Needed { state: State::NotFound, ..empty(self.document, &ApplicationForm::condition) }),
        }
        self.of_some_forms(form);
        if condition.prior.is_some() {
            let shown =
                case.documents.prior_certificate.as_ref().filter(|_| case.legible(MaterialKind::PriorCertificate));
            let occupations: Vec<_> = shown.iter().map(|c| &c.certificate_occupation).collect();
            self.borne_out(&ApplicationForm::prior_occupation, &form.prior_occupation, |c| {
                c.occupation(&form.prior_occupation, &occupations)
            });
            self.borne_out(&ApplicationForm::prior_level, &form.prior_level, |c| {
                c.alike(&form.prior_level, shown.map(|s| &s.certificate_level))
            });
            self.text(
                &ApplicationForm::prior_certificate_number,
                &form.prior_certificate_number,
                case.text(|r| &r.prior_certificate_number),
            );
        }
        if condition.prior.is_some() && case.form_of(self.document).is_some() {
            self.date((Tells::Issue, Section::Whole), &ApplicationForm::prior_issued_on, &form.prior_issued_on);
        }
        if condition.work.is_some() {
            let letter = case.commitment(MaterialKind::WorkCommitment);
            let (starts, ends): (Vec<_>, Vec<_>) = letter.iter().map(|c| (&c.start, &c.end)).unzip();
            self.work(&form.work, &starts, &ends);
        }
        if condition.education.is_some() {
            if is_academic(case) == Some(true) {
                self.own_text(&ApplicationForm::chsi_code, &form.chsi_code, case.text(|r| &r.chsi_code));
                // Such a graduate may leave the section empty; filled, it is signed and dated like any other.
                if surely_begun(case, &form.education) {
                    self.signed(&form.education);
                }
            } else if form.education.is_filled() || is_academic(case) == Some(false) {
                self.school(&form.education);
            }
        }
    }

    /// What only some forms ask for; a form that is not known is not taken to.
    fn of_some_forms(&mut self, form: &'a ApplicationForm) {
        let case = self.case;
        if case.form_of(self.document).is_none() {
            return;
        }
        let citizen = case.citizen_number().and_then(|c| c.as_ref().ok());
        self.borne_out(&ApplicationForm::sex, &form.sex, |_| {
            form.sex.value.is_some() && form.sex.value == citizen.map(|c| c.sex)
        });
        let born = citizen.map(|c| Month::of(c.birth_date));
        let same =
            |fact: &Fact<WrittenMonth>| fact.value.and_then(WrittenMonth::valid).is_some_and(|m| Some(m) == born);
        self.month((Tells::Birth, Section::Whole), &ApplicationForm::born, &form.born, |_| same(&form.born));
        self.own_text(&ApplicationForm::mobile, &form.mobile, case.text(|r| &r.mobile));
        for (field, fact) in [
            (&ApplicationForm::highest_schooling, &form.highest_schooling),
            (&ApplicationForm::major, &form.major),
            (&ApplicationForm::employer, &form.employer),
            (&ApplicationForm::post, &form.post),
        ] {
            // what is written there decides nothing; that the field is filled does
            self.borne_out(field, fact, |_| fact.state == State::Read);
        }
        self.signature(Section::Whole, &ApplicationForm::signature, &form.signature);
        self.date((Tells::Signing, Section::Whole), &ApplicationForm::signed_on, &form.signed_on);
    }

    fn condition(&mut self, fact: &'a Fact<String>, chosen: &str) {
        let mut needed = of(self.document, &ApplicationForm::condition, fact);
        needed.copied = fact.verified.as_ref();
        // What was read, not what it was compared with.
        needed.observed = fact.free.as_deref().filter(|_| fact.corrected.is_none()).or(fact.text.as_deref());
        needed.settled = fact.state == State::Read
            && match fact.verified.as_ref() {
                Some(v) => v.outcome != CopyOutcome::CannotTell,
                None => {
                    fact.confidence >= self.case.threshold()
                        || fact.free.as_deref().is_some_and(|f| verbatim(f) == verbatim(chosen))
                }
            };
        self.add(needed);
    }

    fn work(&mut self, sentences: &'a [WorkSentence], starts: &[&'a Fact<WrittenMonth>], ends: &[&'a Fact<SpanEnd>]) {
        if !sentences.iter().any(WorkSentence::is_filled) {
            // Nothing is filled in: the whole section is missing, once.
            let state = sentences.first().map_or(State::NotFound, |s| s.start.state);
            let confidence = sentences.first().map_or(0.0, |s| s.start.confidence);
            let place = sentences.first().and_then(|s| s.start.place.as_ref());
            self.add(Needed { state, confidence, place, ..empty(self.document, &ApplicationForm::work) });
            return;
        }
        for (i, s) in sentences.iter().enumerate().filter(|(_, s)| s.is_filled()) {
            self.month((Tells::Work, Section::Work(i)), &WorkSentence::start, &s.start, |c| c.start(&s.start, starts));
            self.end((Tells::Work, Section::Work(i)), &WorkSentence::end, &s.end, |c| c.end(&s.end, ends));
            // The second span may be left empty; once begun it is needed, since it is what counts.
            if s.occupation_start.state == State::Read || s.occupation_end.state == State::Read {
                self.month(
                    (Tells::Work, Section::Work(i)),
                    &WorkSentence::occupation_start,
                    &s.occupation_start,
                    |c| c.start(&s.occupation_start, starts),
                );
                self.end((Tells::Work, Section::Work(i)), &WorkSentence::occupation_end, &s.occupation_end, |c| {
                    c.end(&s.occupation_end, ends)
                });
            }
            self.of_sentence(i, &WorkSentence::employer, &s.employer, |_| false);
            self.of_sentence(i, &WorkSentence::occupation, &s.occupation, |c| c.occupation(&s.occupation, &[]));
            self.of_sentence(i, &WorkSentence::years, &s.years, |c| c.years(i, s));
            if self.case.form_of(self.document).is_some() {
                // which post it was decides nothing; that the field is filled does
                self.of_sentence(i, &WorkSentence::post, &s.post, |_| s.post.state == State::Read);
            }
        }
        let filled = || sentences.iter().enumerate().filter(|(_, s)| s.is_filled());
        // An empty place is told by its own rule, also beside one that may hold a speck.
        let signed =
            |f: &Fact<String>| (is_signature(self.case, f), f.state == State::Empty, f.state == State::Illegible);
        let signature = filled().max_by_key(|(i, s)| (signed(&s.signature), *i));
        if let Some((i, s)) = signature {
            self.signature(Section::Work(i), &WorkSentence::signature, &s.signature);
        }
        let rank = |f: &Fact<WrittenDate>| rank(self.case, f);
        let dated = filled().max_by(|a, b| rank(&a.1.signed_on).total_cmp(&rank(&b.1.signed_on)).then(a.0.cmp(&b.0)));
        let best = dated.map(|(i, _)| i);
        // One good date is enough; one that cannot be beside it is told all the same.
        let cannot_be = |s: &WorkSentence| self.case.plausible(Tells::Signing, &s.signed_on) != Plausible::Yes;
        let told: Vec<_> = filled().filter(|(i, s)| Some(*i) == best || cannot_be(s)).collect();
        for (i, s) in told {
            self.date((Tells::Signing, Section::Work(i)), &WorkSentence::signed_on, &s.signed_on);
        }
    }

    fn school(&mut self, s: &'a SchoolSentence) {
        if !s.is_filled() {
            self.add(Needed {
                state: s.start.state,
                confidence: s.start.confidence,
                place: s.start.place.as_ref(),
                ..empty(self.document, &ApplicationForm::education)
            });
            return;
        }
        self.month((Tells::Schooling, Section::Education), &SchoolSentence::start, &s.start, |_| false);
        self.end((Tells::Schooling, Section::Education), &SchoolSentence::end, &s.end, |_| false);
        // which school it is decides nothing; that the field is filled does
        self.add(Needed {
            settled: s.school.state == State::Read || is_settled(&s.school, self.case.threshold()),
            section: Section::Education,
            ..of(self.document, &SchoolSentence::school, &s.school)
        });
        self.add(Needed {
            settled: is_settled(&s.major, self.case.threshold()),
            section: Section::Education,
            ..of(self.document, &SchoolSentence::major, &s.major)
        });
        self.signed(s);
    }

    fn signed(&mut self, s: &'a SchoolSentence) {
        self.signature(Section::Education, &SchoolSentence::signature, &s.signature);
        self.date((Tells::Signing, Section::Education), &SchoolSentence::signed_on, &s.signed_on);
    }

    fn commitment(&mut self, kind: MaterialKind, c: &'a Commitment) {
        let case = self.case;
        self.text(&Commitment::name, &c.name, case.name());
        self.text(&Commitment::number, &c.number, case.id_number());
        self.text(&Commitment::occupation, &c.occupation, case.occupation());
        self.borne_out(&Commitment::level, &c.level, |o| o.level(&c.level));
        let work = || case.form().into_iter().flat_map(|f| &f.work);
        match kind {
            MaterialKind::WorkCommitment => {
                let starts: Vec<_> = work().flat_map(|s| [&s.start, &s.occupation_start]).collect();
                let ends: Vec<_> = work().flat_map(|s| [&s.end, &s.occupation_end]).collect();
                self.month((Tells::Work, Section::Whole), &Commitment::start, &c.start, |o| o.start(&c.start, &starts));
                self.end((Tells::Work, Section::Whole), &Commitment::end, &c.end, |o| o.end(&c.end, &ends));
                self.borne_out(&Commitment::years, &c.years, |o| o.total(c));
                if case.has_named(kind, None, Commitment::work.name) && case.form_of(kind).is_some() {
                    self.work(&c.work, &starts, &ends);
                }
            }
            MaterialKind::EducationCommitment => {
                self.borne_out(&Commitment::education, &c.education, |o| o.schooling(&c.education));
            }
            MaterialKind::TrainingCommitment => {
                self.month((Tells::Work, Section::Whole), &Commitment::start, &c.start, |_| false);
                self.end((Tells::Work, Section::Whole), &Commitment::end, &c.end, |_| false);
                // as with the school: which one it is decides nothing; that the field is filled does
                self.add(Needed {
                    settled: c.institution.state == State::Read,
                    ..of(self.document, &Commitment::institution, &c.institution)
                });
                let shown = case
                    .documents
                    .completion_certificate
                    .as_ref()
                    .filter(|_| case.legible(MaterialKind::CompletionCertificate));
                self.borne_out(&Commitment::hours, &c.hours, |o| o.alike(&c.hours, shown.map(|s| &s.hours)));
            }
            _ => self.date((Tells::Signing, Section::Whole), &Commitment::signed_on, &c.signed_on),
        }
        self.signature(Section::Whole, &Commitment::signature, &c.signature);
        if kind != MaterialKind::IntentCommitment || c.mobile.state != State::NotFound {
            self.own_text(&Commitment::mobile, &c.mobile, case.text(|r| &r.mobile));
        }
    }

    fn card(&mut self) {
        let (case, d) = (self.case, self.case.documents);
        if let Some(front) = d.id_card_front.as_ref().filter(|_| case.legible(MaterialKind::IdCardFront)) {
            self.document = MaterialKind::IdCardFront;
            self.text(&IdCardFront::name, &front.name, case.name());
            self.text(&IdCardFront::number, &front.number, case.id_number());
        }
        if let Some(back) = d.id_card_back.as_ref().filter(|_| case.legible(MaterialKind::IdCardBack)) {
            self.document = MaterialKind::IdCardBack;
            let settled = self.settled_date(Tells::Validity, &back.valid_to, |_| false);
            self.add(Needed { settled, ..of(self.document, &IdCardBack::valid_to, &back.valid_to) });
        }
    }

    fn certificates(&mut self) {
        let (case, d) = (self.case, self.case.documents);
        let Some(condition) = case.condition else { return };
        if let Some(prior) = condition.prior {
            if let Some(c) = d.prior_certificate.as_ref().filter(|_| case.legible(MaterialKind::PriorCertificate)) {
                self.document = MaterialKind::PriorCertificate;
                self.text(&PriorCertificate::name, &c.name, case.name());
                if c.number.state != State::NotFound {
                    self.text(&PriorCertificate::number, &c.number, case.id_number());
                }
                let form = case.form();
                let occupations: Vec<_> = form.iter().map(|f| &f.prior_occupation).collect();
                self.borne_out(&PriorCertificate::certificate_occupation, &c.certificate_occupation, |o| {
                    o.occupation(&c.certificate_occupation, &occupations)
                });
                self.borne_out(&PriorCertificate::certificate_level, &c.certificate_level, |o| {
                    o.alike(&c.certificate_level, form.map(|f| &f.prior_level))
                });
                self.text(
                    &PriorCertificate::certificate_number,
                    &c.certificate_number,
                    case.text(|r| &r.prior_certificate_number),
                );
                if prior.held_months.is_some() || condition.work.is_some_and(|w| w.after_certificate) {
                    self.date((Tells::Issue, Section::Whole), &PriorCertificate::issued_on, &c.issued_on);
                }
            } else if !case.has(MaterialKind::PriorCertificate)
                && (prior.held_months.is_some() || condition.work.is_some_and(|w| w.after_certificate))
            {
                // Only its number was given: the time after its issue cannot be counted.
                self.add(Needed {
                    state: State::NotFound,
                    ..empty(MaterialKind::PriorCertificate, &PriorCertificate::issued_on)
                });
            }
        }
        if let (Some(education), Some(c)) =
            (&condition.education, d.diploma.as_ref().filter(|_| case.legible(MaterialKind::Diploma)))
        {
            self.document = MaterialKind::Diploma;
            self.text(&Diploma::name, &c.name, case.name());
            if education.major {
                self.fact(&Diploma::major, &c.major);
            }
            self.fact(&Diploma::schooling, &c.schooling);
        }
        if let (Some(training), Some(c)) = (
            condition.training,
            d.completion_certificate.as_ref().filter(|_| case.legible(MaterialKind::CompletionCertificate)),
        ) {
            self.document = MaterialKind::CompletionCertificate;
            self.text(&CompletionCertificate::name, &c.name, case.name());
            if training.min_hours.is_some() {
                let commitment = case.commitment(MaterialKind::TrainingCommitment);
                self.borne_out(&CompletionCertificate::hours, &c.hours, |o| {
                    o.alike(&c.hours, commitment.map(|c| &c.hours))
                });
            }
        }
    }

    /// Of a form only what it has is needed, and not what it lets be empty.
    fn add(&mut self, needed: Needed<'a>) {
        let section = match needed.section {
            Section::Whole => None,
            Section::Work(_) => Some(ApplicationForm::work.name),
            Section::Education => Some(ApplicationForm::education.name),
        };
        let empty = matches!(needed.state, State::Empty | State::NotFound);
        if !self.case.has_named(needed.document, section, needed.name)
            || (empty && self.case.may_be_empty(needed.document, section, needed.name))
        {
            return;
        }
        (self.visit)(needed);
    }

    fn fact<T>(&mut self, field: &'static Field, fact: &'a Fact<T>) {
        let settled = is_settled(fact, self.case.threshold());
        self.add(Needed { settled, ..of(self.document, field, fact) });
    }

    /// Settled by itself, or by a second reading that says the same.
    fn borne_out<T>(
        &mut self,
        field: &'static Field,
        fact: &'a Fact<T>,
        confirmed: impl FnOnce(&Corroboration<'_, 'a>) -> bool,
    ) {
        let settled = self.settled(fact, confirmed);
        self.add(Needed { settled, ..of(self.document, field, fact) });
    }

    fn of_sentence<T>(
        &mut self,
        index: usize,
        field: &'static Field,
        fact: &'a Fact<T>,
        confirmed: impl FnOnce(&Corroboration<'_, 'a>) -> bool,
    ) {
        let settled = self.settled(fact, confirmed);
        self.add(Needed { settled, section: Section::Work(index), ..of(self.document, field, fact) });
    }

    fn settled<T>(&self, fact: &Fact<T>, confirmed: impl FnOnce(&Corroboration<'_, 'a>) -> bool) -> bool {
        is_settled(fact, self.case.threshold()) || confirmed(&Corroboration::new(self.case))
    }

    /// As [`List::settled`]; a date that cannot be is never settled here, however surely it was read: where that is a
    /// mistake, a rule of its own says so.
    fn settled_date<T: Dated>(
        &self,
        tells: Tells,
        fact: &Fact<T>,
        confirmed: impl FnOnce(&Corroboration<'_, 'a>) -> bool,
    ) -> bool {
        let can_be = match self.case.plausible(tells, fact) {
            Plausible::Yes => true,
            Plausible::Unsure | Plausible::Once => false,
            // The rule on the form's dates tells it; a letter that repeats the form's is no second mistake.
            Plausible::Twice => {
                let ruled = matches!(tells, Tells::Work | Tells::Signing | Tells::Schooling);
                ruled && (self.document == MaterialKind::ApplicationForm || self.case.on_form_or_without(tells, fact))
            }
        };
        can_be && self.settled(fact, confirmed)
    }

    /// A text that is known from the registration: the same is settled, however sure the reading.
    fn text(&mut self, field: &'static Field, fact: &'a Fact<String>, expected: Option<&str>) {
        let needed = self.compared(field, fact, expected);
        self.add(needed);
    }

    fn own_text(&mut self, field: &'static Field, fact: &'a Fact<String>, expected: Option<&str>) {
        let needed = Needed { own_rule: true, ..self.compared(field, fact, expected) };
        self.add(needed);
    }

    fn compared(&self, field: &'static Field, fact: &'a Fact<String>, expected: Option<&str>) -> Needed<'a> {
        let threshold = self.case.threshold();
        let settled =
            is_settled(fact, threshold) || expected.is_some_and(|e| agreement(fact, e, threshold) == Agreement::Same);
        Needed { settled, ..of(self.document, field, fact) }
    }

    fn month(
        &mut self,
        (tells, section): (Tells, Section),
        field: &'static Field,
        fact: &'a Fact<WrittenMonth>,
        confirmed: impl FnOnce(&Corroboration<'_, 'a>) -> bool,
    ) {
        let complete = fact.value.is_none_or(|m| m.year.is_some() && m.month.is_some())
            // What cannot be was misread: whether something is missing beside it is not known.
            || self.case.plausible(tells, fact) != Plausible::Yes;
        self.add(Needed {
            settled: self.settled_date(tells, fact, confirmed),
            section,
            complete,
            ..of(self.document, field, fact)
        });
    }

    fn end(
        &mut self,
        (tells, section): (Tells, Section),
        field: &'static Field,
        fact: &'a Fact<SpanEnd>,
        confirmed: impl FnOnce(&Corroboration<'_, 'a>) -> bool,
    ) {
        let complete = match fact.value {
            Some(SpanEnd::Month(m)) => m.year.is_some() && m.month.is_some(),
            Some(SpanEnd::UntilNow) | None => true,
        } || self.case.plausible(tells, fact) != Plausible::Yes;
        self.add(Needed {
            settled: self.settled_date(tells, fact, confirmed),
            section,
            complete,
            ..of(self.document, field, fact)
        });
    }

    fn date(&mut self, (tells, section): (Tells, Section), field: &'static Field, fact: &'a Fact<WrittenDate>) {
        self.add(Needed {
            settled: self.settled_date(tells, fact, |_| false),
            section,
            own_rule: true,
            ..of(self.document, field, fact)
        });
    }

    /// Of a signature only its being there is needed; a hand that cannot be read is still a signature, a speck is none.
    fn signature(&mut self, section: Section, field: &'static Field, fact: &'a Fact<String>) {
        let settled = is_signature(self.case, fact);
        self.add(Needed { settled, section, own_rule: true, ..of(self.document, field, fact) });
    }
}

/// How good a date is: a sure one is best, then a doubtful one, then one that is known to be empty.
fn rank(case: &Case<'_>, fact: &Fact<WrittenDate>) -> f32 {
    match fact.state {
        State::Read if fact.value.is_some_and(|d| case.day(Tells::Signing, d).is_some()) => 3.0 + fact.confidence,
        State::Read => 2.0,
        State::Illegible => 1.5,
        State::Empty => 1.0,
        State::NotFound => 0.0,
    }
}

fn of<'a, T>(document: MaterialKind, field: &'static Field, fact: &'a Fact<T>) -> Needed<'a> {
    Needed {
        state: fact.state,
        confidence: fact.confidence,
        observed: fact.text.as_deref().or(fact.free.as_deref()),
        place: fact.place.as_ref(),
        ..empty(document, field)
    }
}

fn empty<'a>(document: MaterialKind, field: &'static Field) -> Needed<'a> {
    Needed {
        document,
        section: Section::Whole,
        name: field.name,
        zh: field.zh,
        state: State::Empty,
        settled: false,
        complete: true,
        confidence: 0.0,
        observed: None,
        place: None,
        copied: None,
        own_rule: false,
    }
}
