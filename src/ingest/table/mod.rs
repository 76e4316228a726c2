//! From the bytes of a table (workbook, delimited text, HTML) to its rows of cells, one after the other, under a
//! header.
//! Holds one row at a time and stays within limits whatever a file claims; knows nothing of what the columns mean.

mod markup;
mod row;
mod text;
mod workbook;

pub(super) use row::{Cell, Read, Row, Tellings, Told};
pub(super) use text::{DELIMITERS, Records};
pub(super) use workbook::day;

use super::encoding::Encoded;
use crate::vocabulary::settings::LimitSettings;
use row::{Rows, TITLE_ROWS};

/// Reads a workbook (by content: a ZIP), an HTML or XML table, or else delimited text. Rows above the one that
/// satisfies `is_header` (titles) are dropped; `each` gets the header, then every row that holds anything.
///
/// # Errors
/// Why the file cannot be read as a table, in words for the clerk.
pub(super) fn read(
    bytes: &[u8],
    limits: &LimitSettings,
    is_header: &dyn Fn(&[Cell]) -> bool,
    each: &mut dyn FnMut(Row),
) -> Result<Read, String> {
    let mut rows = Rows { is_header, each, titles: 0, found: false };
    let read = match bytes {
        [] => return Err("文件为空（0 字节）".into()),
        [b'P', b'K', ..] => workbook::read(bytes, limits, &mut rows)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            return Err("是旧版 .xls 或加密的工作簿，请用 Excel 打开后另存为不加密的 .xlsx 或 .csv".into());
        }
        [b'%', b'P', b'D', b'F', ..] => return Err("是 PDF 文件，请重新导出为 .xlsx 或 .csv".into()),
        _ => {
            let encoded = Encoded::of(bytes);
            if is_binary(&encoded.bytes) {
                return Err("内容不是表格文字，请重新导出为 .xlsx 或 .csv".into());
            }
            if markup::is_markup(&encoded) {
                markup::read(&encoded, limits, &mut rows)?
            } else {
                text::read(&encoded, limits, &mut rows)
            }
        }
    };
    if rows.found {
        Ok(read)
    } else {
        Err(format!("前 {TITLE_ROWS} 行中没有表头：缺少列“报名编号”，无法与文件夹对应"))
    }
}

/// More than one byte of a hundred is NUL: no text. A single one costs its cell.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1 << 16)];
    head.iter().filter(|b| **b == 0).count() * 100 > head.len()
}
