//! Printed documents: the upright page with its lines of print, and what stands where on it.
//! Knows no document: [`super::documents`] decide which characters are which field.

pub mod facts;
pub mod labels;
pub mod page;
pub mod read;
pub mod text;
pub mod values;

pub use page::{PrintedPage, quad_of, without_red_ink};
pub use text::{Glyph, Text};
