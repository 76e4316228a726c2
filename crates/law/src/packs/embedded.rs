//! The copy of `rules/` inside the program, so that it needs no other file.
//! A file that is added to `rules/` has to be added here; a test compares the two.

/// Relative name and content, in order of name.
pub(super) static FILES: [(&str, &str); 24] = [
    ("forms/beijing-application-form.toml", include_str!("../../../../rules/forms/beijing-application-form.toml")),
    ("forms/beijing-education-letter.toml", include_str!("../../../../rules/forms/beijing-education-letter.toml")),
    ("forms/beijing-intent-letter.toml", include_str!("../../../../rules/forms/beijing-intent-letter.toml")),
    ("forms/beijing-training-letter.toml", include_str!("../../../../rules/forms/beijing-training-letter.toml")),
    ("forms/beijing-work-letter.toml", include_str!("../../../../rules/forms/beijing-work-letter.toml")),
    ("g1/clauses.toml", include_str!("../../../../rules/g1/clauses.toml")),
    ("g1/pack.toml", include_str!("../../../../rules/g1/pack.toml")),
    ("g1/supply-chain.toml", include_str!("../../../../rules/g1/supply-chain.toml")),
    ("g2/clauses.toml", include_str!("../../../../rules/g2/clauses.toml")),
    ("g2/e-commerce.toml", include_str!("../../../../rules/g2/e-commerce.toml")),
    ("g2/internet-marketing-level-4.toml", include_str!("../../../../rules/g2/internet-marketing-level-4.toml")),
    ("g2/internet-marketing.toml", include_str!("../../../../rules/g2/internet-marketing.toml")),
    ("g2/pack.toml", include_str!("../../../../rules/g2/pack.toml")),
    ("g2/supply-chain.toml", include_str!("../../../../rules/g2/supply-chain.toml")),
    ("g4/clauses.toml", include_str!("../../../../rules/g4/clauses.toml")),
    ("g4/internet-marketing.toml", include_str!("../../../../rules/g4/internet-marketing.toml")),
    ("g4/pack.toml", include_str!("../../../../rules/g4/pack.toml")),
    ("n24/clauses.toml", include_str!("../../../../rules/n24/clauses.toml")),
    ("n24/e-commerce.toml", include_str!("../../../../rules/n24/e-commerce.toml")),
    ("n24/information-security.toml", include_str!("../../../../rules/n24/information-security.toml")),
    ("n24/internet-marketing.toml", include_str!("../../../../rules/n24/internet-marketing.toml")),
    ("n24/pack.toml", include_str!("../../../../rules/n24/pack.toml")),
    ("n24/supply-chain.toml", include_str!("../../../../rules/n24/supply-chain.toml")),
    ("settings.toml", include_str!("../../../../rules/settings.toml")),
];
