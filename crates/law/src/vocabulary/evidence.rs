//! How a rule names the facts that it rests on: patterns of facts' names.
//! Compares names; looks nothing up.

/// Does a pattern of a rule's evidence (`Rule::rests_on`) name this fact or a parent of it? `*` in the document's name matches anything, `[]` any index.
pub fn names(pattern: &str, field: &str) -> bool {
    let (document, path) = pattern.split_once('.').unwrap_or((pattern, ""));
    let (own_document, own_path) = field.split_once('.').unwrap_or((field, ""));
    let fits = match document.strip_prefix('*') {
        Some(end) => own_document.ends_with(end),
        None => own_document == document,
    };
    let own = without_indices(own_path);
    fits && (path.is_empty()
        || own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
}

/// `work[12].start` → `work[].start`.
fn without_indices(path: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        if *c == ']' {
            inside = false;
        }
        let kept = !inside;
        if *c == '[' {
            inside = true;
        }
        kept
    };
    path.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn patterns_name_facts() {
        for (pattern, field, fits) in [
            ("application_form.work[].start", "application_form.work[0].start", true),
            ("application_form.work[].start", "application_form.work[12].start", true),
            ("application_form.work[].start", "application_form.work[0].end", false),
            ("application_form.work[]", "application_form.work[3].years", true),
            ("application_form.alterations[]", "application_form.alterations[0]", true),
            ("application_form", "application_form.name", true),
            ("application_form", "application_form_2.name", false),
            ("*.name", "prior_certificate.name", true),
            ("*.name", "prior_certificate.number", false),
            ("*_commitment.mobile", "work_commitment.mobile", true),
            ("*_commitment.mobile", "application_form.mobile", false),
            ("application_form.prior_level", "application_form.prior_level", true),
            ("application_form.level", "application_form.level_2", false),
        ] {
            assert_eq!(names(pattern, field), fits, "{pattern} {field}");
        }
    }
}
