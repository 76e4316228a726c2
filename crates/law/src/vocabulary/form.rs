//! A printed form as its file in `rules/forms/` describes it: titles, labelled cells, sentences with fields, rows of a table.
//! These types hold only what has passed `packs`; nothing is read or judged here.

use super::documents::Field;
use super::holds::Holds;
use super::material::MaterialKind;

/// One printed form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The file's name without `.toml`.
    pub id: String,
    pub material: MaterialKind,
    /// As they are printed at the page's head; the first is the form's name in messages.
    pub titles: Vec<String>,
    /// Titles of what is printed behind the form, where nothing is filled in.
    pub instructions: Vec<String>,
    /// In the file's order, which is the page's.
    pub parts: Vec<Part>,
    /// Of the file, lower-case hex.
    pub sha256: String,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Cell(FormCell),
    /// A printed text with fields, on the page itself.
    Text(Sentence),
    /// One printed line with fields, found on the page by its print.
    Line(PrintedLine),
    Table(RowTable),
}

/// A cell of a table that is known by its printed label.
#[derive(Debug, Clone, PartialEq)]
pub struct FormCell {
    /// Wordings of the label, any of which may be printed.
    pub labels: Vec<String>,
    /// The printed heading beside several labels, which tells labels of one wording apart.
    pub under: Option<String>,
    /// Where its value stands.
    pub value: Side,
    pub content: Content,
    /// Width and height that the value's cell has at least, millimetres.
    pub least_mm: [f32; 2],
}

/// Where a label's value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Right,
    Below,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing that is read: the label only tells this form from others.
    Unread,
    Field(FormField),
    /// Boxes beside printed words, one of which is ticked.
    Choice {
        field: FormField,
        options: Vec<String>,
    },
    Sentences(Sentence),
    /// Lines that are found by their print, within the cell.
    Lines(Vec<PrintedLine>),
}

/// A printed sentence with fields, and the line for a signature below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The section of the document whose fields it fills; `None`: the document's own.
    pub section: Option<&'static Field>,
    pub pieces: Vec<Piece>,
    /// It may stand there several times, one below the other.
    pub repeats: bool,
    pub signature: Option<PrintedLine>,
}

/// A printed line with fields.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintedLine {
    pub pieces: Vec<Piece>,
    /// A line that bears one of these is it.
    pub known_by: Vec<String>,
}

/// A part of a printed sentence, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Print(String),
    /// Print that some copies of the form lack, or over which people write: `[师]`.
    Loose(String),
    /// Print that is not written out: `…`.
    Skipped,
    Field(FormField),
}

/// A table with one row for each of several things, under a row of heads.
#[derive(Debug, Clone, PartialEq)]
pub struct RowTable {
    /// The section that gets one entry for each filled row.
    pub section: &'static Field,
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Wordings of its head.
    pub heads: Vec<String>,
    /// What stands in its cells; empty: it is not read.
    pub pieces: Vec<Piece>,
}

/// A field of the document, as this form has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FormField {
    /// The section of which it is a part.
    pub section: Option<&'static Field>,
    pub field: &'static Field,
    pub of: FieldType,
    /// Nobody has to fill it in.
    pub may_be_empty: bool,
    /// It has to be written by hand.
    pub by_hand: bool,
}

/// Declares the types of fields with the name of each in a form's file, what it holds, and what a clerk reads of it.
macro_rules! types {
    ($($of:ident: $name:literal, $holds:pat, $about:literal;)+) => {
        /// How the writing in a field is read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum FieldType {
            $(#[doc = $about] $of,)+
        }

        impl FieldType {
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$of),+];

            /// The word in a form's file.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$of => $name,)+
                }
            }

            /// What is written in such a field, for whoever writes a form's file.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$of => $about,)+
                }
            }

            /// Can a field that holds this be read so?
            pub fn fits(self, holds: Holds) -> bool {
                match self {
                    $(Self::$of => matches!(holds, $holds),)+
                }
            }
        }
    };
}

types! {
    Name: "name", Holds::Text, "the applicant's name; where the field is a signature, the signature";
    IdNumber: "id-number", Holds::Text, "the number of an identity document, 18 characters mostly";
    Occupation: "occupation", Holds::Text, "a word of the packs' lists of occupations";
    Level: "level", Holds::Level, "a level: 二级, 2, 技师";
    Month: "month", Holds::Month | Holds::SpanEnd, "a year and a month, 年 and 月 printed or written behind them; 至今 where the field is a span's end";
    Date: "date", Holds::Date, "a year, a month and a day, 年, 月 and 日 printed behind them";
    Years: "years", Holds::Years, "a number of years, perhaps with a half";
    Hours: "hours", Holds::Whole, "a number of hours";
    Employer: "employer", Holds::Text, "the name of an employer, looked up in the register where there is one";
    School: "school", Holds::Text, "the name of a school or of a place of training";
    Major: "major", Holds::Text, "a word of the packs' lists of majors";
    CertificateNumber: "certificate-number", Holds::Text, "the number of an earlier certificate";
    ChsiCode: "chsi-code", Holds::Text, "a 学信网 verification code";
    Phone: "phone", Holds::Text, "a mobile number";
    Condition: "condition", Holds::Copy, "the copied 申报条件, compared character for character";
    Sex: "sex", Holds::Sex, "男 or 女, written or ticked";
    Education: "education", Holds::Text, "a word for schooling: 本科, 中专, 高级技工 …";
    Free: "free", Holds::Text, "any text";
}

impl Form {
    /// The form's name in messages.
    pub fn title(&self) -> &str {
        self.titles.first().map_or(self.id.as_str(), String::as_str)
    }

    /// Every field that the form has, in its order.
    pub fn fields(&self) -> Vec<FormField> {
        let mut all = Vec::new();
        for part in &self.parts {
            match part {
                Part::Cell(cell) => match &cell.content {
                    Content::Unread => {}
                    Content::Field(field) | Content::Choice { field, .. } => all.push(*field),
                    Content::Sentences(sentence) => sentence.fields(&mut all),
                    Content::Lines(lines) => lines.iter().for_each(|l| fields(&l.pieces, &mut all)),
                },
                Part::Text(sentence) => sentence.fields(&mut all),
                Part::Line(line) => fields(&line.pieces, &mut all),
                Part::Table(table) => table.columns.iter().for_each(|c| fields(&c.pieces, &mut all)),
            }
        }
        all
    }

    /// This field of the document (`section` of which it is a part), if the form has it.
    pub fn field(&self, section: Option<&str>, name: &str) -> Option<FormField> {
        self.fields().into_iter().find(|f| f.section.map(|s| s.name) == section && f.field.name == name)
    }

    /// Does the form have a table of rows for this section? Then the section has no sentences.
    pub fn has_rows(&self, section: &str) -> bool {
        self.parts.iter().any(|p| matches!(p, Part::Table(t) if t.section.name == section))
    }

    /// The printed labels and heads by which its table is known.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| match part {
            Part::Cell(cell) => cell.labels.iter().map(String::as_str).collect::<Vec<_>>(),
            Part::Table(table) => table.columns.iter().flat_map(|c| &c.heads).map(String::as_str).collect(),
            Part::Text(_) | Part::Line(_) => Vec::new(),
        })
    }
}

impl Sentence {
    fn fields(&self, all: &mut Vec<FormField>) {
        fields(&self.pieces, all);
        self.signature.iter().for_each(|line| fields(&line.pieces, all));
    }

    /// The print before the first field, without the parts that may be missing.
    pub fn begins(&self) -> Option<&str> {
        self.pieces.iter().find_map(|p| match p {
            Piece::Print(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The print behind the last field.
    pub fn ends(&self) -> Option<&str> {
        match self.pieces.iter().rev().find(|p| !matches!(p, Piece::Skipped)) {
            Some(Piece::Print(text)) => Some(text.as_str()),
            _ => None,
        }
    }
}

fn fields(pieces: &[Piece], all: &mut Vec<FormField>) {
    all.extend(pieces.iter().filter_map(|p| match p {
        Piece::Field(field) => Some(*field),
        _ => None,
    }));
}
