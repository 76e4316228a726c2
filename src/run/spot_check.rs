//! `--spot-check`: draws a share of the cleared submissions for a person to look at, by a keyed hash of the id: the same
//! ones on every run, and nobody without the key knows which.
//! Marks only: no verdict depends on it.

use crate::disk;
use crate::pipeline::Judge;
use crate::run::given::{Adjusted, Adjustment};
use crate::run::key_file;
use crate::store::SPOT_CHECK_KEY_FILE;
use crate::vocabulary::documents::Documents;
use crate::vocabulary::finding::Verdict;
use crate::vocabulary::outcome::{Given, Judged};
use crate::vocabulary::submission::Submission;
use anyhow::{Context as _, bail, ensure};
use hmac::{Hmac, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::path::{Path, PathBuf};

/// The name of the option in `run.json`.
const OPTION: &str = "spot_check";
/// Hex digits of a key's mark.
const MARK: usize = 12;

/// A part of all, over 0 and up to 1: `5%` or `0.05`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(f64);

impl Share {
    pub fn part(self) -> f64 {
        self.0
    }

    /// `n` below this is drawn.
    fn end(self) -> u128 {
        // 1 is 2^64: everything.
        (self.0 * (1_u128 << 64) as f64) as u128
    }
}

impl std::str::FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = match text.trim().strip_suffix(['%', '％']) {
            Some(percent) => percent.trim().parse::<f64>().map(|p| p / 100.0),
            None => text.trim().parse(),
        };
        match part {
            Ok(part) if part > 0.0 && part <= 1.0 => Ok(Self(part)),
            _ => Err("give a share over 0 and up to 100%, as 5%".to_owned()),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    pub share: Option<Share>,
    pub key: Option<PathBuf>,
}

/// Draws, and says so in the run's record.
pub struct Drawing {
    share: Share,
    mac: Hmac<Sha256>,
}

/// The draw that is asked for, with its key, which is made on first use: the one that is given, else the store's.
///
/// # Errors
/// A key that cannot be used or made, or nowhere to keep one.
pub fn drawing(asked: &Asked, store: Option<&Path>, out: Option<&Path>) -> anyhow::Result<Option<Drawing>> {
    let Some(share) = asked.share else {
        ensure!(asked.key.is_none(), "--spot-check-key does nothing without --spot-check");
        return Ok(None);
    };
    let path = match (&asked.key, store) {
        (Some(key), _) => key.clone(),
        (None, Some(store)) => store.join(SPOT_CHECK_KEY_FILE),
        (None, None) => bail!(
            "--spot-check needs --spot-check-key FILE here: who draws by another key each time draws others each time; the file is made if it is not there"
        ),
    };
    if let (Some(key), Some(out)) = (&asked.key, out) {
        ensure!(
            !disk::is_inside(key, out),
            "key {} lies in the output folder and would be handed on with it; keep it elsewhere",
            key.display()
        );
    }
    if !path.exists() {
        key_file::make(&path).with_context(|| {
            format!("no key can be made at {}; give another place with --spot-check-key", path.display())
        })?;
    }
    let secret = key_file::read(&path)?;
    let mac = Hmac::new_from_slice(&secret).map_err(|e| anyhow::anyhow!("key {}: {e}", path.display()))?;
    Ok(Some(Drawing { share, mac }))
}

/// The judge, whose judgements are marked if there is a draw; enters it into the options of the run.
pub fn drawn(judge: Box<dyn Judge>, drawing: Option<Drawing>, options: &mut Map<String, Value>) -> Box<dyn Judge> {
    options.insert(OPTION.into(), drawing.as_ref().map_or(Value::Null, Drawing::option));
    match drawing {
        Some(drawing) => Box::new(Adjusted { judge, by: vec![Box::new(drawing)] }),
        None => judge,
    }
}

impl Drawing {
    fn hash(&self, text: &str) -> String {
        let mut mac = self.mac.clone();
        mac.update(text.as_bytes());
        format!("{:x}", mac.finalize().into_bytes())
    }

    /// Is this one of the share?
    fn draws(&self, id: &str) -> bool {
        let number =
            u64::from_str_radix(&self.hash(&format!("yushen: spot check\n{id}"))[..16], 16).unwrap_or(u64::MAX);
        u128::from(number) < self.share.end()
    }

    /// Which share, by which key: its mark says nothing of the key.
    fn option(&self) -> Value {
        json!({ "share": self.share.part(), "key": &self.hash("yushen: which key is this?")[..MARK] })
    }
}

impl Adjustment for Drawing {
    /// The cleared are drawn; and who was corrected, because a correction may be what a spot check found: it stays in
    /// the draw, or what slipped through would vanish from it.
    fn adjust(&self, submission: &Submission, _documents: &Documents, judged: &mut Judged) {
        let corrected = |entry: &Value| ["correct", "overrule", "assign"].iter().any(|kind| entry["kind"] == *kind);
        let waived = judged.flags.iter().any(|f| f.waived.is_some());
        let eligible = judged.verdict == Verdict::Pass && !waived || judged.record.iter().any(corrected);
        judged.spot_check |= eligible && self.draws(&submission.id);
    }

    fn given(&self) -> Vec<Given> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Drawing, Share, drawing};
    use crate::run::given::Adjustment as _;
    use crate::vocabulary::documents::Documents;
    use crate::vocabulary::finding::{Flag, Message, Severity};
    use crate::vocabulary::outcome::Judged;
    use crate::vocabulary::submission::Submission;
    use serde_json::json;
    use std::path::Path;

    fn asked(share: &str, key: Option<&Path>) -> Asked {
        Asked { share: Some(share.parse().unwrap()), key: key.map(Path::to_owned) }
    }

    fn of(folder: &Path, share: &str) -> Drawing {
        drawing(&asked(share, None), Some(folder), None).unwrap().unwrap()
    }

    #[test]
    fn shares_are_parts() {
        for (text, part) in [
            ("5%", Some(0.05)),
            ("0.05", Some(0.05)),
            ("0.5 %", Some(0.005)),
            ("100%", Some(1.0)),
            ("5％", Some(0.05)),
            ("0%", None),
            ("101%", None),
            ("5", None),
            ("-1%", None),
            ("NaN", None),
            ("five", None),
        ] {
            assert_eq!(text.parse::<Share>().ok().map(Share::part), part, "{text}");
        }
    }

    #[test]
    fn a_key_draws_the_same_share_every_time() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let ids: Vec<String> = (0..4000).map(|n| format!("2024{n:04}")).collect();
        let drawn = |d: &Drawing| ids.iter().filter(|id| d.draws(id)).cloned().collect::<Vec<_>>();
        let first = drawn(&of(one.path(), "5%"));
        assert!((150..250).contains(&first.len()), "{} of 4000", first.len());
        assert_eq!(drawn(&of(one.path(), "5%")), first, "the key was kept");
        let more = drawn(&of(one.path(), "20%"));
        assert!(first.iter().all(|id| more.contains(id)), "a larger share holds the smaller one");
        assert_ne!(drawn(&of(other.path(), "5%")), first, "another office draws others");
        assert_eq!(drawn(&of(one.path(), "100%")).len(), ids.len());
    }

    #[test]
    fn only_the_cleared_and_the_corrected_are_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let all = of(folder.path(), "100%");
        let flag = |severity| Flag::new("photo-bytes", severity, Message::new("照片", "photo"));
        let review = || Judged::of(vec![flag(Severity::Review)]);
        let said = |kind: &str| vec![json!({ "kind": kind })];
        for (what, judged, drawn) in [
            ("nothing is flagged", Judged::of(Vec::new()), true),
            ("a note", Judged::of(vec![flag(Severity::Note)]), true),
            ("flagged", review(), false),
            ("flagged, and decided on", Judged { record: said("accept"), ..review() }, false),
            ("flagged since it was corrected", Judged { record: said("correct"), ..review() }, true),
        ] {
            let mut now = judged.clone();
            all.adjust(&Submission::default(), &Documents::default(), &mut now);
            assert_eq!(now.spot_check, drawn, "{what}");
            assert_eq!(Judged { spot_check: false, ..now }, judged, "{what}: nothing else changes");
        }
    }

    #[test]
    fn a_draw_needs_a_key_that_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |asked: &Asked, out: Option<&Path>| format!("{:#}", drawing(asked, None, out).err().unwrap());
        let short = folder.path().join("short");
        std::fs::write(&short, "secret\n").unwrap();
        assert!(refused(&asked("5%", None), None).contains("--spot-check-key FILE"));
        assert!(refused(&asked("5%", Some(&short)), None).contains("could be guessed"));
        assert!(refused(&asked("5%", Some(&short)), Some(folder.path())).contains("handed on"));
        assert!(refused(&Asked { share: None, key: Some(short) }, None).contains("without --spot-check"));
        assert!(drawing(&Asked::default(), None, None).unwrap().is_none());
    }
}
