//! A fact: one field of one document as it was read, with how sure the reader is and where it looked.
//! Absence, illegibility and doubt are states of their own, never an empty string or a number.

use super::material::MaterialKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A box in pixels of the picture as handed in (after its EXIF orientation), x to the right, y down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// Where something was seen. `page` counts from 1 over all pages of the material's files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    pub document: MaterialKind,
    pub page: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// What the reader could do with the blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// There is writing, and `text` is what it says (as surely as `confidence` tells).
    Read,
    /// The place was found and nothing is written there; `confidence` tells how sure.
    #[serde(rename = "blank")]
    Empty,
    /// There is writing, or something that may be writing, and it cannot be read; of a signature `confidence` tells how
    /// sure it is that a hand wrote a name there.
    Illegible,
    /// The place itself was not found on the page.
    NotFound,
}

/// Three answers about a copy of a known text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CopyOutcome {
    Faithful,
    Differs,
    CannotTell,
}

/// One place where a copy differs from its text. `position` counts characters of the expected text from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Difference {
    /// `expected` is not in the copy.
    Dropped { position: usize, expected: String },
    /// `written` stands before `position` and is not in the text.
    Added { position: usize, written: String },
    /// `written` stands where `expected` should.
    Changed { position: usize, expected: String, written: String },
}

impl Difference {
    pub fn position(&self) -> usize {
        match self {
            Self::Dropped { position, .. } | Self::Added { position, .. } | Self::Changed { position, .. } => *position,
        }
    }
}

/// The answer of a forced alignment of a known text to the writing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    pub expected: String,
    pub outcome: CopyOutcome,
    /// log P(best free path) − log P(best path of the expected text), in nats; 0 is a perfect fit.
    pub gap: f32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// Places that were looked at a second time, by themselves, and still may be another character.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rivals: Vec<Rival>,
}

/// A character of a copy that may be another one, which looks like it. `position` counts characters of the expected
/// text from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rival {
    pub position: usize,
    pub expected: char,
    pub rival: char,
    /// Nats by which the rival fits better, in the line and by itself together.
    pub odds: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alternative {
    pub text: String,
    /// 0–1.
    pub confidence: f32,
}

/// What another engine read at the same place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecondReading {
    pub engine: String,
    pub text: String,
    /// 0–1, the engine's own.
    pub confidence: f32,
}

/// Who said otherwise than what was read, or that it is as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Correction {
    pub who: String,
    /// In Beijing: `2026-11-30T08:12:05`.
    pub time: String,
    /// The same as was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirms: bool,
    /// What was read.
    pub read: AsRead,
}

/// A reading in short, before somebody corrected it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AsRead {
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// 0–1.
    pub confidence: f32,
}

/// One blank as read. `value` is there only if `state` is `Read` and the text parses as a `T`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact<T> {
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<T>,
    /// The reading under the blank's own grammar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The free reading of the same place, before any grammar or list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<String>,
    /// 0–1, calibrated: of the facts at 0.95 about 95% are right.
    pub confidence: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verification>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondReading>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Where the writing was judged: 0 surely by hand, 1 surely printed. `None`: not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<f32>,
    /// Somebody looked at it; then `confidence` is 1, and the other readings are gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Box<Correction>>,
}

impl<T> Fact<T> {
    /// Read as `text`, meaning `value` (or nothing that parses).
    pub fn read(text: impl Into<String>, value: Option<T>, confidence: f32) -> Self {
        Self { text: Some(text.into()), value, ..Self::bare(State::Read, confidence) }
    }

    pub fn blank(confidence: f32) -> Self {
        Self::bare(State::Empty, confidence)
    }

    pub fn illegible() -> Self {
        Self::bare(State::Illegible, 0.0)
    }

    pub fn not_found() -> Self {
        Self::bare(State::NotFound, 0.0)
    }

    pub fn is_not_found(&self) -> bool {
        self.state == State::NotFound
    }

    fn bare(state: State, confidence: f32) -> Self {
        Self {
            state,
            value: None,
            text: None,
            free: None,
            confidence,
            verified: None,
            alternatives: Vec::new(),
            second: None,
            place: None,
            printed: None,
            corrected: None,
        }
    }

    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    #[must_use]
    pub fn with_free(mut self, free: impl Into<String>) -> Self {
        self.free = Some(free.into());
        self
    }

    #[must_use]
    pub fn with_verified(mut self, verified: Option<Verification>) -> Self {
        self.verified = verified;
        self
    }

    /// The value, if it was read at least as surely as `threshold`.
    pub fn sure(&self, threshold: f32) -> Option<&T> {
        self.value.as_ref().filter(|_| self.state == State::Read && self.confidence >= threshold)
    }

    /// Surely nothing is written there.
    pub fn surely_blank(&self, threshold: f32) -> bool {
        self.state == State::Empty && self.confidence >= threshold
    }

    /// Something is written there, whether or not it can be read; what cannot be read may be a speck (docs/domain.md,
    /// "Doubts", says what that counts as).
    pub fn is_filled(&self) -> bool {
        matches!(self.state, State::Read | State::Illegible)
    }

    /// The same fact with its value read as something else.
    pub fn map<U>(self, f: impl FnOnce(T) -> Option<U>) -> Fact<U> {
        Fact {
            state: self.state,
            value: self.value.and_then(f),
            text: self.text,
            free: self.free,
            confidence: self.confidence,
            verified: self.verified,
            alternatives: self.alternatives,
            second: self.second,
            place: self.place,
            printed: self.printed,
            corrected: self.corrected,
        }
    }
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self::not_found()
    }
}
