//! From `Cargo.lock` and the sources that cargo has fetched to `licences/THIRD-PARTY.txt`: every crate that the program
//! is built from, and every licence text and notice in them.
//! Run after each change of `Cargo.lock`: `cargo fetch --locked && cargo run --example licences`. Opens no network;
//! what lies in no source is said so and stops it.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What the program carries; `yushen licences` prints it.
pub const FILE: &str = "licences/THIRD-PARTY.txt";
/// What files with licences and notices are called.
const NAMES: [&str; 7] = ["license", "licence", "copying", "notice", "copyright", "unlicense", "ofl"];
/// Folders of a crate that are in no program.
const LEFT_OUT: [&str; 8] = ["tests", "test", "benches", "examples", "target", "fuzz", "ci", ".github"];
/// Models and data inside the program that are no crates.
pub const OTHERS: [&str; 4] = ["models/ppocr", "models/digits", "models/face", "models/opencc"];

/// What a crate says of itself.
pub struct Crate {
    pub name: String,
    pub version: String,
    pub licence: String,
    home: String,
    authors: Vec<String>,
    texts: Vec<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

/// Name and version of every crate that the program is built from, on any system and with all features: what
/// `Cargo.lock` reaches from our own crates, but for what only tests need.
///
/// # Panics
/// Without a `Cargo.lock` that is TOML.
pub fn crates(root: &Path) -> BTreeSet<(String, String)> {
    let lock: Lock =
        toml::from_str(&fs::read_to_string(root.join("Cargo.lock")).expect("Cargo.lock")).expect("Cargo.lock is TOML");
    let own = members(root);
    let find = |said: &str| {
        let (name, version) = said.split_once(' ').map_or((said, None), |(n, v)| (n, v.split(' ').next()));
        lock.package
            .iter()
            .find(|p| p.name == name && version.is_none_or(|v| v == p.version))
            .unwrap_or_else(|| panic!("{said} is not in Cargo.lock"))
    };
    let mut open: Vec<&Package> = vec![find("yushen")];
    let mut seen = BTreeSet::new();
    while let Some(package) = open.pop() {
        if !seen.insert((package.name.clone(), package.version.clone(), package.source.is_some())) {
            continue;
        }
        let only_tests = |d: &String| {
            let tests = own.get(&package.name).filter(|_| package.source.is_none());
            tests.is_some_and(|tests| tests.contains(d.split(' ').next().unwrap_or_default()))
        };
        open.extend(package.dependencies.iter().filter(|d| !only_tests(d)).map(|d| find(d)));
    }
    seen.into_iter().filter(|(.., foreign)| *foreign).map(|(name, version, _)| (name, version)).collect()
}

/// The crates of the workspace, each with what only its tests need.
fn members(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let read = |folder: &Path| -> toml::Value {
        let text = fs::read_to_string(folder.join("Cargo.toml")).expect("Cargo.toml");
        toml::from_str(&text).expect("Cargo.toml is TOML")
    };
    let whole = read(root);
    let folders = whole["workspace"]["members"].as_array().into_iter().flatten().filter_map(toml::Value::as_str);
    let manifests = folders.map(|f| read(&root.join(f))).chain([whole.clone()]);
    manifests.map(|m| (m["package"]["name"].as_str().unwrap_or_default().to_owned(), only_for_tests(&m))).collect()
}

/// The dependencies of a crate that only its tests need.
fn only_for_tests(manifest: &toml::Value) -> BTreeSet<String> {
    let keys = |table: Option<&toml::Value>| {
        table.and_then(toml::Value::as_table).map(|t| t.keys().cloned().collect::<BTreeSet<_>>()).unwrap_or_default()
    };
    let mut used: BTreeSet<String> =
        [keys(manifest.get("dependencies")), keys(manifest.get("build-dependencies"))].into_iter().flatten().collect();
    for target in manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|t| t.values()) {
        used.extend(keys(target.get("dependencies")));
    }
    keys(manifest.get("dev-dependencies")).difference(&used).cloned().collect()
}

/// Where cargo unpacks what it fetches.
fn registries() -> Vec<PathBuf> {
    let home =
        std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| std::env::home_dir().map(|h| h.join(".cargo")));
    let list = home.and_then(|h| fs::read_dir(h.join("registry/src")).ok());
    list.into_iter().flatten().filter_map(|e| e.ok().map(|e| e.path())).collect()
}

/// The crate as its sources say; `Err`: what is missing.
fn look(name: &str, version: &str) -> Result<Crate, String> {
    let folder = registries()
        .into_iter()
        .map(|r| r.join(format!("{name}-{version}")))
        .find(|p| p.is_dir())
        .ok_or_else(|| format!("{name} {version}: no sources; cargo fetch --locked"))?;
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).map_err(|e| format!("{name} {version}: {e}"))?;
    let manifest: toml::Value = toml::from_str(&manifest).map_err(|e| format!("{name} {version}: {e}"))?;
    let package = &manifest["package"];
    let said = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let authors = package
        .get("authors")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|a| a.as_str().map(str::to_owned))
        .collect();
    let mut texts = Vec::new();
    collect(&folder, 0, &mut texts);
    let home = [said("repository"), said("homepage")].into_iter().find(|h| !h.is_empty()).unwrap_or_default();
    Ok(Crate { name: name.to_owned(), version: version.to_owned(), licence: said("license"), home, authors, texts })
}

/// Every licence and notice in a folder, in order of path.
fn collect(folder: &Path, depth: usize, texts: &mut Vec<String>) {
    let mut list: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|e| e.ok().map(|e| e.path())).collect();
    list.sort();
    for path in list {
        let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            if depth < 3 && !LEFT_OUT.contains(&name.as_str()) {
                collect(&path, depth + 1, texts);
            }
            continue;
        }
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        let code = ["rs", "toml", "json", "py", "sh", "c", "h", "html", "bin"].contains(&end);
        // A folder of licences names them by their ids.
        let inside =
            folder.file_name().is_some_and(|f| NAMES.iter().any(|n| f.to_string_lossy().to_lowercase().starts_with(n)));
        if !code
            && (inside
                || NAMES.iter().any(|n| {
                    name.starts_with(n) || name.ends_with(&format!("-{n}")) || name.ends_with(&format!(".{n}"))
                }))
        {
            texts.extend(
                fs::read(&path).ok().map(|bytes| plain(&String::from_utf8_lossy(&bytes))).filter(|t| !t.is_empty()),
            );
        }
    }
}

/// One spelling of a text, so that equal ones are one.
fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// For a crate that names its licence and does not carry it: the licence's own text, with whom the crate names.
fn standard(root: &Path, one: &Crate) -> Result<Vec<String>, String> {
    let holders = if one.authors.is_empty() { format!("The {} authors", one.name) } else { one.authors.join(", ") };
    let mut texts = Vec::new();
    for id in one.licence.replace(" OR ", "/").replace(" AND ", "/").replace(['(', ')'], "").split('/').map(str::trim) {
        match id {
            "MIT" => texts.push(format!("MIT License\n\nCopyright (c) {holders}\n\n{MIT}")),
            "Apache-2.0" => texts.push(plain(&fs::read_to_string(root.join("LICENSE")).map_err(|e| e.to_string())?)),
            "Zlib" => texts.push(format!("zlib License\n\nCopyright (c) {holders}\n\n{ZLIB}")),
            "BSD-3-Clause" => texts.push(format!("BSD 3-Clause License\n\nCopyright (c) {holders}\n\n{BSD3}")),
            "BSD-2-Clause" => texts.push(format!("BSD 2-Clause License\n\nCopyright (c) {holders}\n\n{BSD2}")),
            _ => {}
        }
    }
    // Any one of those that may be chosen is enough; all of those that must be kept together are not told apart here,
    // and none is in use.
    if texts.is_empty() || one.licence.contains(" AND ") {
        Err(format!("{} {}: no licence text, and none for {:?} here", one.name, one.version, one.licence))
    } else {
        Ok(texts)
    }
}

const MIT: &str = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.";
const ZLIB: &str = "This software is provided 'as-is', without any express or implied warranty. In no event will the authors be held liable for any damages arising from the use of this software.\n\nPermission is granted to anyone to use this software for any purpose, including commercial applications, and to alter it and redistribute it freely, subject to the following restrictions:\n\n1. The origin of this software must not be misrepresented; you must not claim that you wrote the original software. If you use this software in a product, an acknowledgment in the product documentation would be appreciated but is not required.\n2. Altered source versions must be plainly marked as such, and must not be misrepresented as being the original software.\n3. This notice may not be removed or altered from any source distribution.";
const BSD2: &str = "Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:\n\n1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.\n\n2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.\n\nTHIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS \"AS IS\" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.";
const BSD3: &str = "Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:\n\n1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.\n\n2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.\n\n3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission.\n\nTHIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS \"AS IS\" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.";

/// The whole file.
///
/// # Errors
/// Every crate for which something is missing.
pub fn written(root: &Path) -> Result<String, Vec<String>> {
    let (mut list, mut missing) = (Vec::new(), Vec::new());
    for (name, version) in crates(root) {
        match look(&name, &version) {
            Ok(mut one) => {
                if one.texts.is_empty() {
                    match standard(root, &one) {
                        Ok(texts) => one.texts = texts,
                        Err(why) => missing.push(why),
                    }
                }
                list.push(one);
            }
            Err(why) => missing.push(why),
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts: Vec<String> = Vec::new();
    let mut number = |text: &String| {
        let next = numbers.len() + 1;
        *numbers.entry(text.clone()).or_insert_with(|| {
            texts.push(text.clone());
            next
        })
    };
    let mut out = String::from(
        "What the program yushen is built from, beside its own code (Apache License 2.0): crates of the Rust registry, and models and data.\n\
         Made by `cargo run --example licences` out of the sources; the texts are numbered, and stand once each behind the lists.\n",
    );
    out.push_str("\n== Models and data\n\n");
    for folder in OTHERS {
        let mut own = Vec::new();
        collect(&root.join(folder), 3, &mut own);
        let own: Vec<String> = own.iter().map(|t| format!("[{}]", number(t))).collect();
        out.push_str(&format!("{folder}  {}\n", own.join(" ")));
    }
    out.push_str("\n== Crates\n\n");
    for one in &list {
        let own: BTreeSet<usize> = one.texts.iter().map(&mut number).collect();
        let own: Vec<String> = own.into_iter().map(|n| format!("[{n}]")).collect();
        out.push_str(
            format!("{} {}  {}  {}  {}", one.name, one.version, one.licence, own.join(" "), one.home).trim_end(),
        );
        out.push('\n');
    }
    for (i, text) in texts.iter().enumerate() {
        out.push_str(&format!("\n== [{}]\n\n{text}\n", i + 1));
    }
    Ok(out)
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    match written(root) {
        Ok(text) => fs::write(root.join(FILE), text).expect("the file is written"),
        Err(missing) => {
            missing.iter().for_each(|m| eprintln!("{m}"));
            std::process::exit(1);
        }
    }
}
