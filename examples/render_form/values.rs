//! What is filled in, from a TOML file: the document's fields by name, sections as tables, and what stands in places that
//! nobody reads. From it come the written texts and the facts that a reader should find.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use toml::Table;
use yushen::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use yushen::vocabulary::form::{FieldType, Form, FormField};
use yushen::vocabulary::level::Level;
use yushen::vocabulary::plain::Plain;

#[derive(Default)]
pub struct Values {
    fields: Table,
    /// By printed label or head; a list where the head stands over several rows.
    unread: BTreeMap<String, Vec<String>>,
}

/// A field's value as it stands in the file, and what a pen writes.
#[derive(Clone)]
pub enum Written {
    Text(String),
    /// Year and month, and the day where there is one.
    Date(Vec<String>),
}

impl Values {
    /// # Errors
    /// What is no field of the form, and a value that its field cannot hold.
    pub fn parse(text: &str, form: &Form) -> Result<Self> {
        let mut fields: Table = toml::from_str(text)?;
        let mut unread = BTreeMap::new();
        if let Some(toml::Value::Table(rest)) = fields.remove("unread") {
            for (label, value) in rest {
                let list = match value {
                    toml::Value::Array(list) => list.iter().map(spelled).collect::<Result<_>>()?,
                    one => vec![spelled(&one)?],
                };
                unread.insert(label, list);
            }
        }
        let known = |section: Option<&str>, name: &str| {
            let fits = |f: &FormField| f.section.map(|s| s.name) == section && f.field.name == name;
            form.fields().iter().any(fits)
        };
        for (name, value) in &fields {
            let parts: Vec<&Table> = match value {
                toml::Value::Table(one) => vec![one],
                toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_table).collect(),
                _ => {
                    ensure!(known(None, name), "{} has no field \"{name}\"", form.id);
                    continue;
                }
            };
            for key in parts.iter().flat_map(|t| t.keys()) {
                ensure!(known(Some(name), key), "{} has no field \"{name}.{key}\"", form.id);
            }
        }
        Ok(Self { fields, unread })
    }

    /// Entries of a section.
    pub fn count(&self, section: &str) -> usize {
        match self.fields.get(section) {
            Some(toml::Value::Array(list)) => list.len(),
            Some(_) => 1,
            None => 0,
        }
    }

    fn value(&self, field: &FormField, entry: usize) -> Option<&toml::Value> {
        match field.section {
            None => self.fields.get(field.field.name),
            Some(section) => match self.fields.get(section.name)? {
                toml::Value::Array(list) => list.get(entry)?.get(field.field.name),
                one => one.get(field.field.name).filter(|_| entry == 0),
            },
        }
    }

    /// What the pen writes in a field; `None`: nothing.
    pub fn written(&self, field: &FormField, entry: usize) -> Result<Option<Written>> {
        let Some(value) = self.value(field, entry) else { return Ok(None) };
        let text = spelled(value)?;
        let two = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
        Ok(Some(match field.of {
            FieldType::Month if text == UNTIL_NOW => Written::Text(text),
            FieldType::Month => {
                let month = month(&text)?;
                Written::Date(vec![two(month.year), two(month.month)])
            }
            FieldType::Date => {
                let date = date(&text)?;
                Written::Date(vec![two(date.year), two(date.month), two(date.day)])
            }
            FieldType::Level => match text.parse::<u8>().ok().and_then(Level::from_number) {
                Some(level) => Written::Text(level.short().to_owned()),
                None => Written::Text(text),
            },
            _ => Written::Text(text),
        }))
    }

    /// What stands under a label or head that nobody reads.
    pub fn unread(&self, labels: &[String], row: usize) -> Option<&str> {
        labels.iter().find_map(|l| self.unread.get(l)).and_then(|list| list.get(row)).map(String::as_str)
    }

    /// Each filled field by its fact's name, spelled as the list of facts spells it.
    pub fn facts(&self, form: &Form) -> Result<Map<String, Value>> {
        let mut facts = Map::new();
        for field in form.fields() {
            let entries = field.section.map_or(1, |s| self.count(s.name).max(1));
            for entry in 0..entries {
                let Some(value) = self.value(&field, entry) else { continue };
                let text = spelled(value)?;
                let of = form.material.key();
                let name = match field.section {
                    None => format!("{of}.{}", field.field.name),
                    Some(s) if s.numbered.is_some() => format!("{of}.{}[{entry}].{}", s.name, field.field.name),
                    Some(s) => format!("{of}.{}.{}", s.name, field.field.name),
                };
                facts.insert(name, fact(&field, &text)?);
            }
        }
        Ok(facts)
    }
}

const UNTIL_NOW: &str = "至今";

fn fact(field: &FormField, text: &str) -> Result<Value> {
    Ok(match field.of {
        FieldType::Month if text == UNTIL_NOW => SpanEnd::UntilNow.plain(),
        FieldType::Month => month(text)?.plain(),
        FieldType::Date => date(text)?.plain(),
        FieldType::Level => Level::parse(text).with_context(|| format!("\"{text}\" is no level"))?.plain(),
        FieldType::Years => text.parse::<f32>().with_context(|| format!("\"{text}\" is no number of years"))?.plain(),
        FieldType::Hours => text.parse::<u32>().with_context(|| format!("\"{text}\" is no number of hours"))?.plain(),
        _ => text.into(),
    })
}

fn month(text: &str) -> Result<WrittenMonth> {
    text.parse().map_err(|_| anyhow::anyhow!("\"{text}\" is no month; write 2015-03"))
}

fn date(text: &str) -> Result<WrittenDate> {
    let parts: Vec<u16> = text.split('-').map(str::parse).collect::<Result<_, _>>().unwrap_or_default();
    let [year, month, day] = parts[..] else { bail!("\"{text}\" is no date; write \"2015-03-09\" in quotes") };
    Ok(WrittenDate { year: Some(year), month: Some(month), day: Some(day) })
}

fn spelled(value: &toml::Value) -> Result<String> {
    Ok(match value {
        toml::Value::String(s) => s.clone(),
        toml::Value::Integer(n) => n.to_string(),
        toml::Value::Float(n) => n.to_string(),
        other => bail!("{other} is neither text nor number"),
    })
}
