//! Values of fields as the flat list of facts and the CSV files show them: text, whole numbers, `2015-03`.
//! One value, one spelling; nothing is parsed here.

use super::calendar::{SpanEnd, ValidUntil, WrittenDate, WrittenMonth};
use super::level::Level;
use serde_json::Value;

/// A value as the flat list and the CSV files show it.
pub trait Plain {
    fn plain(&self) -> Value;
}

impl Plain for String {
    fn plain(&self) -> Value {
        self.as_str().into()
    }
}

impl Plain for Level {
    fn plain(&self) -> Value {
        self.number().into()
    }
}

impl Plain for u32 {
    fn plain(&self) -> Value {
        (*self).into()
    }
}

impl Plain for f32 {
    /// Whole numbers without a fraction: 3, not 3.0.
    fn plain(&self) -> Value {
        if self.fract() == 0.0 && self.abs() < 1e6 {
            (*self as i64).into()
        } else {
            serde_json::to_value(self).unwrap_or(Value::Null)
        }
    }
}

impl Plain for WrittenMonth {
    /// `2015-03`; what was not written is `_`.
    fn plain(&self) -> Value {
        [part(self.year, 4), part(self.month, 2)].join("-").into()
    }
}

impl Plain for WrittenDate {
    fn plain(&self) -> Value {
        [part(self.year, 4), part(self.month, 2), part(self.day, 2)].join("-").into()
    }
}

impl Plain for SpanEnd {
    fn plain(&self) -> Value {
        match self {
            Self::Month(m) => m.plain(),
            Self::UntilNow => "至今".into(),
        }
    }
}

impl Plain for ValidUntil {
    fn plain(&self) -> Value {
        match self {
            Self::Date(d) => d.plain(),
            Self::Unlimited => "长期".into(),
        }
    }
}

fn part(number: Option<u16>, width: usize) -> String {
    number.map_or_else(|| "_".to_owned(), |n| format!("{n:0width$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_plain() {
        for (value, plain) in [
            (Level::Two.plain(), "2"),
            (3.0f32.plain(), "3"),
            (1.5f32.plain(), "1.5"),
            (WrittenMonth::new(2015, 3).plain(), "\"2015-03\""),
            (WrittenDate { year: Some(2024), month: None, day: Some(9) }.plain(), "\"2024-_-09\""),
            (SpanEnd::UntilNow.plain(), "\"至今\""),
            (ValidUntil::Unlimited.plain(), "\"长期\""),
        ] {
            assert_eq!(value.to_string(), plain);
        }
    }
}
