//! How a measure is said to a clerk: its value against its bound, in words.
//! Judges by the bound that it is given; which measure is wrong how severely is the rule's own.

/// One measure out of its bounds.
pub struct Off {
    /// What is wrong in the office's words: 头部倾斜.
    pub word: &'static str,
    /// What was measured and what is allowed, in words: 倾斜约 12°, 不超过 7°.
    pub seen: String,
    pub allowed: String,
    /// The measure by its name, for the English.
    pub en: String,
}

/// How a measure is said: what it is called, as which multiple of its value, and the unit behind it.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    pub name: &'static str,
    pub times: f32,
    pub unit: &'static str,
}

/// A measure that is said as it is.
pub const fn plainly(name: &'static str) -> Said {
    Said { name, times: 1.0, unit: "" }
}

/// A part, said in per cent.
pub const fn per_cent(name: &'static str) -> Said {
    Said { name, times: 100.0, unit: " %" }
}

impl Said {
    /// A value and its bound with as few decimals as tell them apart: 倾斜约 12°, 不超过 7°.
    fn against(self, value: f32, bound: f32, allowed: &str) -> (String, String) {
        let Self { name, times, unit } = self;
        let shown = |v: f32, decimals: usize| format!("{:.decimals$}", v * times);
        let decimals = (0..3).find(|d| shown(value, *d) != shown(bound, *d)).unwrap_or(3);
        (format!("{name}约 {}{unit}", shown(value, decimals)), format!("{allowed} {}{unit}", shown(bound, decimals)))
    }

    pub fn at_most(self, value: f32, most: f32) -> (String, String) {
        self.against(value, most, "不超过")
    }

    pub fn at_least(self, value: f32, least: f32) -> (String, String) {
        self.against(value, least, "不低于")
    }

    /// Of a value outside its band: the word for too low or too high, the value and the end that it is past.
    pub fn band(self, value: f32, [low, high]: [f32; 2], words: [&'static str; 2], en: String) -> Option<Off> {
        let ((seen, allowed), word) = if value < low {
            (self.at_least(value, low), words[0])
        } else if value > high {
            (self.against(value, high, "不高于"), words[1])
        } else {
            return None;
        };
        Some(Off { word, seen, allowed, en })
    }

    /// A value over its bound.
    pub fn over(self, value: f32, most: f32, word: &'static str, en: String) -> Option<Off> {
        (value > most).then(|| {
            let (seen, allowed) = self.at_most(value, most);
            Off { word, seen, allowed, en }
        })
    }

    /// A value under its bound.
    pub fn under(self, value: f32, least: f32, word: &'static str, en: String) -> Option<Off> {
        (value < least).then(|| {
            let (seen, allowed) = self.at_least(value, least);
            Off { word, seen, allowed, en }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{per_cent, plainly};

    #[test]
    fn a_value_is_told_apart_from_its_bound() {
        for (said, want) in [
            (plainly("亮度差").at_most(30.0, 14.0), ["亮度差约 30", "不超过 14"]),
            (plainly("倾斜").at_most(7.04, 7.0), ["倾斜约 7.04", "不超过 7.00"]),
            (per_cent("有效像素占").at_least(0.3, 0.34), ["有效像素占约 30 %", "不低于 34 %"]),
        ] {
            assert_eq!([said.0, said.1], want);
        }
    }
}
