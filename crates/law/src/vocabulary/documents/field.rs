//! What a field of a document is, declared once: its words, what it tells of a person, how it is written; and how the
//! fields of a document are visited.
//! Declares and walks; no field is read or judged here.

use super::alteration::Alteration;
use super::pair::{Corrections, CorrectionsJudged, FactPair, FormId, Pair, WhichForm};
use crate::vocabulary::calendar::{SpanEnd, ValidUntil, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::holds::Holds;
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::numerals;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::plain::Plain;

/// A word in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    pub zh: &'static str,
    pub en: &'static str,
}

/// One field of a document. Whoever lists fields (facts, messages, redaction, the report's page) takes them from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The key in the findings, and the last part of the fact's name.
    pub name: &'static str,
    /// The word in messages: as the document prints it.
    pub zh: &'static str,
    /// The short words on the report's page. Fields of one name have one label: the page knows them by their names.
    pub label: Label,
    /// Label of one of several, `{0}` for its number (`第 {0} 段`).
    pub numbered: Option<Label>,
    /// The printed heading under which the field stands, where messages name that instead of the field.
    pub heading: Option<&'static str>,
    /// What `--redact` hides in it.
    pub personal: Option<Personal>,
    /// Only digits and letters are written in it: strokes, print and corrections look different there.
    pub digits: bool,
    /// Its values come from a closed list of ours or are numbers: redaction lets them stand.
    pub closed: bool,
    /// A signature: nobody asks whether it was corrected or printed, and it is no place that tells the name.
    pub signature: bool,
    /// `form-not-handwritten` looks at it. The reader tells print from handwriting for a page as a whole, so some
    /// fields of a page are enough: the rule leaves out the second span, totals, signing dates, and on commitments all
    /// but the texts. They would lengthen its list and add no evidence.
    pub by_hand: bool,
    /// Only some forms have it: where nothing was found of it, it is not listed.
    pub on_some_forms: bool,
    /// The fields of a sentence; empty for a single field.
    pub parts: &'static [Field],
    /// What a form's file may read into it.
    pub holds: Holds,
}

/// A field by its words: in Chinese as the document prints it, in English as the report's page shows it.
pub(super) const fn field(zh: &'static str, en: &'static str) -> Field {
    let label = Label { zh, en };
    Field {
        name: "",
        zh,
        label,
        numbered: None,
        heading: None,
        personal: None,
        digits: false,
        closed: false,
        signature: false,
        by_hand: false,
        on_some_forms: false,
        parts: &[],
        holds: Holds::Nothing,
    }
}

/// How forms declare their list of corrections.
pub(super) const CORRECTIONS: Field = field("涂改", "alterations").numbered("涂改 {0}", "alteration {0}");

impl Field {
    /// The short Chinese word on the report's page, where the document prints another one.
    pub(super) const fn label(self, zh: &'static str) -> Self {
        Self { label: Label { zh, ..self.label }, ..self }
    }

    pub(super) const fn numbered(self, zh: &'static str, en: &'static str) -> Self {
        Self { numbered: Some(Label { zh, en }), ..self }
    }

    pub(super) const fn under(self, heading: &'static str) -> Self {
        Self { heading: Some(heading), ..self }
    }

    pub(super) const fn personal(self, what: Personal) -> Self {
        Self { personal: Some(what), ..self }
    }

    pub(super) const fn digits(self) -> Self {
        Self { digits: true, ..self }
    }

    pub(super) const fn by_hand(self) -> Self {
        Self { by_hand: true, ..self }
    }

    pub(super) const fn on_some_forms(self) -> Self {
        Self { on_some_forms: true, ..self }
    }

    /// A signature is a person's name.
    pub(super) const fn signature(self) -> Self {
        Self { signature: true, ..self.personal(Personal::Name) }
    }

    /// The declaration of a field that holds a `T`.
    pub(super) const fn of<T: Member>(name: &'static str, declared: Self) -> Self {
        Self {
            name,
            digits: declared.digits || T::DIGITS,
            closed: declared.closed || T::CLOSED,
            parts: T::PARTS,
            holds: T::HOLDS,
            ..declared
        }
    }

    /// The field itself, and the fields of its sentence.
    pub fn with_parts(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.parts)
    }
}

/// Where a visited field stands in its document.
#[derive(Debug, Clone, Copy)]
pub struct At<'p> {
    pub field: &'static Field,
    /// The sentence or section of which it is a part.
    pub section: Option<&'static Field>,
    /// `work[0].`; empty outside of sentences.
    prefix: &'p str,
}

impl<'p> At<'p> {
    pub(super) fn new(field: &'static Field, section: Option<&'static Field>, prefix: &'p str) -> Self {
        Self { field, section, prefix }
    }

    /// `work[0].start`: the fact's name without its document.
    pub fn path(&self) -> String {
        format!("{}{}", self.prefix, self.field.name)
    }
}

/// Looks at one field after the other, in the order of the findings.
pub trait Visitor<'a> {
    /// The fields that follow are this material's.
    fn document(&mut self, _material: MaterialKind) {}

    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &'a Fact<T>);

    /// Corrections seen on the paper: no field of the document, but listed beside them.
    fn alterations(&mut self, _at: &At<'_>, _seen: &'a [Alteration]) {}
}

/// Looks at one field after the other, and may change it.
pub trait VisitorMut {
    /// The fields that follow are this material's.
    fn document(&mut self, _material: MaterialKind) {}

    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &mut Fact<T>);

    /// Corrections seen on the paper.
    fn alterations(&mut self, _at: &At<'_>, _seen: &mut [Alteration]) {}
}

/// A document, or a sentence in one, that consists of fields.
pub trait Fields: Clone {
    const FIELDS: &'static [Field];

    /// Visits all fields, whose names begin with `prefix`, as parts of `section`.
    fn walk<'a>(&'a self, prefix: &str, section: Option<&'static Field>, visitor: &mut impl Visitor<'a>);

    fn walk_mut(&mut self, prefix: &str, section: Option<&'static Field>, visitor: &mut impl VisitorMut);

    /// Calls the visitor with everything of both, field by field.
    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair));

    /// Do they say different things of one field at least?
    fn contradicts(&mut self, other: &Self) -> bool {
        let mut any = false;
        self.pairs(other, &mut |pair| any |= pair.contradicts());
        any
    }

    /// Visits the fields of a document.
    fn visit<'a>(&'a self, visitor: &mut impl Visitor<'a>) {
        self.walk("", None, visitor);
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        self.walk_mut("", None, visitor);
    }
}

/// A value that a field can hold.
pub trait FieldValue: Plain + Clone + PartialEq + 'static {
    /// See `Field::digits`.
    const DIGITS: bool;
    /// See [`Field::closed`].
    const CLOSED: bool;
    /// See [`Field::holds`].
    const HOLDS: Holds;

    /// What a reading means in a field of this kind, spelt as `Fact::text` and `Alternative::text` spell it; `None`:
    /// nothing.
    fn of_reading(text: &str) -> Option<Self>;

    /// The fact itself, if it is a text.
    fn text(_fact: &Fact<Self>) -> Option<&Fact<String>> {
        None
    }
}

impl FieldValue for String {
    const DIGITS: bool = false;
    const CLOSED: bool = false;
    const HOLDS: Holds = Holds::Text;

    fn of_reading(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn text(fact: &Fact<Self>) -> Option<&Fact<String>> {
        Some(fact)
    }
}

macro_rules! values {
    ($($type:ty: $holds:ident, digits $digits:literal, closed $closed:literal, of $of:expr;)+) => {
        $(impl FieldValue for $type {
            const DIGITS: bool = $digits;
            const CLOSED: bool = $closed;
            const HOLDS: Holds = Holds::$holds;

            fn of_reading(text: &str) -> Option<Self> {
                let of: fn(&str) -> Option<Self> = $of;
                of(text)
            }
        })+
    };
}

values! {
    u32: Whole, digits true, closed false, of |text| numerals::written(text).map(u32::from);
    f32: Years, digits true, closed false, of numerals::written_years;
    WrittenMonth: Month, digits true, closed false, of |text| text.parse().ok();
    WrittenDate: Date, digits true, closed false, of |text| text.parse().ok();
    SpanEnd: SpanEnd, digits true, closed true, of |text| {
        if text == SpanEnd::UntilNow.to_string() { Some(SpanEnd::UntilNow) } else { text.parse().ok().map(SpanEnd::Month) }
    };
    ValidUntil: ValidUntil, digits true, closed true, of |text| text.parse().ok().map(ValidUntil::Date);
    Level: Level, digits false, closed true, of Level::parse;
}

/// What stands in a document's struct: a fact, a sentence, several sentences, corrections.
pub trait Member {
    const DIGITS: bool = false;
    const CLOSED: bool = false;
    const PARTS: &'static [Field] = &[];
    const HOLDS: Holds = Holds::Nothing;

    fn walk<'a>(&'a self, at: &At<'_>, visitor: &mut impl Visitor<'a>);

    fn walk_mut(&mut self, at: &At<'_>, visitor: &mut impl VisitorMut);

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair));
}

impl<T: FieldValue> Member for Fact<T> {
    const DIGITS: bool = T::DIGITS;
    const CLOSED: bool = T::CLOSED;
    const HOLDS: Holds = T::HOLDS;

    fn walk<'a>(&'a self, at: &At<'_>, visitor: &mut impl Visitor<'a>) {
        if !at.field.on_some_forms || self.state != State::NotFound {
            visitor.field(at, self);
        }
    }

    fn walk_mut(&mut self, at: &At<'_>, visitor: &mut impl VisitorMut) {
        visitor.field(at, self);
    }

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
        visitor(&mut FactPair(self, other));
    }
}

impl<S: Fields> Member for S {
    const PARTS: &'static [Field] = S::FIELDS;
    const HOLDS: Holds = Holds::Section;

    fn walk<'a>(&'a self, at: &At<'_>, visitor: &mut impl Visitor<'a>) {
        Fields::walk(self, &format!("{}.", at.path()), Some(at.field), visitor);
    }

    fn walk_mut(&mut self, at: &At<'_>, visitor: &mut impl VisitorMut) {
        Fields::walk_mut(self, &format!("{}.", at.path()), Some(at.field), visitor);
    }

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
        Fields::pairs(self, other, visitor);
    }
}

impl Member for Vec<Alteration> {
    fn walk<'a>(&'a self, at: &At<'_>, visitor: &mut impl Visitor<'a>) {
        visitor.alterations(at, self);
    }

    fn walk_mut(&mut self, at: &At<'_>, visitor: &mut impl VisitorMut) {
        visitor.alterations(at, self);
    }

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
        visitor(&mut Corrections(self, other));
    }
}

/// Which form the paper is. Two forms are two documents.
impl Member for Option<FormId> {
    fn walk<'a>(&'a self, _at: &At<'_>, _visitor: &mut impl Visitor<'a>) {}

    fn walk_mut(&mut self, _at: &At<'_>, _visitor: &mut impl VisitorMut) {}

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
        visitor(&mut WhichForm(self, other.as_ref()));
    }
}

/// Were corrections looked for? Merged with them.
impl Member for bool {
    fn walk<'a>(&'a self, _at: &At<'_>, _visitor: &mut impl Visitor<'a>) {}

    fn walk_mut(&mut self, _at: &At<'_>, _visitor: &mut impl VisitorMut) {}

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
        visitor(&mut CorrectionsJudged(self, *other));
    }
}

/// Declares a document: its struct, as schema and findings have it, with each field's declaration behind `=`. Generates
/// - the struct (a member without a declaration is no field: it is merged with the others, but never listed);
/// - each field's declaration under the field's name (`Diploma::major`), for whoever names one field;
/// - [`Fields`], for whoever goes over all of them.
macro_rules! document {
    ($(#[$meta:meta])* pub struct $document:ident { $($(#[$doc:meta])* $name:ident: $type:ty $(= $declared:expr)?,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(default)]
        pub struct $document { $($(#[$doc])* pub $name: $type,)+ }

        const _: () = {
            use $crate::vocabulary::documents::field::{At, Field, Fields, Member, Visitor, VisitorMut, first};
            use $crate::vocabulary::documents::pair::Pair;

            #[allow(non_upper_case_globals, reason = "a declaration is called as its field is")]
            impl $document {
                $($(pub const $name: Field = Field::of::<$type>(stringify!($name), $declared);)?)+
            }

            impl Fields for $document {
                const FIELDS: &'static [Field] = &[$($(first!(Self::$name, $declared),)?)+];

                fn walk<'a>(&'a self, prefix: &str, section: Option<&'static Field>, visitor: &mut impl Visitor<'a>) {
                    $($(Member::walk(&self.$name, &At::new(first!(&Self::$name, $declared), section, prefix), visitor);)?)+
                }

                fn walk_mut(&mut self, prefix: &str, section: Option<&'static Field>, visitor: &mut impl VisitorMut) {
                    $($(Member::walk_mut(&mut self.$name, &At::new(first!(&Self::$name, $declared), section, prefix), visitor);)?)+
                }

                fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
                    $(Member::pairs(&mut self.$name, &other.$name, visitor);)+
                }
            }
        };
    };
}

/// The first of two expressions: for a repetition that is driven by the second.
macro_rules! first {
    ($first:expr, $second:expr) => {
        $first
    };
}

pub(super) use {document, first};
