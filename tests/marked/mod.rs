//! Parts of the documentation that a program writes: what stands between `<!-- NAME -->` and `<!-- /NAME -->` must be
//! what the program says today.
//! `UPDATE=1` writes it anew.

use std::fs;
use std::path::Path;

/// Holds the part `name` of a page of the repository against `wanted`. `likened` takes out of both what may differ.
pub fn hold(page: &str, name: &str, wanted: &str, likened: impl Fn(&str) -> String) {
    let text = text_of(page);
    let (before, there, after) =
        parted(&text, name).unwrap_or_else(|| panic!("{page} has no <!-- {name} --> … <!-- /{name} -->"));
    if likened(there) == likened(wanted) {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(place(page), format!("{before}{wanted}{after}")).unwrap();
        return;
    }
    panic!(
        "{page}: what stands under {name} is not what the program says: run this test with UPDATE=1 and look at the difference\n{}",
        likened(wanted)
    );
}

/// What stands before the part, in it, and after it.
fn parted<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str, &'t str)> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let from = text.find(&begin)? + begin.len();
    let to = from + text[from..].find(&end)?;
    Some((&text[..from], &text[from..to], &text[to..]))
}

fn text_of(page: &str) -> String {
    fs::read_to_string(place(page)).unwrap().replace("\r\n", "\n")
}

fn place(page: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(page)
}
