//! The open questions of a drafted form: comments that begin with `# ?`. Finds them; what they ask is for a person.

/// How a comment begins that asks something of whoever finishes the draft.
pub const MARK: &str = "# ?";

/// The lines, from 1, on which a question stands. A mark inside a string is none.
pub fn lines(toml: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open: Option<&str> = None;
    for (number, line) in (1..).zip(toml.lines()) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let mut step = first.len_utf8();
            match open {
                Some(quote) if rest.starts_with(quote) => {
                    step = quote.len();
                    open = None;
                }
                Some(quote) if quote.starts_with('"') && first == '\\' => {
                    step += rest.chars().nth(1).map_or(0, char::len_utf8);
                }
                Some(_) => {}
                None if first == '#' => {
                    if rest.starts_with(MARK) {
                        found.push(number);
                    }
                    break;
                }
                None => {
                    open = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|q| rest.starts_with(q));
                    step = open.map_or(step, str::len);
                }
            }
            rest = &rest[step..];
        }
        // Only strings of three quotes go on in the next line.
        open = open.filter(|q| q.len() == 3);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn questions_are_comments_and_no_text_in_strings() {
        for (toml, want) in [
            ("", vec![]),
            ("# ? a\nb = 1 # ? c\n# d\n", vec![1, 2]),
            ("a = \"# ? b\" # c\n", vec![]),
            ("a = \"\\\"# ? b\" # ? c\n", vec![1]),
            ("a = '# ? \\' # ? c\n", vec![1]),
            ("a = \"\"\"x\n# ? b\n\"\"\" # ? c\n", vec![3]),
            ("a = [\n  \"b\", # ? c\n]\n## ? d\n", vec![2]),
        ] {
            assert_eq!(lines(toml), want, "{toml}");
        }
    }
}
