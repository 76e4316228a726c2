//! The documents that forms fill: putting facts that were read into their fields.
//! Which field is which is the form's file's word; nothing is read here.

use crate::inspect::fields::certainty::DOUBT;
use crate::vocabulary::documents::{
    Alteration, ApplicationForm, At, Commitment, ConditionCopy, Field, FieldValue, Fields, FormId, SchoolSentence,
    VisitorMut, WorkSentence,
};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::form::FormField;
use crate::vocabulary::further::DocumentFacts;
use std::any::Any;

/// What was read in one field of a form.
pub struct Filled {
    pub field: FormField,
    /// A `Fact` of what the field holds.
    fact: Box<dyn Any>,
    doubt: fn(&mut dyn Any),
    state: State,
}

impl Filled {
    pub fn new<T: FieldValue>(field: FormField, fact: Fact<T>) -> Self {
        let state = fact.state;
        Self { field, fact: Box::new(fact), doubt: doubt::<T>, state }
    }

    /// The same in doubt, however surely it was read: another place of the page says that it is this field, too.
    #[must_use]
    pub fn doubted(mut self) -> Self {
        (self.doubt)(&mut *self.fact);
        self
    }

    pub fn is_written(&self) -> bool {
        matches!(self.state, State::Read | State::Illegible)
    }
}

fn doubt<T: FieldValue>(fact: &mut dyn Any) {
    if let Some(fact) = fact.downcast_mut::<Fact<T>>() {
        fact.confidence = fact.confidence.min(DOUBT);
    }
}

/// Puts facts into the fields of a document, or of a sentence in one.
pub fn put(into: &mut impl Fields, filled: Vec<Filled>) {
    for one in filled {
        into.visit_mut(&mut Put { name: one.field.field.name, fact: Some(one.fact) });
    }
}

struct Put {
    name: &'static str,
    fact: Option<Box<dyn Any>>,
}

impl VisitorMut for Put {
    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &mut Fact<T>) {
        if at.section.is_some() || at.field.name != self.name {
            return;
        }
        // the form's file was checked: a type fits what its field holds
        if let Some(read) = self.fact.take().and_then(|read| read.downcast::<Fact<T>>().ok()) {
            *fact = *read;
        }
    }
}

/// A document that is filled in on a form.
pub trait FormDocument: Fields + Default {
    /// Notes which form it is.
    fn is_form(&mut self, id: FormId);

    /// Adds one sentence or row of a section.
    fn add(&mut self, section: &'static Field, filled: Vec<Filled>);

    fn copied(&mut self, condition: ConditionCopy);

    /// Notes the corrections that were found, and whether they were looked for.
    fn corrected(&mut self, found: Vec<Alteration>, judged: bool);

    /// The whole, when all of it has been read.
    fn facts(self) -> DocumentFacts;
}

impl FormDocument for ApplicationForm {
    fn is_form(&mut self, id: FormId) {
        self.form.get_or_insert(id);
    }

    fn add(&mut self, section: &'static Field, filled: Vec<Filled>) {
        if section.name == Self::work.name {
            let mut sentence = WorkSentence::default();
            put(&mut sentence, filled);
            self.work.push(sentence);
        } else if section.name == Self::education.name {
            let mut sentence = SchoolSentence::default();
            put(&mut sentence, filled);
            // a section found again on a later page does not undo what an earlier page showed
            if sentence.is_filled() || !self.education.is_filled() {
                self.education = sentence;
            }
        }
    }

    fn copied(&mut self, condition: ConditionCopy) {
        self.condition = Some(condition);
    }

    fn corrected(&mut self, found: Vec<Alteration>, judged: bool) {
        (self.alterations, self.alterations_judged) = (found, judged);
    }

    fn facts(mut self) -> DocumentFacts {
        if self.work.is_empty() {
            self.work.push(WorkSentence::default());
        }
        DocumentFacts::ApplicationForm(Box::new(self))
    }
}

impl FormDocument for Commitment {
    fn is_form(&mut self, id: FormId) {
        self.form.get_or_insert(id);
    }

    fn add(&mut self, section: &'static Field, filled: Vec<Filled>) {
        if section.name == Self::work.name {
            let mut sentence = WorkSentence::default();
            put(&mut sentence, filled);
            self.work.push(sentence);
        }
    }

    fn copied(&mut self, _condition: ConditionCopy) {}

    fn corrected(&mut self, found: Vec<Alteration>, judged: bool) {
        (self.alterations, self.alterations_judged) = (found, judged);
    }

    fn facts(self) -> DocumentFacts {
        DocumentFacts::Commitment(Box::new(self))
    }
}
