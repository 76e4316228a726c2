//! Exit codes, and what `--help` says of them.

pub const DONE: u8 = 0;
pub const FINDINGS: u8 = 1;
pub const USAGE: u8 = 2;
pub const FAILED_INSIDE: u8 = 3;

/// As a shell tells a command that a closed pipe has ended: whoever read its output stopped reading.
pub const CLOSED_PIPE: u8 = 141;

pub const AUDIT: &str = "Exit codes:
  0  done, whatever the verdicts (unless --fail-on says otherwise)
  1  a submission has a verdict at or above --fail-on
  2  wrong usage, a bad rule pack or batch, or an output that cannot be written
  3  some submissions failed inside the tool (internal-error); takes precedence over 1";

pub const REPLAY: &str = "Exit codes:
  0  done, whatever differs (unless --fail-on-change says otherwise)
  1  a verdict differs, with --fail-on-change
  2  wrong usage, bad rules, findings that cannot be judged again, or an output that cannot be written
  3  some submissions failed inside the tool (internal-error); takes precedence over 1";

pub const VERIFY: &str = "Exit codes:
  0  all is as it was recorded
  1  something is not
  2  wrong usage, or a folder without a finished run";

pub const DOCTOR: &str = "Exit codes:
  0  a run can be made, perhaps with warnings
  2  something would stop it";

pub const INSPECT: &str = "Exit codes:
  0  done, whatever was seen
  2  wrong usage, bad rules, or an output that cannot be written";

pub const CHECK: &str = "Exit codes:
  0  no defect found
  2  wrong usage, or a file with a defect";

pub const DRAFT: &str = "Exit codes:
  0  a draft was written, however much it asks
  2  wrong usage, no form found on the picture, or an output that cannot be written";
