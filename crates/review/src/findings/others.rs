//! Who else handed in: what of a sentence to one applicant names another one, and the sentence without it.
//! Knows what it was told of; an identity number that is not the applicant's own is left out whoever's it is.

use super::finding::Finding;
use super::heading::Heading;
use super::person::{Finder, Hit, find};
use crate::vocabulary::submission::Registration;

/// Shortest ids, and shortest values of Latin letters and digits, that are looked for in a sentence: a shorter one is
/// too often an ordinary number.
const LEAST_ID: usize = 6;
const LEAST_LATIN: usize = 4;

/// What names the applicants of a run.
#[derive(Default)]
pub struct Others {
    finder: Finder<&'static str>,
}

impl Others {
    pub fn learn(&mut self, f: &Finding) {
        let personal = f.registration.iter().flat_map(Registration::personal).filter(|(what, ..)| !what.is_common());
        self.learn_of(&f.submission_id, personal.flat_map(|(_, raw, value)| [Some(raw), value]).flatten());
    }

    /// One applicant by the id of his submission, and whatever else names him.
    pub fn learn_of<'v>(&mut self, id: &str, values: impl Iterator<Item = &'v str>) {
        self.finder.learn_from(id, LEAST_ID, "其他报名");
        values.for_each(|value| self.finder.learn_from(value, LEAST_LATIN, "他人"));
    }

    /// The sentence without what names another applicant than this one, and without an identity number that is not
    /// his own.
    pub fn hidden(&self, sentence: &str, own: &Finding) -> String {
        const OWN: &str = "";
        let mut mine = Finder::default();
        mine.learn(&own.submission_id, OWN);
        let known = Heading::known(own);
        [&known.name, &known.number].into_iter().for_each(|v| mine.learn(v, OWN));
        for (_, raw, value) in own.registration.iter().flat_map(Registration::personal) {
            [Some(raw), value].into_iter().flatten().for_each(|v| mine.learn(v, OWN));
        }
        let (mut out, mut end) = (String::with_capacity(sentence.len()), 0);
        for (at, hit) in find(sentence, &[&mine, &self.finder]) {
            let instead = match hit {
                Hit::Known(&OWN) | Hit::Phone => continue,
                Hit::Known(word) => word,
                Hit::Number => "（号码略）",
            };
            out.push_str(&sentence[end..at.start]);
            out.push_str(instead);
            end = at.end;
        }
        out.push_str(&sentence[end..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Others;
    use crate::findings::finding::{Finding, Stored};
    use crate::vocabulary::documents::Documents;
    use crate::vocabulary::outcome::Judged;
    use crate::vocabulary::submission::{Entry, Registration, Submission};

    fn finding(id: &str, name: &str, number: &str) -> Finding {
        let registration = Registration {
            name: Some(Entry::new(name, Some(name.to_owned()))),
            id_number: Some(Entry::new(number, Some(number.to_owned()))),
            ..Registration::default()
        };
        let submission = Submission { id: id.into(), registration: Some(registration), ..Submission::default() };
        Finding::new(Stored::read(0, submission, Documents::default()), Judged::of(Vec::new()))
    }

    #[test]
    fn nobody_else_is_named() {
        let own = finding("20241500001", "王永刚", "110101199003070011");
        let mut others = Others::default();
        for f in [&own, &finding("20241500002", "王永", "110101199003070038"), &finding("12", "王永刚", "E1234567")]
        {
            others.learn(f);
        }
        for (sentence, expected) in [
            ("王永刚的照片与王永（20241500002）相同", "王永刚的照片与他人（其他报名）相同"),
            ("20241500001 共 12 个月", "20241500001 共 12 个月"),
            ("号码 110101199003070011 应为 110101199003070038", "号码 110101199003070011 应为 他人"),
            ("身份证为 110101199003070054", "身份证为 （号码略）"),
            ("护照 E1234567，电话 13800001234", "护照 他人，电话 13800001234"),
        ] {
            assert_eq!(others.hidden(sentence, &own), expected);
        }
    }
}
