//! The rules' short titles, for summaries and lists. What a flag says to an applicant stands in the rule's own file.

use super::Rule;

impl Rule {
    /// At most twelve characters, in the office's own terms.
    pub fn title_zh(&self) -> &'static str {
        self.title().0
    }

    /// As RULES.md says what is wrong.
    pub fn title_en(&self) -> &'static str {
        self.title().1
    }

    fn title(&self) -> (&'static str, &'static str) {
        TITLES.iter().find(|(id, _, _)| *id == self.id).map_or(("", ""), |(_, zh, en)| (zh, en))
    }
}

#[rustfmt::skip]
const TITLES: &[(&str, &str, &str)] = &[
    ("photo-format", "照片不是JPEG格式", "the content is not JPEG (whatever the name says)"),
    ("photo-bytes", "照片文件大小不符", "file size is outside 40–80 KB under both readings of k"),
    ("photo-dimensions", "照片像素不足", "height ≤ 132 px or width ≤ 88 px"),
    ("photo-aspect", "照片比例不是一寸", "not the portrait format of a one-inch photo"),
    ("photo-corrupt", "照片文件损坏", "does not decode to its last row"),
    ("photo-grayscale", "照片不是彩色", "not in colour"),
    ("photo-background", "照片背景不是白色", "background not white, or not even"),
    ("photo-face-count", "照片无人脸或多张脸", "no face, or more than one"),
    ("photo-head-position", "照片头像位置不符", "head off-centre, too low, too high, too small, too large or cropped"),
    ("photo-eyes", "照片眼睛不符", "closed, not level, or not looking ahead"),
    ("photo-mouth", "照片嘴未闭合", "open"),
    ("photo-glasses", "照片眼镜不符", "dark glasses or reflections"),
    ("photo-occlusion", "照片面部被遮挡", "face partly covered"),
    ("photo-headwear", "照片未免冠", "hat or other headwear"),
    ("photo-sharpness", "照片不清晰", "blurred, or enlarged from a small picture"),
    ("photo-exposure", "照片曝光不当", "too dark, too bright, or unevenly lit"),
    ("photo-clothing", "照片衣着与背景相近", "clothes close to the background's colour"),
    ("photo-of-id-card", "照片翻拍自身份证", "the same picture as the ID card's portrait"),
    ("photo-recaptured", "照片翻拍自屏幕或纸张", "a screen or a print photographed again"),
    ("photo-stretched", "照片比例变形", "wrong proportions"),
    ("photo-duplicate", "照片与他人重复", "the photo of another submission too"),
    ("material-missing", "缺少材料", "a material that the condition requires is not there"),
    ("material-unreadable", "材料无法打开或辨认", "there, but cannot be opened or read"),
    ("material-wrong-kind", "材料与名称不符", "its content is another material than its name says"),
    ("material-unrequired", "多余的材料", "not asked for by the condition"),
    ("material-unknown", "无法识别的文件", "a file that no material's name matches"),
    ("material-duplicate", "材料与他人重复", "the same scan is used by another submission"),
    ("identity-number-invalid", "证件号码无效", "an ID number whose form, date or check digit is wrong"),
    ("identity-kind", "证件类型与号码不符", "a number that does not fit its kind of document"),
    ("identity-number-mismatch", "证件号码不一致", "numbers differ between two places"),
    ("identity-name-mismatch", "姓名不一致", "names differ between two places"),
    ("identity-birth-date", "出生日期不一致", "birth date differs"),
    ("identity-sex", "性别不一致", "sex differs from the number's"),
    ("identity-card-expired", "身份证不在有效期", "card not in its validity period on the day of registration"),
    ("identity-card-unclear", "身份证不清晰", "card blurred, glared, stained or cropped"),
    ("identity-underage", "未满规定年龄", "younger than the condition's age (16 for level 5)"),
    ("identity-duplicate", "同一人重复报名", "one person in two submissions of the batch for the same plan"),
    ("registration-missing", "缺少报名信息", "a folder without registration data"),
    ("registration-orphan", "有报名信息无材料", "a row without a folder"),
    ("registration-duplicate", "报名编号重复", "two rows or two folders for one id"),
    ("registration-conflict", "报名信息互相矛盾", "table and `submission.json` contradict each other"),
    ("registration-field", "报名信息填写有误", "a value that cannot be what its column says"),
    ("registration-condition", "无此申报条件", "no such condition for this occupation and level in the pack"),
    ("plan-not-offered", "未开考该职业等级", "occupation, job type and level are not offered"),
    ("plan-month", "该月份不开考", "not offered in that month"),
    ("fee-amount", "缴费金额不符", "the fee paid is not the table's"),
    ("form-template", "申报表不是规定样式", "the page is not the form that it should be"),
    ("form-condition-other", "抄写了其他申报条件", "the text of another condition than the one chosen"),
    ("form-condition-text", "申报条件抄写有误", "the copied text differs from the condition's original"),
    ("form-occupation", "申报职业填写不符", "occupation on the form is not the registered one"),
    ("form-level", "申报级别填写不符", "level on the form is not the registered one"),
    ("form-incomplete", "应填未填", "a required blank is empty"),
    ("form-unrequired-section", "填写了无关栏目", "a section is filled that the condition does not ask for"),
    ("form-not-handwritten", "未手写", "printed where it must be written by hand"),
    ("form-alteration", "有涂改", "struck out, overwritten or corrected"),
    ("form-damaged", "破损或未拍全", "torn, or a part is not in the picture"),
    ("form-signature-missing", "未签名", "not signed"),
    ("form-signature-name", "签名与姓名不符", "the signature reads as another name"),
    ("form-date", "签名日期有误", "signature date missing, impossible or in the future"),
    ("form-chsi-code", "学信网验证码有误", "学信网验证码 missing where needed, or malformed"),
    ("form-phone", "手机号码有误", "mobile number missing or malformed, or not the registered one"),
    ("form-commitment-mismatch", "申报表与承诺书矛盾", "申报表 and 承诺书 contradict each other"),
    ("work-period-order", "工作起止时间有误", "a span ends before it starts, or is impossible"),
    ("work-period-underage", "工作起始未满16岁", "a span starts before the 16th birthday"),
    ("work-period-after-signature", "工作截止晚于签字", "a span ends after the signature date, or in the future"),
    ("work-overlap", "工作时间重叠", "spans overlap (counted once)"),
    ("work-employer-name", "单位不是全称", "employer's name is not a full name"),
    ("work-employer-dates", "单位存续期不符", "employer did not exist during the span"),
    ("work-occupation", "从事职业不符", "occupation is neither 本职业 nor a listed 相关职业"),
    ("work-total-mismatch", "工作年限合计不符", "the written total does not agree with the spans"),
    ("work-years", "工作年限不足", "total under the condition's years"),
    ("work-years-borderline", "工作年限临界", "enough only if both end months count"),
    ("certificate-level", "证书级别不符", "not of the level that the condition requires"),
    ("certificate-occupation", "证书职业不符", "neither 本职业 nor a listed 相关职业"),
    ("certificate-number", "证书编号不一致", "numbers differ between certificate, form and registration"),
    ("certificate-age", "证书取得未满年限", "held for less than the condition asks (满2年)"),
    ("certificate-duplicate", "证书编号与他人重复", "one number in two persons' submissions"),
    ("education-major", "专业不符", "major is neither 本专业 nor a listed 相关专业"),
    ("education-level", "学历层次不符", "school's kind or level is not what the condition asks"),
    ("education-period", "就读时间有误", "study span impossible, or not yet graduated where that is not admitted"),
    ("training-hours", "培训学时不足", "under the hours that the pack asks (104)"),
    ("reading-doubtful", "字迹需人工确认", "something the verdict needs could not be read surely enough"),
    ("input-refused", "文件被拒绝读取", "a file over a limit, a link out of the batch, or content made to do harm"),
    ("internal-error", "工具内部错误", "the tool failed on this submission; nothing of it is cleared"),
];

#[cfg(test)]
mod tests {
    use super::TITLES;
    use crate::rules::RULES;

    #[test]
    fn every_rule_has_its_titles() {
        let ids: Vec<&str> = TITLES.iter().map(|t| t.0).collect();
        assert_eq!(ids, RULES.iter().map(|r| r.id).collect::<Vec<_>>());
        for (id, zh, en) in TITLES {
            assert!(!zh.is_empty() && zh.chars().count() <= 14 && !en.is_empty(), "{id}");
        }
    }
}
