//! The clock: when a run begins, and the day that counts as today where no other is given.
//! Nothing else of the program asks what time it is, but for how long something takes.

use anyhow::ensure;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone, offset};
use jiff::{Timestamp, Unit};

/// No clock that goes right stands before this day: the oldest notice that the packs have is younger than it by years.
/// A machine without a battery wakes in 1970 or 1980.
const EARLIEST: Date = Date::constant(2020, 1, 1);
/// The notices' days are Beijing's, wherever the machine thinks it is.
const BEIJING: Offset = offset(8);

/// The moment at which a run begins: what `--clock` says, else now.
pub fn started(given: Option<Timestamp>) -> Timestamp {
    given.unwrap_or_else(clock)
}

/// A moment as `run.json` has it: `2026-11-30T01:00:00+08:00`.
pub fn written(moment: Timestamp) -> String {
    moment.round(Unit::Second).unwrap_or(moment).display_with_offset(BEIJING).to_string()
}

/// Its day in Beijing.
///
/// # Errors
/// If it cannot be today.
pub fn day_of(moment: Timestamp) -> anyhow::Result<Date> {
    let day = moment.to_zoned(TimeZone::fixed(BEIJING)).date();
    ensure!(
        day >= EARLIEST,
        "this machine's clock says {day}, which cannot be; set the clock, or say which day counts as today with --as-of YYYY-MM-DD"
    );
    Ok(day)
}

/// Today in Beijing.
///
/// # Errors
/// As for [`day_of`].
pub fn today() -> anyhow::Result<Date> {
    day_of(clock())
}

/// Now; in builds for tests what the environment says.
fn clock() -> Timestamp {
    #[cfg(debug_assertions)]
    if let Some(now) = crate::run::faults::clock() {
        return now;
    }
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_beijings_day() {
        for (moment, told, day) in [
            ("2026-11-30T15:59:59Z", "2026-11-30T23:59:59+08:00", Some(Date::constant(2026, 11, 30))),
            ("2026-11-30T16:00:00.4Z", "2026-12-01T00:00:00+08:00", Some(Date::constant(2026, 12, 1))),
            ("2026-11-30T18:00:00-05:00", "2026-12-01T07:00:00+08:00", Some(Date::constant(2026, 12, 1))),
            ("1980-01-01T00:00:00Z", "1980-01-01T08:00:00+08:00", None),
        ] {
            let moment: Timestamp = moment.parse().unwrap();
            assert_eq!((written(moment).as_str(), day_of(moment).ok()), (told, day));
        }
    }
}
