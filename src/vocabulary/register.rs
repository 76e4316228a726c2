//! The enterprise register as the rules see it: names and life spans of employers.

use jiff::civil::Date;

/// One enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enterprise {
    pub name: String,
    pub credit_code: Option<String>,
    pub founded: Option<Date>,
    pub dissolved: Option<Date>,
    pub former_names: Vec<String>,
}

/// A lookup's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// Found under its present or a former name; several where several bear or bore it.
    Found(Vec<Enterprise>),
    /// Not there; these names are near (never equated).
    NotFound { near: Vec<&'a str> },
    /// No register was given with this batch.
    NoRegister,
}

/// What the rules ask of a register.
pub trait Register: Sync {
    /// Looks an employer up by its exact name, after [`super::text::normalise`].
    fn look_up(&self, name: &str) -> Lookup<'_>;
}

/// A batch without `companies.csv`.
pub struct NoRegister;

impl Register for NoRegister {
    fn look_up(&self, _name: &str) -> Lookup<'_> {
        Lookup::NoRegister
    }
}
