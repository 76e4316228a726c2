//! What each rule rests on, which settings it uses and what clears it: for `yushen rules show` and `explain`, and for whoever asks why.
//! A table beside the rules, as their titles are; nothing here is looked at when a submission is judged.

use super::Rule;

/// One rule's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guide {
    pub id: &'static str,
    /// Evidence, each as a pattern: `application_form.work[].start` (a fact, or all below it), `*.name` (of any document), `registration.name`,
    /// `photo.bytes`, `pages` (what each page is and shows), `sheet` (how each page lies in its picture), `files`, `intake`, `register`,
    /// `batch` (the other submissions), `today` (`--as-of`).
    pub rests_on: &'static [&'static str],
    /// Keys of `rules/settings.toml`, beside `reading.working_threshold`, which parts a doubt from a certainty in every reading.
    pub settings: &'static [&'static str],
    /// What the applicant or the clerk can do, so that the flag is not raised again.
    pub clears_zh: &'static str,
    pub clears_en: &'static str,
}

impl Rule {
    /// The rule's row in the guide.
    pub fn guide(&self) -> Option<Guide> {
        GUIDES.iter().find(|g| g.0 == self.id).map(|&(id, rests_on, settings, clears_zh, clears_en)| Guide { id, rests_on, settings, clears_zh, clears_en })
    }

    /// The rule's own documentation, the head of its file: what is wrong, on what evidence, and when it cannot tell.
    pub fn documentation(&self) -> Vec<(&'static str, String)> {
        let Some((_, source)) = super::documentation::SOURCES.iter().find(|(id, _)| *id == self.id) else { return Vec::new() };
        let mut sections: Vec<(&'static str, String)> = Vec::new();
        for line in source.lines().map_while(|l| l.strip_prefix("//!")).map(str::trim) {
            if let Some(heading) = line.strip_prefix("## ") {
                sections.push((heading, String::new()));
            } else if let Some((_, text)) = sections.last_mut().filter(|_| !line.is_empty()) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(line);
            }
        }
        sections
    }
}

const IDENTITY_NUMBERS: &[&str] = &["registration.id_number", "registration.id_type", "*.number"];
const SPANS: &[&str] = &[
    "application_form.work[].start",
    "application_form.work[].end",
    "application_form.work[].occupation_start",
    "application_form.work[].occupation_end",
    "application_form.work[].signed_on",
];
const YEARS: &[&str] = &[
    "registration.condition",
    "application_form.work[].start",
    "application_form.work[].end",
    "application_form.work[].occupation_start",
    "application_form.work[].occupation_end",
    "application_form.work[].occupation",
    "application_form.work[].signed_on",
    "prior_certificate.issued_on",
];

type Row = (&'static str, &'static [&'static str], &'static [&'static str], &'static str, &'static str);

#[rustfmt::skip]
const GUIDES: &[Row] = &[
    ("photo-format", &["photo.format"], &[], "上传由相机或手机直接生成的 JPEG 照片；只改扩展名无效", "a photo that is JPEG inside; renaming the file does not help"),
    ("photo-bytes", &["photo.bytes", "photo.padding_bytes"], &["photo.min_bytes", "photo.max_bytes", "photo.padding_bytes"], "重新导出照片，使文件大小落在规定范围内；不要用无关内容凑大小", "a photo exported again with a size within the bounds, without padding"),
    ("photo-dimensions", &["photo.dimensions"], &["photo.min_width_over", "photo.min_height_over"], "上传宽、高像素都超过下限的照片；不要放大小图", "a photo larger than both bounds, not enlarged from a small one"),
    ("photo-aspect", &["photo.dimensions"], &["photo.aspect", "photo.aspect_tolerance"], "按一寸照片（25×35 毫米）竖版比例裁剪后重新上传", "the photo cropped to the portrait format of 25 × 35 mm"),
    ("photo-corrupt", &["photo.complete", "photo.bytes", "files"], &[], "重新导出并上传能完整打开的照片文件", "a file that decodes to its last row"),
    ("photo-grayscale", &["photo.chroma"], &["photo.gray_chroma"], "上传彩色照片", "a photo in colour"),
    ("photo-background", &["photo.background"], &["photo.white_l", "photo.white_chroma", "photo.white_part", "photo.white_part_reject", "photo.max_unevenness"], "在纯白背景前重新拍摄，背景无阴影、无杂物", "a photo before an even, white background"),
    ("photo-face-count", &["photo.faces"], &["photo.face_score"], "上传只有本人一张正面人脸的照片", "a photo with the applicant's face and no other"),
    ("photo-head-position", &["photo.head_x", "photo.eye_y", "photo.head_height", "photo.head_cropped"], &["photo.head_x", "photo.eye_y", "photo.head_height"], "重新裁剪或拍摄：头部完整，水平居中，在照片中部偏上", "the head whole, centred, slightly above the middle"),
    ("photo-eyes", &["photo.eye_openness", "photo.roll", "photo.yaw"], &["photo.eye_openness", "photo.roll_degrees", "photo.yaw"], "重新拍摄：双眼睁开，正视镜头，头部端正", "eyes open and level, looking into the camera"),
    ("photo-mouth", &["photo.mouth_openness"], &["photo.mouth_openness"], "重新拍摄：双唇自然闭合", "the mouth closed"),
    ("photo-glasses", &["photo.eye_region_darkness", "photo.eye_glare"], &["photo.eye_region_darkness", "photo.eye_glare"], "摘下有色眼镜、避免镜片反光后重新拍摄；其余由审核人员看照片认定", "a photo without dark glasses and reflections; the rest the reviewer sees"),
    ("photo-occlusion", &["photo.eye_region_darkness", "photo.lower_face_difference", "photo.faces", "photo.head_x"], &["photo.eye_region_darkness", "photo.lower_face_difference"], "露出完整五官后重新拍摄；其余由审核人员看照片认定", "a photo with the whole face free; the rest the reviewer sees"),
    ("photo-headwear", &["photo.head_covering", "photo.head_texture"], &["photo.head_covering", "photo.head_texture"], "免冠重新拍摄；深色帽子由审核人员看照片认定", "a photo with nothing on the head; dark hats the reviewer sees"),
    ("photo-sharpness", &["photo.sharpness", "photo.effective_resolution"], &["photo.sharpness", "photo.effective_resolution"], "上传清晰的原始照片，不要放大或反复压缩", "a sharp original, not enlarged"),
    ("photo-exposure", &["photo.face_lightness", "photo.lightness_difference"], &["photo.face_lightness", "photo.lightness_difference"], "在均匀光线下重新拍摄", "a photo in even light"),
    ("photo-clothing", &["photo.clothing_like_background"], &["photo.clothing_like_background"], "穿深色服装重新拍摄", "a photo in darker clothes"),
    ("photo-of-id-card", &["photo.id_portrait_similarity"], &["photo.id_portrait_similarity"], "上传另行拍摄的个人照片；审核人员确认不是翻拍的也可放行", "another photo; or the reviewer sees that it is none of the card"),
    ("photo-recaptured", &["photo.moire"], &["photo.moire"], "上传电子版原图；审核人员确认不是翻拍的也可放行", "the original file; or the reviewer sees that it is no picture of a screen or print"),
    ("photo-stretched", &["photo.face_proportion"], &["photo.face_proportion"], "上传未拉伸、未压扁的原图", "the original with its own proportions"),
    ("photo-duplicate", &["photo.perceptual_hashes", "files", "batch"], &["photo.duplicate_distance"], "上传本人照片；另一报名用错照片的，由对方更换", "the applicant's own photo, or the other submission's is replaced"),
    ("material-missing", &["registration.condition", "files", "registration.prior_certificate_number", "registration.chsi_code", "application_form.prior_certificate_number", "application_form.chsi_code", "pages"], &["reading.kind_threshold"], "补交所列材料，并按材料名称命名", "the material handed in, named by its name"),
    ("material-unreadable", &["pages", "files"], &[], "重新扫描或拍摄并上传能打开、看得清的文件", "a file that opens and can be read"),
    ("material-wrong-kind", &["pages"], &["reading.kind_threshold"], "在该材料名下上传正确的材料", "the right material under that name"),
    ("material-unrequired", &["registration.condition", "files"], &[], "无需处理；下次不必上传", "nothing; it need not be handed in"),
    ("material-unknown", &["files", "pages"], &["reading.kind_threshold"], "如为所需材料，按材料名称重新命名；审核机构也可在别名表中登记该名称", "the file named by its material, or the name put into the office's aliases"),
    ("material-duplicate", &["files", "batch"], &[], "上传本人的材料；审核人员确认两份申报可共用的也可放行", "the applicant's own scan; or the reviewer accepts that both may use it"),
    ("identity-number-invalid", IDENTITY_NUMBERS, &[], "按证件核对并更正报名信息中的证件号码", "the registered number corrected by the document"),
    ("identity-kind", &["registration.id_type", "registration.id_number"], &[], "更正证件类型或证件号码，使二者相符", "kind and number that belong together"),
    ("identity-number-mismatch", IDENTITY_NUMBERS, &[], "更正报名信息，或重新提交与证件一致的材料", "registration and materials with the number of the document"),
    ("identity-name-mismatch", &["registration.name", "*.name"], &[], "更正报名信息，或重新提交与证件一致的材料", "registration and materials with the name of the document"),
    ("identity-birth-date", &["registration.birth_date", "registration.id_number", "*.birth_date"], &[], "更正报名信息；证件本身有误的，先到发证机关更正", "the registered date corrected, or the document itself"),
    ("identity-sex", &["registration.sex", "registration.id_number", "id_card_front.sex"], &[], "更正报名信息中的性别；身份证照片不清的，重新上传", "the registered sex corrected, or a clearer picture of the card"),
    ("identity-card-expired", &["id_card_back.valid_from", "id_card_back.valid_to", "registration.registered_on"], &[], "上传报名之日仍在有效期内的身份证", "a card that was valid on the day of registration"),
    ("identity-card-unclear", &["sheet"], &["card.min_sharpness", "card.max_glare", "card.max_stain", "card.min_visible", "card.gray_chroma"], "重新拍摄身份证原件：完整、清晰、彩色、无反光", "a whole, sharp picture of the card in colour, without glare"),
    ("identity-underage", &["registration.birth_date", "registration.id_number", "registration.registered_on", "registration.condition"], &[], "年满规定周岁后再报名；出生日期填错的，更正", "a registration after that birthday, or the birth date corrected"),
    ("identity-duplicate", &["registration.id_number", "registration.plan", "batch"], &[], "确认保留哪一条报名，撤回其余", "one of the registrations withdrawn"),
    ("registration-missing", &["intake"], &[], "在报名信息表中补上该报名，或补交 submission.json", "a row in the table, or a submission.json"),
    ("registration-orphan", &["intake"], &[], "补交该报名的材料文件夹，或从表中删除该行", "the folder, or the row removed"),
    ("registration-duplicate", &["intake"], &[], "核对后只保留一条", "one of them kept"),
    ("registration-conflict", &["intake"], &[], "核对后使两处一致", "both made equal"),
    ("registration-field", &["registration"], &[], "更正或补填该栏", "the column corrected or filled in"),
    ("registration-condition", &["registration.registered_on", "registration.occupation", "registration.level", "registration.condition"], &[], "重新选择该职业、级别现行的申报条件；适用哪份文件有疑问的，由审核机构确定（可用 --pack）", "a condition that this occupation and level have; the office may choose the pack (--pack)"),
    ("plan-not-offered", &["registration.occupation", "registration.job_type", "registration.level", "registration.registered_on"], &[], "改选开考的职业、工种、级别", "an occupation, job type and level that are offered"),
    ("plan-month", &["registration.plan", "registration.occupation", "registration.job_type", "registration.level"], &[], "改选开考月份的认定计划", "a plan in a month in which it is offered"),
    ("fee-amount", &["registration.fee_paid", "registration.occupation", "registration.level"], &[], "核对收费记录，补缴或退还差额", "the record checked, the difference paid or refunded"),
    ("form-template", &["pages"], &["reading.kind_threshold"], "使用规定的《北京市职业技能认定申报表》填写后重新上传", "the prescribed form"),
    ("form-condition-other", &["application_form.condition", "registration.condition"], &["reading.candidate_margin", "reading.illegible_gap"], "按所选条件原文重新手抄；若选错条件，更正报名信息", "the chosen condition copied again, or the registered choice corrected"),
    ("form-condition-text", &["application_form.condition", "registration.condition"], &["reading.candidate_margin", "reading.illegible_gap"], "按所选条件原文一字不差地重新手抄", "the condition copied again, character for character"),
    ("form-occupation", &["application_form.occupation", "*_commitment.occupation", "registration.occupation"], &[], "重新填写申报表，职业与报名信息一致", "the form filled in again with the registered occupation"),
    ("form-level", &["application_form.level", "*_commitment.level", "registration.level"], &[], "重新填写申报表，级别与报名信息一致", "the form filled in again with the registered level"),
    ("form-incomplete", &["application_form", "*_commitment", "registration.condition"], &["reading.blank_threshold"], "补填空缺处后重新上传", "the blank filled in"),
    ("form-unrequired-section", &["application_form.work[]", "application_form.education", "application_form.prior_occupation", "application_form.prior_level", "application_form.prior_certificate_number", "registration.condition"], &[], "重新填写，只填所选条件要求的栏目", "a form with only the sections that the condition asks for"),
    ("form-not-handwritten", &["application_form", "*_commitment"], &["reading.printed_threshold"], "用黑色水笔重新手写填表后上传；审核人员确认为手写的也可放行", "the form written by hand; or the reviewer sees that it is"),
    ("form-alteration", &["application_form.alterations[]", "*_commitment.alterations[]"], &["reading.alteration_threshold"], "换一张表重新填写，不涂改；审核人员确认无涂改的也可放行", "a new form without corrections; or the reviewer sees none"),
    ("form-damaged", &["sheet"], &["reading.visible_threshold"], "平铺拍全四角后重新上传；表格破损的，重新填写", "the whole sheet in the picture, untorn"),
    ("form-signature-missing", &["application_form.work[].signature", "application_form.education.signature", "*_commitment.signature"], &["reading.blank_threshold"], "由本人手写签名后重新上传", "the applicant's signature"),
    ("form-signature-name", &["registration.name", "application_form.work[].signature", "application_form.education.signature", "*_commitment.signature"], &[], "由本人签本人姓名；审核人员辨认确为本人签名的也可放行", "the applicant's own name signed; or the reviewer reads it so"),
    ("form-date", &["application_form.work[].signed_on", "application_form.education.signed_on", "intent_commitment.signed_on", "today"], &["reading.blank_threshold"], "填写真实的签名日期后重新上传", "a real date that is not in the future"),
    ("form-chsi-code", &["application_form.chsi_code", "registration.chsi_code", "registration.education", "diploma.schooling", "education_commitment.education"], &["reading.blank_threshold"], "在申报表和报名信息中填写学信网在线验证码，二者一致", "the code of 学信网 on the form and in the registration"),
    ("form-phone", &["*_commitment.mobile", "registration.mobile", "registration.phone"], &["reading.blank_threshold"], "在承诺书上填写 11 位手机号码，与报名信息一致", "the registered mobile number on the letter"),
    ("form-commitment-mismatch", &["application_form.occupation", "application_form.level", "application_form.work[].start", "application_form.work[].end", "application_form.work[].years", "*_commitment.occupation", "*_commitment.level", "work_commitment.start", "work_commitment.end", "work_commitment.years"], &[], "使申报表与承诺书所填一致后重新上传", "form and letter that say the same"),
    ("work-period-order", &["application_form.work[].start", "application_form.work[].end", "application_form.work[].occupation_start", "application_form.work[].occupation_end", "work_commitment.start", "work_commitment.end"], &[], "按实际起止年月重新填写", "the real months"),
    ("work-period-underage", &["application_form.work[].start", "application_form.work[].occupation_start", "registration.birth_date", "registration.id_number"], &["work.min_age"], "核对起始年月；审核人员认定属实的也可放行", "the start corrected; or the reviewer accepts it"),
    ("work-period-after-signature", &["application_form.work[].end", "application_form.work[].occupation_end", "application_form.work[].signed_on", "today"], &[], "工作截止年月改为不晚于签名之日，重新填写", "an end that is not after the signature"),
    ("work-overlap", SPANS, &[], "无需处理；重叠的月份只计一次", "nothing; the months count once"),
    ("work-employer-name", &["application_form.work[].employer", "register"], &["work.employer_endings"], "填写营业执照上的单位全称", "the employer's full name as in its licence"),
    ("work-employer-dates", &["application_form.work[].employer", "application_form.work[].start", "application_form.work[].end", "register"], &["work.employer_endings"], "核对单位全称和起止年月；曾用名或登记信息缺漏的，提交证明", "name and months corrected, or proof of a former name"),
    ("work-occupation", &["application_form.work[].occupation", "registration.occupation"], &[], "填写实际从事的本职业或所列相关职业；不属于所列职业的，不能计入年限", "本职业 or a listed 相关职业, if that was the work"),
    ("work-total-mismatch", &["application_form.work[].years", "application_form.work[].start", "application_form.work[].end", "application_form.work[].occupation_start", "application_form.work[].occupation_end"], &[], "使“共X年”与起止年月相符后重新填写", "a total that the months come to"),
    ("work-years", YEARS, &[], "补填遗漏的工作经历；年限确实不足的，待满年限后再报，或改报其他条件", "work that was left out; else a later registration or another condition"),
    ("work-years-borderline", YEARS, &[], "审核人员核实首尾月份是否在岗", "the reviewer verifies the first and the last month"),
    ("certificate-level", &["prior_certificate.certificate_level", "application_form.prior_level", "registration.condition"], &[], "提交所选条件要求级别的证书，或改选与证书相符的条件", "a certificate of that level, or the condition that fits it"),
    ("certificate-occupation", &["prior_certificate.certificate_occupation", "application_form.prior_occupation", "registration.occupation"], &[], "提交本职业或所列相关职业的证书", "a certificate in 本职业 or a listed 相关职业"),
    ("certificate-number", &["prior_certificate.certificate_number", "application_form.prior_certificate_number", "registration.prior_certificate_number"], &[], "按证书原件更正申报表或报名信息中的编号", "form and registration with the certificate's number"),
    ("certificate-age", &["prior_certificate.issued_on", "registration.registered_on", "registration.condition"], &[], "取得证书满规定年限后再报名", "a registration after that time"),
    ("certificate-duplicate", &["registration.prior_certificate_number", "prior_certificate.certificate_number", "registration.id_number", "batch"], &[], "按本人证书更正编号；审核人员查明该编号属于谁", "the number of the applicant's own certificate; the reviewer finds out whose it is"),
    ("education-major", &["diploma.major", "application_form.education.major", "diploma.schooling", "registration.education"], &[], "专业填写与毕业证书一致；不属于所列专业的，改报其他条件", "the diploma's major; else another condition"),
    ("education-level", &["diploma.schooling", "diploma.title", "diploma.school", "education_commitment.education", "registration.education", "registration.condition"], &[], "提交符合条件的学历证明，或改报其他条件", "a diploma of that kind, or another condition"),
    ("education-period", &["application_form.education.start", "application_form.education.end", "application_form.education.signed_on", "diploma.start", "diploma.end", "registration.registered_on", "today"], &[], "按毕业证书更正就读起止年月；尚未毕业的，毕业后再报", "the months of the diploma; else a registration after graduation"),
    ("training-hours", &["completion_certificate.hours", "training_commitment.hours"], &[], "提交学时达标的结业证书", "a certificate of enough hours"),
    ("reading-doubtful", &["application_form", "*_commitment", "id_card_front", "id_card_back", "prior_certificate", "diploma", "completion_certificate"], &["reading.blank_threshold", "reading.corroborated_threshold"], "审核人员看图辨认；看不清的，请申报人重新拍摄该页", "the reviewer reads the place; or a better picture of the page"),
    ("input-refused", &["intake", "pages", "files"], &["limits.max_file_bytes", "limits.max_pixels", "limits.max_pdf_pages", "limits.max_files", "limits.max_submission_bytes", "limits.max_submission_pages", "limits.max_name_chars", "limits.max_archive_bytes", "limits.max_archive_ratio", "limits.max_held_bytes", "limits.max_archive_header_bytes", "limits.max_json_bytes", "limits.max_reader_bytes", "limits.max_reader_seconds"], "重新上传普通的图片或 PDF，大小在限制之内", "an ordinary picture or PDF within the limits"),
    ("internal-error", &[], &["limits.max_seconds_per_submission"], "人工审核全部材料，并把该情况报告给开发者", "all of it reviewed by hand, and the failure reported"),
];

#[cfg(test)]
mod tests {
    use crate::rules::RULES;
    use serde_json::Value;

    /// Words by which a rule's file names a setting that it looks at.
    fn settings_of(rule: &str, source: &str) -> Vec<String> {
        let keys: toml::Table = toml::from_str(include_str!("../../../../rules/settings.toml")).expect("settings.toml");
        let code: String = source.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        // The photo's rules and the card's call their section `s`.
        let short = |section: &str| section == "photo" && rule.starts_with("photo-") || section == "card" && rule == "identity-card-unclear";
        let looks = |s: &str, k: &str| {
            code.contains(&format!("{s}.{k}")) && s != "photo" || code.contains(&format!("settings.{s}.{k}")) || short(s) && code.contains(&format!("s.{k}"))
        };
        let tables = keys.iter().filter_map(|(s, t)| Some((s, t.as_table()?)));
        tables.flat_map(|(s, t)| t.keys().filter(|k| looks(s, k)).map(move |k| format!("{s}.{k}"))).filter(|k| k != "reading.working_threshold").collect()
    }

    #[test]
    fn every_rule_has_its_row() {
        for rule in RULES {
            let guide = rule.guide().unwrap_or_else(|| panic!("{} has no guide", rule.id));
            assert!(guide.clears_zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) && !guide.clears_zh.ends_with('。'), "{}", rule.id);
            assert!(!guide.clears_en.is_empty() && !guide.clears_en.ends_with('.'), "{}", rule.id);
            let headings: Vec<&str> = rule
                .documentation()
                .iter()
                .map(|(h, text)| {
                    assert!(!text.is_empty(), "{}: {h}", rule.id);
                    *h
                })
                .collect();
            assert_eq!(headings, ["What is wrong", "Evidence", "Cannot tell"], "{}", rule.id);
        }
        assert_eq!(super::GUIDES.len(), RULES.len());
    }

    #[test]
    fn settings_are_those_that_the_rule_looks_at() {
        let known: toml::Table = toml::from_str(include_str!("../../../../rules/settings.toml")).expect("settings.toml");
        for rule in RULES {
            let guide = rule.guide().expect("a guide");
            for key in guide.settings {
                let (section, name) = key.split_once('.').expect("section.key");
                assert!(known[section].get(name).is_some(), "{}: no setting {key}", rule.id);
            }
            let source = crate::rules::documentation::SOURCES.iter().find(|(id, _)| *id == rule.id).expect("a source").1;
            for key in settings_of(rule.id, source) {
                assert!(guide.settings.contains(&key.as_str()), "{} looks at {key}, and its guide does not say so", rule.id);
            }
        }
    }

    /// Every pattern names something that a finding can hold.
    #[test]
    fn evidence_exists() {
        let schema = serde_json::to_value(schemars::schema_for!(crate::vocabulary::submission::Registration)).expect("schema");
        let photo = serde_json::to_value(schemars::schema_for!(crate::vocabulary::photo::PhotoFacts)).expect("schema");
        let documents = serde_json::to_value(schemars::schema_for!(crate::vocabulary::documents::Documents)).expect("schema");
        let has = |schema: &Value, name: &str| schema["properties"].get(name).is_some();
        let some = |name: &str| documents.to_string().contains(&format!("\"{name}\":"));
        for rule in RULES {
            for pattern in rule.guide().expect("a guide").rests_on {
                let (head, rest) = pattern.split_once('.').unwrap_or((pattern, ""));
                let known = match head {
                    "pages" | "sheet" | "files" | "intake" | "register" | "batch" | "today" => rest.is_empty(),
                    "registration" => rest.is_empty() || has(&schema, rest),
                    "photo" => has(&photo, rest),
                    "*" | "*_commitment" => rest.is_empty() || some(rest.trim_end_matches("[]")),
                    document => has(&documents, document) && rest.split('.').filter(|p| !p.is_empty()).all(|p| some(p.trim_end_matches("[]"))),
                };
                assert!(known, "{}: {pattern}", rule.id);
            }
        }
    }
}
