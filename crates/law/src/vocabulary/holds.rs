//! What a field of a document holds: whoever describes a form names a type of field that fits it.

/// What a document's field holds, as far as a form's file can name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    Whole,
    Years,
    Month,
    SpanEnd,
    Date,
    ValidUntil,
    Level,
    Sex,
    /// A text copied from a closed list.
    Copy,
    /// Fields of its own: a sentence, or several.
    Section,
    /// No field of the paper.
    Nothing,
}
