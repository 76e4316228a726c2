//! Every blank of a form by its name, so that what is measured on all of them is written once.
//! Names are those of the flat list of facts; nothing is measured here.

use crate::vocabulary::documents::{ApplicationForm, Commitment, SchoolSentence, WorkSentence};
use crate::vocabulary::fact::Fact;

/// Looks at one blank after the other.
pub trait Visitor {
    fn blank<T>(&mut self, field: &str, fact: &mut Fact<T>);
}

pub fn of_form(form: &mut ApplicationForm, v: &mut impl Visitor) {
    v.blank("name", &mut form.name);
    v.blank("number", &mut form.number);
    v.blank("prior_occupation", &mut form.prior_occupation);
    v.blank("prior_level", &mut form.prior_level);
    v.blank("prior_certificate_number", &mut form.prior_certificate_number);
    v.blank("occupation", &mut form.occupation);
    v.blank("level", &mut form.level);
    if let Some(copy) = &mut form.condition {
        v.blank("condition", &mut copy.fact);
    }
    v.blank("chsi_code", &mut form.chsi_code);
    for (i, sentence) in form.work.iter_mut().enumerate() {
        work(&format!("work[{i}]."), sentence, v);
    }
    school("education.", &mut form.education, v);
}

pub fn of_letter(c: &mut Commitment, v: &mut impl Visitor) {
    v.blank("name", &mut c.name);
    v.blank("number", &mut c.number);
    v.blank("occupation", &mut c.occupation);
    v.blank("level", &mut c.level);
    v.blank("start", &mut c.start);
    v.blank("end", &mut c.end);
    v.blank("years", &mut c.years);
    v.blank("education", &mut c.education);
    v.blank("institution", &mut c.institution);
    v.blank("hours", &mut c.hours);
    v.blank("signature", &mut c.signature);
    v.blank("mobile", &mut c.mobile);
    v.blank("signed_on", &mut c.signed_on);
}

fn work(at: &str, w: &mut WorkSentence, v: &mut impl Visitor) {
    v.blank(&format!("{at}start"), &mut w.start);
    v.blank(&format!("{at}end"), &mut w.end);
    v.blank(&format!("{at}employer"), &mut w.employer);
    v.blank(&format!("{at}occupation_start"), &mut w.occupation_start);
    v.blank(&format!("{at}occupation_end"), &mut w.occupation_end);
    v.blank(&format!("{at}occupation"), &mut w.occupation);
    v.blank(&format!("{at}years"), &mut w.years);
    v.blank(&format!("{at}signature"), &mut w.signature);
    v.blank(&format!("{at}signed_on"), &mut w.signed_on);
}

fn school(at: &str, s: &mut SchoolSentence, v: &mut impl Visitor) {
    v.blank(&format!("{at}start"), &mut s.start);
    v.blank(&format!("{at}end"), &mut s.end);
    v.blank(&format!("{at}school"), &mut s.school);
    v.blank(&format!("{at}major"), &mut s.major);
    v.blank(&format!("{at}signature"), &mut s.signature);
    v.blank(&format!("{at}signed_on"), &mut s.signed_on);
}
