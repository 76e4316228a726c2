//! The day that counts as today, where no other is given.

use anyhow::ensure;
use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};

/// No clock that goes right stands before this day: the oldest notice that the packs have is younger than it by years.
/// A machine without a battery wakes in 1970 or 1980.
const EARLIEST: Date = Date::constant(2020, 1, 1);

/// The day in Beijing, wherever the machine thinks it is: the notices' days are Beijing's.
///
/// # Errors
/// If it cannot be today.
pub fn today() -> anyhow::Result<Date> {
    let day = clock().to_zoned(TimeZone::fixed(offset(8))).date();
    ensure!(
        day >= EARLIEST,
        "this machine's clock says {day}, which cannot be; set the clock, or say which day counts as today with --as-of YYYY-MM-DD"
    );
    Ok(day)
}

/// Now; in builds for tests what the environment says.
fn clock() -> jiff::Timestamp {
    #[cfg(debug_assertions)]
    if let Some(now) = crate::run::faults::clock() {
        return now;
    }
    jiff::Timestamp::now()
}
