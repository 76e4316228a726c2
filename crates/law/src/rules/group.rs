//! Submissions that share one value: for each of them the first few of the others, and how many there are.
//! The time grows with the size of the group, never with its square, whichever members belong to one person.

use crate::vocabulary::batch::Others;
use std::collections::BTreeMap;

/// A member: its label in messages, the id under which it was handed in, and its person, if known.
pub(super) type Entry<'k, L> = (L, &'k str, Option<&'k str>);

/// Which members are named to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Telling {
    /// Two submissions of one person are named to each other. Otherwise they are not: a person may hand in the same
    /// papers twice.
    pub same_person: bool,
    /// Two members with one id are the same submission only if their persons do not contradict each other; otherwise
    /// always.
    pub by_person: bool,
    /// How many are named.
    pub named: usize,
}

#[derive(Debug)]
pub(super) struct Group<'k, L> {
    /// Sorted by label, each once.
    members: Vec<Entry<'k, L>>,
    /// For each member, the position of the next member of another person.
    run_ends: Vec<usize>,
    /// How many members belong to each person alone.
    of_person: BTreeMap<&'k str, usize>,
    /// (id, place), sorted.
    by_id: Vec<(&'k str, usize)>,
}

impl<'k, L: Ord + Clone> Group<'k, L> {
    /// Members with the `same` label are one, the first in order; it belongs to a person if all of them do.
    pub fn new(mut entries: Vec<Entry<'k, L>>, same: impl Fn(&L, &L) -> bool) -> Self {
        entries.sort_by(|a, b| (&a.0, a.1, a.2).cmp(&(&b.0, b.1, b.2)));
        let mut members: Vec<Entry<'k, L>> = Vec::with_capacity(entries.len());
        for entry in entries {
            match members.last_mut() {
                Some(last) if same(&last.0, &entry.0) => last.2 = last.2.filter(|p| entry.2 == Some(*p)),
                _ => members.push(entry),
            }
        }
        let mut run_ends = vec![members.len(); members.len()];
        for i in (1..members.len()).rev() {
            run_ends[i - 1] = if members[i - 1].2 == members[i].2 { run_ends[i] } else { i };
        }
        let mut of_person = BTreeMap::new();
        for person in members.iter().filter_map(|m| m.2) {
            *of_person.entry(person).or_insert(0) += 1;
        }
        let mut by_id: Vec<(&str, usize)> = members.iter().enumerate().map(|(i, m)| (m.1, i)).collect();
        by_id.sort_unstable();
        Self { members, run_ends, of_person, by_id }
    }

    pub fn members(&self) -> &[Entry<'k, L>] {
        &self.members
    }

    /// The person to whom all members belong, if there is one.
    pub fn only_person(&self) -> Option<&'k str> {
        self.members.first().and_then(|m| m.2).filter(|_| self.run_ends.first() == Some(&self.members.len()))
    }

    /// The members that are named to the submission `id` of `person`, whether it is a member or not.
    pub fn others(&self, id: &str, person: Option<&str>, telling: Telling) -> Others<L> {
        let hidden = person.filter(|_| !telling.same_person);
        let contradict =
            |other: Option<&str>| telling.by_person && matches!((person, other), (Some(a), Some(b)) if a != b);
        let from = self.by_id.partition_point(|(i, _)| *i < id);
        let own = || {
            self.by_id[from..]
                .iter()
                .take_while(|(i, _)| *i == id)
                .map(|(_, place)| *place)
                .filter(|place| !contradict(self.members[*place].2))
        };
        let of_person = hidden.and_then(|p| self.of_person.get(p)).copied().unwrap_or(0);
        let own_else = own().filter(|place| hidden.is_none() || self.members[*place].2 != hidden).count();
        let mut others =
            Others { named: Vec::new(), count: (self.members.len() - of_person - own_else) as u64, or_more: false };
        let mut at = 0;
        while at < self.members.len() && others.named.len() < telling.named {
            let member = &self.members[at];
            if hidden.is_some() && member.2 == hidden {
                at = self.run_ends[at];
                continue;
            }
            if member.1 != id || contradict(member.2) {
                others.named.push(member.0.clone());
            }
            at += 1;
        }
        others
    }
}

/// Adds the members of another group. `apart`: the two have no member in common.
pub(super) fn join<T: Ord>(all: &mut Others<T>, more: Others<T>, named: usize, apart: bool) {
    if more.is_empty() || *all == more {
        return;
    }
    let (whole, before) = (all.is_whole() && more.is_whole(), all.is_empty());
    all.named.extend(more.named);
    all.named.sort();
    all.named.dedup();
    if whole {
        all.count = all.named.len() as u64;
    } else if apart || before {
        all.count += more.count;
        all.or_more |= more.or_more;
    } else {
        // How many are among both is not known.
        all.count = all.count.max(more.count).max(all.named.len() as u64);
        all.or_more = true;
    }
    all.named.truncate(named);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TELLING: [Telling; 4] = [
        Telling { same_person: false, by_person: false, named: 3 },
        Telling { same_person: true, by_person: false, named: 3 },
        Telling { same_person: false, by_person: true, named: 3 },
        Telling { same_person: true, by_person: true, named: 0 },
    ];

    proptest! {
        /// As many, and the same first ones, as comparing all with all finds.
        #[test]
        fn others_are_who_they_are(list in prop::collection::vec((0..9u8, 0..4u8), 0..24), wanted in (0..10u8, 0..5u8)) {
            let names: Vec<(String, String)> = list.iter().map(|(id, person)| (format!("i{id}"), format!("p{person}"))).collect();
            let known = |person: &'static str| move |p: &str| p != person;
            let entries: Vec<Entry<'_, &str>> = names.iter().map(|(id, p)| (id.as_str(), id.as_str(), Some(p.as_str()).filter(|p| known("p0")(p)))).collect();
            let group = Group::new(entries, |a, b| a == b);
            let (id, person) = (format!("i{}", wanted.0), format!("p{}", wanted.1));
            let person = Some(person.as_str()).filter(|p| known("p0")(p));
            for telling in TELLING {
                let told: Vec<&str> = group
                    .members()
                    .iter()
                    .filter(|m| telling.same_person || person.is_none() || m.2 != person)
                    .filter(|m| m.1 != id || (telling.by_person && matches!((m.2, person), (Some(a), Some(b)) if a != b)))
                    .map(|m| m.0)
                    .collect();
                let found = group.others(&id, person, telling);
                prop_assert_eq!(found.count, told.len() as u64);
                prop_assert_eq!(&found.named[..], &told[..told.len().min(telling.named)]);
            }
        }
    }

    #[test]
    fn joined_lists_count_each_once() {
        let whole = |ids: &[u32]| Others::all(ids.to_vec());
        let some = |ids: &[u32], count, or_more| Others { named: ids.to_vec(), count, or_more };
        for (a, b, apart, joined) in [
            (whole(&[]), whole(&[]), false, whole(&[])),
            (whole(&[3]), whole(&[1, 3]), false, whole(&[1, 3])),
            (whole(&[1, 2]), whole(&[3]), true, some(&[1, 2], 3, false)),
            (some(&[1, 2], 9, false), some(&[1, 2], 9, false), false, some(&[1, 2], 9, false)),
            (some(&[1, 2], 9, false), some(&[1, 4], 7, false), false, some(&[1, 2], 9, true)),
            (some(&[1, 2], 9, false), some(&[3, 4], 7, true), true, some(&[1, 2], 16, true)),
            (whole(&[]), some(&[3, 4], 7, false), false, some(&[3, 4], 7, false)),
        ] {
            let mut all = a.clone();
            join(&mut all, b.clone(), 2, apart);
            assert_eq!(all, joined, "{a:?} {b:?} {apart}");
        }
    }
}
