//! What reading needs beside the pages themselves: recognisers, settings, what is expected of the applicant.
//! Plain borrowed values; nothing is computed here.

use super::photo::FaceModels;
use super::recognisers::Recognisers;
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::form::Form;
use crate::vocabulary::register::Register;
use crate::vocabulary::settings::{ReadingSettings, Settings};
use crate::vocabulary::submission::MaterialFile;

/// What a worker reads submissions with.
pub struct ReadContext<'a> {
    pub recognisers: Recognisers<'a>,
    pub faces: Option<&'a FaceModels>,
    pub settings: &'a Settings,
    /// Every form that is known.
    pub forms: &'a [Form],
    pub register: &'a dyn Register,
    /// The bytes of a file, or why there are none.
    pub open: &'a dyn Fn(&MaterialFile) -> Result<Vec<u8>, String>,
}

/// What the documents of one submission are read with.
pub struct DocumentContext<'a> {
    pub recognisers: &'a Recognisers<'a>,
    pub expect: &'a Expectations,
    pub settings: &'a ReadingSettings,
    pub forms: &'a [Form],
    pub register: &'a dyn Register,
}

impl ReadContext<'_> {
    /// The same for the documents of an applicant of whom this is expected.
    pub fn of_documents<'b>(&'b self, expect: &'b Expectations) -> DocumentContext<'b> {
        DocumentContext {
            recognisers: &self.recognisers,
            expect,
            settings: &self.settings.reading,
            forms: self.forms,
            register: self.register,
        }
    }
}
