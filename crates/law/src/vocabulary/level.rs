//! The five levels of a vocational skill certificate, and every way in which the sources and the forms write them.

use super::text::normalise;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 五级/初级工 is the lowest, 一级/高级技师 the highest; ordered from low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Five,
    Four,
    Three,
    Two,
    One,
}

impl Level {
    pub const ALL: [Self; 5] = [Self::Five, Self::Four, Self::Three, Self::Two, Self::One];

    /// 1–5, as the sources number them (1 is the highest).
    pub fn number(self) -> u8 {
        match self {
            Self::Five => 5,
            Self::Four => 4,
            Self::Three => 3,
            Self::Two => 2,
            Self::One => 1,
        }
    }

    pub fn from_number(n: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.number() == n)
    }

    /// 五级 … 一级.
    pub fn short(self) -> &'static str {
        match self {
            Self::Five => "五级",
            Self::Four => "四级",
            Self::Three => "三级",
            Self::Two => "二级",
            Self::One => "一级",
        }
    }

    /// 初级工 … 高级技师.
    pub fn title(self) -> &'static str {
        match self {
            Self::Five => "初级工",
            Self::Four => "中级工",
            Self::Three => "高级工",
            Self::Two => "技师",
            Self::One => "高级技师",
        }
    }

    /// 五级/初级工 … 一级/高级技师.
    pub fn full(self) -> String {
        format!("{}/{}", self.short(), self.title())
    }

    /// Reads 二级, 二级/技师, 技师, 2 and 2级 (docs/domain.md, "Which pack governs"), in any width; also 贰级 and II-like forms
    /// are *not* read.
    /// A short form and a title that disagree (二级/高级工) are no level.
    pub fn parse(written: &str) -> Option<Self> {
        let t: String = normalise(written).chars().filter(|c| !matches!(c, '(' | ')')).collect();
        let by_short = |s: &str| {
            Self::ALL
                .into_iter()
                .find(|l| s == l.short() || s == l.number().to_string() || s == format!("{}级", l.number()))
        };
        let by_title = |s: &str| Self::ALL.into_iter().find(|l| s == l.title());
        if let Some((a, b)) = t.split_once('/') {
            return by_short(a).filter(|l| by_title(b) == Some(*l));
        }
        by_short(&t).or_else(|| by_title(&t)).or_else(|| {
            let (head, tail) = t.split_at_checked(t.char_indices().nth(2)?.0)?;
            by_short(head).filter(|l| by_title(tail) == Some(*l))
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full())
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn every_written_form() {
        for (text, level) in [
            ("二级", Some(Level::Two)),
            ("二级/技师", Some(Level::Two)),
            ("技师", Some(Level::Two)),
            ("2", Some(Level::Two)),
            ("２级", Some(Level::Two)),
            ("一级／高级技师", Some(Level::One)),
            ("五级初级工", Some(Level::Five)),
            ("三级(高级工)", Some(Level::Three)),
            (" 四 级 ", Some(Level::Four)),
            ("二级/高级工", None),
            ("九级", None),
            ("", None),
        ] {
            assert_eq!(Level::parse(text), level, "{text}");
        }
    }
}
