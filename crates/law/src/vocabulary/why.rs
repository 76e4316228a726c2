//! Why a rule was not evaluated, each reason declared once in both languages.
//! A reason holds no value of the submission, so that equal reasons can be counted.

/// One reason. The English is the contract (`why` in `findings.jsonl`, the key in `run.json`); the Chinese is for the
/// clerk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Why {
    pub en: &'static str,
    pub zh: &'static str,
}

/// The Chinese of a reason by its English, as counts and earlier findings have it; `None` for one that this version
/// does not give.
pub fn chinese(en: &str) -> Option<&'static str> {
    ALL.iter().find(|why| why.en == en).map(|why| why.zh)
}

macro_rules! reasons {
    ($($name:ident: $en:literal, $zh:literal;)+) => {
        $(pub const $name: Why = Why { en: $en, zh: $zh };)+

        /// All of them.
        pub const ALL: &[Why] = &[$($name),+];
    };
}

reasons! {
    TOOL_FAILED: "the tool failed on this submission", "程序处理该申报材料时出错";
    NO_CONDITION: "no condition could be chosen", "未能确定所选申报条件";
    NO_PACK: "no pack is in force for this registration", "没有适用于该报名的现行文件";
    NO_REGISTRATION: "no registration", "没有报名信息";
    NO_REGISTRATION_DATE: "the registration date is not known", "报名日期不明";
    NO_OCCUPATION: "the registered occupation is not known", "报名职业不明";
    NO_OCCUPATION_OR_LEVEL: "occupation or level is not known", "报名职业或级别不明";
    NO_LEVEL: "the registered level is not known", "报名级别不明";
    NO_NAME: "the registered name is not known", "报名姓名不明";
    NO_CONDITION_NUMBER: "the condition's number is not known", "所选申报条件的序号不明";
    NO_MONTH: "the plan names no month", "认定计划未写明月份";
    NO_AMOUNT: "the fee paid is no amount", "缴费金额不是金额";
    NOT_ON_FORM: "the form does not ask for it", "所用表格没有该栏";
    NO_NUMBER: "no number to check", "没有可核验的证件号码";
    NO_ID_KIND: "the kind of identity document is not known", "证件类型不明";
    NO_NUMBER_OR_KIND: "the number or the kind of identity document is not known", "证件号码或证件类型不明";
    NO_CITIZEN_NUMBER: "no well-formed citizen number", "没有格式正确的公民身份号码";
    NO_BIRTH_DATE: "the birth date is not known", "出生日期不明";
    NO_BIRTH_DATE_TO_COMPARE: "no valid number and no registered birth date", "没有有效的证件号码，也未登记出生日期";
    NO_AGE: "the birth date or the registration date is not known", "出生日期或报名日期不明";
    NOTHING_REGISTERED: "nothing to compare with: neither a registered value nor a sure reading of the card",
        "无从比对：报名信息中没有，身份证上也未能确切辨认";
    NO_CERTIFICATE_NUMBER: "nothing to compare the certificate's number with", "没有可与证书编号比对的编号";
    NO_CERTIFICATE_OR_DATE: "no certificate or no registration date", "没有证书或报名日期不明";
    NO_ISSUE_DATE: "the certificate's issue date is not known", "证书发证日期不明";
    NO_SCHOOLING: "no document tells the schooling", "没有材料说明学历";
    NO_SCHOOLING_CLAIMED: "no document tells which schooling is claimed", "没有材料说明以何种学历申报";
    NO_REGISTER: "no enterprise register was given", "未提供企业登记信息";
    NO_SPAN: "no span can be counted", "没有可计算的工作起止时间";
    SPAN_NOT_COUNTED: "a span cannot be counted", "有工作经历的起止时间无法计算";
    OCCUPATION_DECIDES: "an occupation that is not listed decides; see work-occupation",
        "取决于所填职业是否属于相关职业，见“从事职业不符”一项";
    FORM_UNREAD: "the form is not read by this version", "本版本未识读申报表";
    TITLE_UNSEEN: "the form's title was not looked at", "未查看申报表标题";
    COPY_UNREAD: "the copied condition was not read", "未识读手抄的申报条件";
    CORRECTIONS_UNSEEN: "alterations were not looked for", "未检查涂改";
    PRINT_UNSEEN: "print and handwriting were not told apart", "未能区分手写与打印";
    SHEET_NOT_MEASURED: "the visible part of the sheet was not measured", "未能测量表格是否拍摄完整";
    KIND_UNSEEN: "the kind of some materials was not looked at", "部分材料未查看属于何种材料";
    SOME_UNREAD: "some of the documents are not read by this version", "本版本未识读部分材料";
    CARD_BACK_UNREAD: "the card's back is not read by this version", "本版本未识读身份证国徽面";
    CARD_NOT_MEASURED: "the card's picture was not measured", "未能测量身份证照片";
    CERTIFICATE_UNREAD: "the prior certificate is not read by this version", "本版本未识读上一级别证书";
    DIPLOMA_UNREAD: "the diploma is not read by this version", "本版本未识读毕业证书";
    COMPLETION_UNREAD: "the completion certificate is not read by this version", "本版本未识读结业证书";
    PHOTO_NOT_MEASURED: "the photo was not measured", "未能测量个人照片";
    PHOTO_NOT_DECODED: "the photo was not decoded", "个人照片未能解码";
    PHOTO_BROKEN: "the photo is broken, so that nothing else is said of it", "个人照片文件损坏，其他要求未予评判";
    NO_PICTURE_SIZE: "the picture's size is not known", "照片像素尺寸不明";
    GLASSES_UNSURE: "light tints, coloured contact lenses and faint reflections have no honest measure; only dark glasses and burnt-out reflections are found",
        "浅色镜片、美瞳和轻微反光无法可靠测量，只能发现深色眼镜和明显反光，请看照片认定";
    OCCLUSION_UNSURE: "hair over a cheek or brow, or a hand of the face's colour, has no honest measure; only a hidden eye and a covered lower face are found",
        "头发遮住脸颊或眉毛、与肤色相近的遮挡无法可靠测量，只能发现眼部或口鼻被遮，请看照片认定";
    HEADWEAR_UNSURE: "black and brown headwear with a texture looks like hair; only coloured, white and quite smooth headwear is found",
        "有纹理的黑色、棕色帽子与头发相近，只能发现彩色、白色和表面光滑的帽子，请看照片认定";
}

#[cfg(test)]
mod tests {
    use super::{ALL, chinese};
    use std::collections::BTreeSet;

    #[test]
    fn every_reason_is_declared_once_in_chinese_words() {
        assert_eq!(ALL.iter().map(|w| w.en).collect::<BTreeSet<_>>().len(), ALL.len());
        for why in ALL {
            assert!(!why.zh.bytes().any(|b| b.is_ascii_alphabetic()), "{}", why.zh);
            assert!(why.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}", why.en);
            assert_eq!(chinese(why.en), Some(why.zh));
        }
        assert_eq!(chinese("no such reason"), None);
    }
}
