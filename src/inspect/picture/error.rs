//! Why a picture could not be opened, in words for the clerk who reads the flag.
//! Rules decide what follows for the submission.

use crate::vocabulary::photo::FileFormat;
use serde::{Deserialize, Serialize};

/// The message is Chinese: it goes into a flag as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PictureError {
    #[error("文件为空（0 字节）")]
    Empty,
    #[error("文件内容不是图片或 PDF")]
    UnknownFormat,
    #[error("{}：{why}", format.name())]
    Unsupported { format: FileFormat, why: String },
    #[error("{} 内容损坏，无法解码：{why}", format.name())]
    Corrupt { format: FileFormat, why: String },
    #[error("PDF 已加密，无法打开")]
    Encrypted,
    #[error("图片声称 {width}×{height} 像素，超过上限 {limit} 像素，未解码")]
    TooManyPixels { width: u64, height: u64, limit: u64 },
    #[error("文件共 {pages} 页，超过上限 {limit} 页，未解码")]
    TooManyPages { pages: usize, limit: u16 },
    #[error("图片解码后有 {bytes} 字节，超过上限 {limit} 字节，未解码")]
    TooManyBytes { bytes: u64, limit: u64 },
    #[error("打开文件所需的内存或时间超过上限（{} MB、{seconds} 秒），文件异常，未作识别", bytes >> 20)]
    OverReader { bytes: u64, seconds: u32 },
}

impl PictureError {
    /// Was it refused for what it claims (→ `input-refused`) rather than unreadable (→ `material-unreadable`)?
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::TooManyPixels { .. }
                | Self::TooManyPages { .. }
                | Self::TooManyBytes { .. }
                | Self::OverReader { .. }
        )
    }

    /// The error for a page whose header claims `width` × `height`, if that is over `limit` pixels or no picture at
    /// all.
    pub(super) fn check_size(format: FileFormat, width: u64, height: u64, limit: u64) -> Result<(), Self> {
        if width == 0 || height == 0 {
            return Err(Self::Corrupt { format, why: "宽或高为 0".into() });
        }
        match width.checked_mul(height) {
            Some(pixels) if pixels <= limit => Ok(()),
            _ => Err(Self::TooManyPixels { width, height, limit }),
        }
    }
}
