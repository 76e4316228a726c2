//! Documents that a submission holds more than once: a second photo, another page of a diploma, a form of somebody
//! else.
//! Says when two readings of one kind are one document, and how a submission looks with a further one in the first
//! one's place; judges nothing.

pub use super::documents::{DocumentFacts, Further};

use super::documents::{Commitment, Documents, Fields};
use super::material::MaterialKind;
use super::photo::PhotoFacts;

/// What became of a document that was read beside others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// The first of its kind.
    First,
    /// It says what the first one says, or completes it.
    Same,
    /// It says something else.
    Further,
    /// Nothing was found on it.
    Nothing,
}

fn is_empty<T: Fields>(one: &T) -> bool {
    let mut any = false;
    one.clone().pairs(one, &mut |pair| any |= pair.other_found());
    !any
}

/// Puts a reading beside the first one of its kind. `Err`: it says something else, and is handed back.
fn put<T: Fields>(place: &mut Option<T>, new: Box<T>) -> Result<Added, Box<T>> {
    let Some(first) = place else {
        // A page on which nothing was found is still the first of its kind: its rules then say what is missing.
        *place = Some(*new);
        return Ok(Added::First);
    };
    if is_empty(&*new) {
        return Ok(Added::Nothing);
    }
    if first.contradicts(&new) {
        return Err(new);
    }
    first.pairs(&new, &mut |pair| pair.complete());
    Ok(Added::Same)
}

fn over<T: Fields>(place: &mut Option<T>, new: &T) {
    match place {
        Some(first) => first.pairs(new, &mut |pair| pair.overlay()),
        None => *place = Some(new.clone()),
    }
}

impl Documents {
    /// Adds what was read of one more document. What is equal to the first of its kind, or completes it, is one
    /// document with it; what differs is a further one.
    pub fn add(&mut self, material: MaterialKind, page: u16, facts: DocumentFacts) -> Added {
        let outcome = match facts {
            DocumentFacts::Photo(new) => match &self.photo {
                None => {
                    self.photo = Some(*new);
                    Ok(Added::First)
                }
                Some(first) if same_picture(first, &new) => Ok(Added::Same),
                Some(_) => Err(DocumentFacts::Photo(new)),
            },
            DocumentFacts::IdCardFront(new) => put(&mut self.id_card_front, new).map_err(DocumentFacts::IdCardFront),
            DocumentFacts::IdCardBack(new) => put(&mut self.id_card_back, new).map_err(DocumentFacts::IdCardBack),
            DocumentFacts::ApplicationForm(new) => {
                put(&mut self.application_form, new).map_err(DocumentFacts::ApplicationForm)
            }
            DocumentFacts::PriorCertificate(new) => {
                put(&mut self.prior_certificate, new).map_err(DocumentFacts::PriorCertificate)
            }
            DocumentFacts::Diploma(new) => put(&mut self.diploma, new).map_err(DocumentFacts::Diploma),
            DocumentFacts::CompletionCertificate(new) => {
                put(&mut self.completion_certificate, new).map_err(DocumentFacts::CompletionCertificate)
            }
            DocumentFacts::Commitment(new) => match self.commitment_mut(material) {
                Some(place) => put(place, new).map_err(DocumentFacts::Commitment),
                None => Err(DocumentFacts::Commitment(new)),
            },
        };
        outcome.unwrap_or_else(|facts| {
            self.further.push(Further { material, page, facts });
            Added::Further
        })
    }

    /// The documents with a further one in the place of the first of its kind; what was not found on it is still the
    /// first one's.
    #[must_use]
    pub fn with(&self, further: &Further) -> Self {
        let mut with = Self { further: Vec::new(), ..self.clone() };
        match &further.facts {
            DocumentFacts::Photo(new) => with.photo = Some((**new).clone()),
            DocumentFacts::IdCardFront(new) => over(&mut with.id_card_front, new),
            DocumentFacts::IdCardBack(new) => over(&mut with.id_card_back, new),
            DocumentFacts::ApplicationForm(new) => over(&mut with.application_form, new),
            DocumentFacts::PriorCertificate(new) => over(&mut with.prior_certificate, new),
            DocumentFacts::Diploma(new) => over(&mut with.diploma, new),
            DocumentFacts::CompletionCertificate(new) => over(&mut with.completion_certificate, new),
            DocumentFacts::Commitment(new) => {
                if let Some(place) = with.commitment_mut(further.material) {
                    over(place, new);
                }
            }
        }
        with
    }

    /// The submission as its rules see it: as it is, then once with each further document in the first one's place.
    pub fn views(&self) -> impl Iterator<Item = Self> + '_ {
        std::iter::once(Self { further: Vec::new(), ..self.clone() }).chain(self.further.iter().map(|f| self.with(f)))
    }

    /// Every photo, the first one first.
    pub fn photos(&self) -> impl Iterator<Item = &PhotoFacts> {
        let further = self.further.iter().filter_map(|f| match &f.facts {
            DocumentFacts::Photo(photo) => Some(&**photo),
            _ => None,
        });
        self.photo.iter().chain(further)
    }

    fn commitment_mut(&mut self, kind: MaterialKind) -> Option<&mut Option<Commitment>> {
        match kind {
            MaterialKind::WorkCommitment => Some(&mut self.work_commitment),
            MaterialKind::EducationCommitment => Some(&mut self.education_commitment),
            MaterialKind::TrainingCommitment => Some(&mut self.training_commitment),
            MaterialKind::IntentCommitment => Some(&mut self.intent_commitment),
            _ => None,
        }
    }
}

/// Two files with the same measures are the same picture.
fn same_picture(a: &PhotoFacts, b: &PhotoFacts) -> bool {
    PhotoFacts { file: String::new(), ..a.clone() } == PhotoFacts { file: String::new(), ..b.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::documents::{
        ApplicationForm, CompletionCertificate, Diploma, IdCardBack, IdCardFront, PriorCertificate, SchoolSentence,
        WorkSentence,
    };
    use super::super::fact::Fact;
    use super::*;
    use serde::Serialize;

    fn card(name: Option<&str>, number: Option<&str>) -> DocumentFacts {
        let fact = |text: Option<&str>| text.map_or_else(Fact::not_found, |t| Fact::read(t, Some(t.to_owned()), 0.99));
        DocumentFacts::IdCardFront(Box::new(IdCardFront {
            name: fact(name),
            number: fact(number),
            ..IdCardFront::default()
        }))
    }

    #[test]
    fn pages_of_one_kind_are_one_document_only_if_they_say_the_same() {
        // first page, second page, what became of it, name and number of the first document afterwards
        type Page = (Option<&'static str>, Option<&'static str>);
        let cases: [(Page, Page, Added, Page); 6] = [
            ((Some("张三"), Some("1")), (Some("张三"), Some("1")), Added::Same, (Some("张三"), Some("1"))),
            ((Some("张三"), None), (None, Some("1")), Added::Same, (Some("张三"), Some("1"))),
            ((Some("张三"), Some("1")), (Some("李四"), Some("1")), Added::Further, (Some("张三"), Some("1"))),
            // another person's page completes nothing
            ((Some("张三"), None), (Some("李四"), Some("2")), Added::Further, (Some("张三"), None)),
            ((Some("张三"), Some("1")), (None, None), Added::Nothing, (Some("张三"), Some("1"))),
            ((None, None), (Some("张三"), None), Added::Same, (Some("张三"), None)),
        ];
        for ((name, number), (name2, number2), added, left) in cases {
            let mut documents = Documents::default();
            assert_eq!(documents.add(MaterialKind::IdCardFront, 1, card(name, number)), Added::First);
            assert_eq!(
                documents.add(MaterialKind::IdCardFront, 2, card(name2, number2)),
                added,
                "{name:?} {number:?} / {name2:?} {number2:?}"
            );
            let first = documents.id_card_front.clone().unwrap();
            assert_eq!((first.name.value.as_deref(), first.number.value.as_deref()), left);
            assert_eq!(documents.further.len(), usize::from(added == Added::Further));
            for further in &documents.further {
                assert_eq!(
                    documents.with(further).id_card_front.unwrap().name.value.as_deref(),
                    name2,
                    "the rules see the further page"
                );
            }
        }
    }

    #[test]
    fn every_field_of_every_document_is_compared() {
        fn fields_of(value: &serde_json::Value) -> usize {
            match value {
                serde_json::Value::Object(o) if o.contains_key("state") => 1,
                serde_json::Value::Object(o) => o.values().map(fields_of).sum(),
                serde_json::Value::Array(a) => a.iter().map(fields_of).sum(),
                _ => 0,
            }
        }
        fn check<T: Fields + Default + Serialize>(skipped: usize) {
            let mut pairs = 0;
            Fields::pairs(&mut T::default(), &T::default(), &mut |_| pairs += 1);
            assert_eq!(
                pairs,
                fields_of(&serde_json::to_value(T::default()).unwrap()) + skipped,
                "{}",
                std::any::type_name::<T>()
            );
        }
        check::<IdCardFront>(0);
        check::<IdCardBack>(0);
        check::<PriorCertificate>(0);
        check::<Diploma>(0);
        check::<CompletionCertificate>(0);
        // and the post, which not every form has
        check::<WorkSentence>(1);
        check::<SchoolSentence>(0);
        // and the form, the sentences, the corrections, and whether they were looked for
        check::<Commitment>(4);
        // and the condition, too, and the ten fields that not every form has
        check::<ApplicationForm>(15);
    }
}
