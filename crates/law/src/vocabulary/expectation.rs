//! What a reader may expect to find: the closed lists of all packs, the values that the registration gives, and what
//! people said that pages are.
//! A reader *verifies* against these and reads freely as well, so that a real difference is not smoothed away.

use super::documents::AssignedPage;
use super::level::Level;
use jiff::civil::Date;
use serde::Serialize;

/// Serialised whole into the store's key: a field that is added is part of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Expectations {
    pub name: Option<String>,
    pub id_number: Option<String>,
    pub mobile: Option<String>,
    pub chsi_code: Option<String>,
    pub prior_certificate_number: Option<String>,
    pub occupation: Option<String>,
    pub level: Option<Level>,
    pub birth_date: Option<Date>,
    pub registered_on: Option<Date>,
    /// The text of the condition that was chosen, if the pack has it.
    pub condition: Option<String>,
    /// Every condition text of every pack, distinct, sorted: the candidates for a copy.
    pub conditions: Vec<String>,
    /// 本职业 and 相关职业 of every pack, distinct, sorted.
    pub occupations: Vec<String>,
    /// 本专业 and 相关专业 of every pack, distinct, sorted.
    pub majors: Vec<String>,
    /// Ids of the forms that the applicant's pack accepts (empty: it does not say).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
    /// Employers' names, if a register says which are likely (empty: none).
    pub employers: Vec<String>,
    /// Pages that a person has told the material of: his word goes before the file's name and before the page's title.
    /// Not serialised where there are none, so that the store's keys of all other submissions stay as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assigned: Vec<AssignedPage>,
}
