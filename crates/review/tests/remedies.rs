//! What the rules' remedies leave for a notice to an applicant: his part of each, and none of the office's.

use yushen_review::findings::notice::{NOT_FOR_APPLICANTS, for_applicant};
use yushen_review::rules::RULES;
use yushen_review::vocabulary::finding::Severity;

#[test]
fn remedies_for_applicants_speak_to_applicants() {
    for rule in RULES {
        let own = for_applicant(rule.clears_zh);
        for word in NOT_FOR_APPLICANTS {
            assert!(!own.contains(word), "{}: {own}", rule.id);
        }
        assert!(rule.worst != Severity::Reject || !own.is_empty(), "{}: nothing is left of its remedy", rule.id);
    }
}

#[test]
fn what_speaks_to_the_office_is_left_out() {
    for (clears, own) in [
        ("审核人员看图辨认；看不清的，请申报人重新拍摄该页", "看不清的，请重新拍摄该页"),
        ("上传本人照片；另一报名用错照片的，由对方更换", "上传本人照片"),
        ("补交所列材料，并按材料名称命名", "补交所列材料，并按材料名称命名"),
        ("人工审核全部材料，并把该情况报告给开发者", ""),
    ] {
        assert_eq!(for_applicant(clears), own);
    }
}
