//! What can be wrong with a batch as a whole, in words that name the file and say what to do.
//! What is wrong with one submission is an `IntakeIssue` of its own.

use serde::Serialize;
use std::path::PathBuf;

/// The batch cannot be looked at at all: wrong usage, exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error("{}: no such folder; give the folder that holds the submissions", .0.display())]
    NotFound(PathBuf),
    #[error("{}: not a folder and no archive; give the folder that holds the submissions, or a .zip, .tar.gz or .tar.zst of it", .0.display())]
    NotAFolder(PathBuf),
    #[error("{}: cannot be opened as a batch: {why}", path.display())]
    Unreadable { path: PathBuf, why: String },
    /// Said of no file: a table or folder that cannot be read for it would look like applicants without registration or
    /// materials.
    #[error("{}: this machine fails to read it ({why}), so nothing was audited; look after its disk, network drive, memory and limits (ulimit), then run again", path.display())]
    Machine { path: PathBuf, why: String },
}

/// Something wrong with the batch itself. `Display` is the Chinese message for the clerk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "issue")]
pub enum BatchIssue {
    #[error("{path}：批次中没有任何报名文件夹，也没有报名信息")]
    Empty { path: String },
    /// `without`: submissions that have no registration of their own either.
    #[error("批次根目录没有报名信息表（{expected}）；将只使用各文件夹内的 submission.json{}", lacking(*without))]
    NoTable { expected: String, without: usize },
    #[error("{file}：报名信息表无法读取：{why}")]
    TableUnreadable { file: String, why: String },
    #[error("{file}：与另一份报名信息表 {used} 内容相同，本文件未被读取；请只保留一份")]
    TableIgnored { file: String, used: String },
    #[error(
        "{file}：与报名信息表 {used} 不同，本次采用的是 {used}（依次为报名信息.csv、报名信息.xlsx、其他写法），本文件未被采用；请核对后只保留一份"
    )]
    TableDiffers { file: String, used: String },
    #[error("{file}：批次根目录没有报名信息表，采用了下级文件夹中的这一份")]
    TableInside { file: String },
    #[error("{file}：企业名录无法读取，工作单位未与名录核对：{why}")]
    RegisterUnreadable { file: String, why: String },
    #[error("{file}：缺少列“{column}”，该项信息按未填处理")]
    ColumnMissing { file: String, column: String },
    #[error("{file}：列“{column}”出现多次，只采用第一列")]
    ColumnRepeated { file: String, column: String },
    #[error("{file}：不认识的列“{column}”，未被使用")]
    ColumnUnknown { file: String, column: String },
    /// Row 0: the table as a whole.
    #[error("{file}{}：{why}", of_row(*row))]
    Row { file: String, row: usize, why: String },
    /// A line that is none of the table's rows, or a cell of which nobody expects a value.
    #[error("{file}{}：{why}", of_row(*row))]
    RowIgnored { file: String, row: usize, why: String },
    #[error("{file}：不在任何报名文件夹内，未作审核")]
    StrayFile { file: String },
    #[error("有 {count} 个压缩包不在报名文件夹内且未解压，其中的材料未作审核；请解压为每人一个文件夹后重新审核")]
    StrayArchives { count: usize },
    #[error("系统或软件自动产生的文件（{pattern}）{count} 个，不是申报材料，未作审核")]
    Ignored { pattern: String, count: usize },
    #[error("{file}：拒绝读取：{why}")]
    Refused { file: String, why: String },
    #[error("{path}：文件夹无法列出：{why}")]
    FolderUnreadable { path: String, why: String },
}

fn of_row(row: usize) -> String {
    if row == 0 { String::new() } else { format!(" 第 {row} 行") }
}

fn lacking(without: usize) -> String {
    if without == 0 { String::new() } else { format!("，有 {without} 份材料因此没有报名信息可以核对") }
}
