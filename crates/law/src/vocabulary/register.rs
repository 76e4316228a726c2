//! The enterprise register as the rules see it: names and life spans of employers; and what it answered about one
//! submission.
//! Loading a register and finding near names is the business of `ingest`.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enterprise {
    pub name: String,
    pub credit_code: Option<String>,
    #[schemars(with = "Option<String>")]
    pub founded: Option<Date>,
    #[schemars(with = "Option<String>")]
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

/// What a register said about one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterAnswer {
    /// As it was asked: the employer's name as read.
    pub asked: String,
    /// Enterprises that bear or bore it; none: the register does not have it.
    pub found: Vec<Enterprise>,
    /// Names that are near it (never equated).
    pub near: Vec<String>,
}

/// All that a register said about one submission's employers: the rules ask nothing else of it, so they can be judged
/// again without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RegisterAnswers(
    /// `None`: no register was given with the batch.
    pub Option<Vec<RegisterAnswer>>,
);

impl RegisterAnswers {
    /// Asks `register` for each name, in their order, each once.
    pub fn ask<'n>(register: &dyn Register, names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut answers: Vec<RegisterAnswer> = Vec::new();
        for name in names {
            if answers.iter().any(|a| a.asked == name) {
                continue;
            }
            let (found, near) = match register.look_up(name) {
                Lookup::NoRegister => return Self(None),
                Lookup::Found(enterprises) => (enterprises, Vec::new()),
                Lookup::NotFound { near } => (Vec::new(), near.into_iter().map(ToOwned::to_owned).collect()),
            };
            answers.push(RegisterAnswer { asked: name.to_owned(), found, near });
        }
        Self((!answers.is_empty()).then_some(answers))
    }
}

impl Register for RegisterAnswers {
    /// A name that was never asked has no answer, as if there were no register.
    fn look_up(&self, name: &str) -> Lookup<'_> {
        match self.0.iter().flatten().find(|a| a.asked == name) {
            None => Lookup::NoRegister,
            Some(answer) if answer.found.is_empty() => {
                Lookup::NotFound { near: answer.near.iter().map(String::as_str).collect() }
            }
            Some(answer) => Lookup::Found(answer.found.clone()),
        }
    }
}
