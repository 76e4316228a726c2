//! A form as it is proposed: its parts, each with what is not sure of it. Plain data, as a form's file will have it.

use super::words::Guess;
use crate::vocabulary::documents::Field;
use crate::vocabulary::material::MaterialKind;

/// What was found on the pages of an empty form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// By the title; `None` where no title says it.
    pub material: Option<MaterialKind>,
    pub titles: Vec<String>,
    /// 0–1: the least sure character of the titles.
    pub titles_sure: f32,
    pub instructions: Vec<String>,
    /// In the page's order.
    pub parts: Vec<DraftPart>,
}

/// One part, and what a person has to say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftPart {
    pub is: PartIs,
    pub asks: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PartIs {
    Cell {
        label: String,
        under: Option<String>,
        below: bool,
        holds: CellHolds,
    },
    Sentence(DraftSentence),
    Line(Vec<DraftPiece>),
    Table {
        section: &'static Field,
        columns: Vec<DraftColumn>,
    },
    /// Print that can be no part as it stands.
    Note(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum CellHolds {
    Unread,
    Field(Guess),
    Choice(Guess, Vec<String>),
    Sentence(DraftSentence),
    Lines(Vec<Vec<DraftPiece>>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct DraftSentence {
    pub section: Option<&'static Field>,
    pub pieces: Vec<DraftPiece>,
    pub repeats: bool,
    pub signature: Option<Vec<DraftPiece>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DraftColumn {
    pub head: String,
    pub pieces: Vec<DraftPiece>,
    pub asks: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum DraftPiece {
    Print(String),
    /// A gap of which is not known what it is for.
    Unknown,
    Field(Guess),
}

/// What is asked of whoever finishes the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// No word says what is filled in.
    WhatIsIt,
    /// The words fit only in part.
    IsItThat,
    /// What is filled in at the gap between these words?
    WhatIsTheGap { before: String, behind: String },
    /// The recogniser is not sure of the print.
    IsItReadRight,
    /// Can the sentence stand there several times?
    DoesItRepeat,
    /// The field that fits has its place already.
    TwiceThere,
    /// Boxes with these words; which field do they tick?
    WhichChoice(Vec<String>),
    /// A person has to write this part.
    WriteItYourself,
}

impl DraftPart {
    pub fn new(is: PartIs) -> Self {
        Self { is, asks: Vec::new() }
    }

    /// The fields that it proposes.
    pub fn fields(&self) -> Vec<Guess> {
        let of = |pieces: &[DraftPiece]| -> Vec<Guess> {
            pieces.iter().filter_map(|p| if let DraftPiece::Field(g) = p { Some(*g) } else { None }).collect()
        };
        let sentence = |s: &DraftSentence| [of(&s.pieces), s.signature.as_deref().map(of).unwrap_or_default()].concat();
        match &self.is {
            PartIs::Note(_) | PartIs::Cell { holds: CellHolds::Unread, .. } => Vec::new(),
            PartIs::Cell { holds: CellHolds::Field(g) | CellHolds::Choice(g, _), .. } => vec![*g],
            PartIs::Cell { holds: CellHolds::Sentence(s), .. } | PartIs::Sentence(s) => sentence(s),
            PartIs::Cell { holds: CellHolds::Lines(lines), .. } => lines.iter().flat_map(|l| of(l)).collect(),
            PartIs::Line(pieces) => of(pieces),
            PartIs::Table { columns, .. } => columns.iter().flat_map(|c| of(&c.pieces)).collect(),
        }
    }
}
