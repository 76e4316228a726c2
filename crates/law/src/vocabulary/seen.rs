//! One page of one file as it was laid before the readers: the sheet, its cells and its lines, before anything was
//! asked of its kind.
//! What its blanks say stands in the facts.

use super::documents::{PageOutcome, SeenAs, SheetFacts};
use super::fact::Region;
use super::passage::ReadLine;
use serde::Serialize;

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenPage {
    /// From 1.
    pub page: u16,
    /// Width and height in pixels, upright as the file's own orientation has it.
    pub size: [u32; 2],
    #[serde(flatten)]
    pub outcome: PageOutcome,
    /// The kind that the page itself shows; `None`: cannot be told.
    pub seen_as: Option<SeenAs>,
    pub sheet: Option<SheetFacts>,
    /// Width and height of the rectified page, pixels; `None` if there is none.
    pub flat_size: Option<[u32; 2]>,
    /// The table's cells, in reading order.
    pub cells: Vec<SeenCell>,
    /// Lines with their readings. Empty where the page's kind is known and its readings are facts.
    pub lines: Vec<ReadLine>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenCell {
    /// From 1.
    pub number: usize,
    /// In pixels of the page as handed in, after its EXIF orientation.
    #[serde(rename = "box")]
    pub region: Region,
    /// In pixels of the rectified page.
    pub flat: Region,
}
