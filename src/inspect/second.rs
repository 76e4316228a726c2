//! A second reading of a printed field that is in doubt, by another engine; both readings stand in the evidence.
//! It settles nothing by itself: that two engines agree on a value raises its confidence, that they differ leaves the doubt.

use super::printed::Paper;
use crate::ocr::Engine;
use crate::vocabulary::fact::{Fact, SecondReading, State};
use crate::vocabulary::text::normalise;

pub struct Reader<'a, 'p> {
    pub engine: Option<&'a dyn Engine>,
    pub paper: &'a Paper<'p>,
    /// 0–1: facts surer than this are not read again.
    pub threshold: f32,
}

impl Reader<'_, '_> {
    /// Reads the fact's own place again, if the fact is in doubt and there is a second engine.
    pub fn read(&self, fact: &mut Fact<String>) {
        let (Some(engine), State::Read) = (self.engine, fact.state) else { return };
        let Some(region) = fact.place.as_ref().and_then(|p| p.region).filter(|_| fact.confidence < self.threshold) else { return };
        let Some(line) = self.paper.line_at(region) else { return };
        // the second engine is a help, not a need: where it fails the first reading stands as it was
        let Ok(reading) = engine.recognise(&line) else { return };
        let text: String = reading.text.chars().filter(|c| !c.is_whitespace()).collect();
        let same = fact.text.as_deref().is_some_and(|t| !t.is_empty() && normalise(&text).contains(&normalise(t)));
        if same {
            // two readers that err independently: what is left is the product of their doubts
            let doubt = (1.0 - fact.confidence) * (1.0 - reading.confidence.clamp(0.0, 0.95));
            fact.confidence = fact.confidence.max((1.0 - doubt).min(0.97));
        }
        fact.second = Some(SecondReading { engine: engine.name().to_owned(), text, confidence: reading.confidence });
    }
}
