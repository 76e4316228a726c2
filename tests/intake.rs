//! How a batch comes in, through the binary: tables that are no tables, system files, wrappers, names of folders and
//! files. Each case is a small batch and what must be said of it; all of them are audited in one run, so that models
//! are loaded once, and none has a picture that anything would be read from.

mod outputs;

use outputs::{audit_with, binary, json, rows};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

const HEADER: &str = "报名编号,姓名,性别,出生日期,证件类型,证件号码,民族,文化程度,手机号码,联系电话,邮箱,邮政编码,考生来源,报考身份,认定计划,职业,工种,级别,申报条件,学信网验证码,上一级证书编号,报名日期,缴费金额";
const ROW: &str = "D1,周海涛,男,1994-07-27,居民身份证,370102199407275536,汉族,中专,13930295833,,,370100,社会人员,职工身份,2024年12月认定计划,信息安全测试员,渗透测试员,三级,2,,S1,2024-11-15,160";

/// What is put into a batch. In texts `§` is the case's number, so that no id stands in two cases, `{H}` the whole
/// header, `{R id name}` a whole row, and `¿` a byte that is no character.
enum Put {
    Text(&'static str),
    Gb18030(&'static str),
    Utf16(&'static str),
    /// With this mark where commas are.
    Marked(char, &'static str),
    /// A workbook of these lines, cells parted by commas.
    Book(&'static str),
    /// A workbook whose sheet has these `<row>`s and what follows them, and these shared strings.
    Sheet(&'static str, &'static str),
    Folder,
    /// So many bytes of nothing, which take no room on the disk.
    #[cfg(unix)]
    Sparse(u64),
}
use Put::{Book, Folder, Gb18030, Marked, Sheet, Text, Utf16};

const X: Put = Text("x");

#[derive(Default)]
struct Case {
    name: &'static str,
    put: &'static [(&'static str, Put)],
    /// All of it in one archive rather than in a folder.
    zip: bool,
    /// All submissions that must be in the results.
    submissions: &'static [&'static str],
    /// Submission, column of `submissions.csv`, what must stand there.
    read: &'static [(&'static str, &'static str, &'static str)],
    /// Submission, rule, severity, and words that one of its rows in `flags.csv` must have.
    flags: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// Submission and rule of which there must be none.
    never: &'static [(&'static str, &'static str)],
    /// Words of the batch's notes in `run.json`.
    notes: &'static [&'static str],
    /// Words of the batch's own rows in `flags.csv`.
    rows: &'static [&'static str],
    /// Files of systems and programs.
    ignored: u64,
    /// Words that stand nowhere in the batch's notes.
    silent: &'static [&'static str],
}

const NONE: Case = Case {
    name: "",
    put: &[],
    zip: false,
    submissions: &[],
    read: &[],
    flags: &[],
    never: &[],
    notes: &[],
    rows: &[],
    ignored: 0,
    silent: &[],
};
const FORM: &str = "D§1/申报表.jpg";

const CASES: &[Case] = &[
    // -- what systems leave behind
    Case {
        name: "system files are no submissions, and are counted",
        put: &[
            ("报名信息.csv", Text("{H}\n{R D§1}\n")),
            (FORM, X),
            ("D§1/Thumbs.db", X),
            ("D§1/._申报表.jpg", X),
            ("D§1/@eaDir/申报表.jpg", X),
            (".DS_Store", X),
            ("desktop.ini", X),
            ("~$报名信息.xlsx", X),
            ("__MACOSX/D§1/._申报表.jpg", X),
            ("#recycle/旧/申报表.jpg", X),
            ("$RECYCLE.BIN/S-1-5/desktop.ini", X),
            ("System Volume Information/IndexerVolumeGuid", X),
            ("新建文件夹", Folder),
            ("新建文件夹 (2)", Folder),
        ],
        submissions: &["D§1"],
        never: &[("D§1", "material-unknown")],
        notes: &["（Thumbs.db）1 个", "（__MACOSX）1 个", "（新建文件夹*）2 个"],
        ignored: 12,
        ..NONE
    },
    Case {
        name: "an archive with what macOS packs along: the wrapper is taken off",
        zip: true,
        put: &[
            ("八月/报名信息.csv", Text("{H}\n{R D§1}\n")),
            ("八月/D§1/申报表.jpg", X),
            ("八月/.DS_Store", X),
            ("__MACOSX/八月/._报名信息.csv", X),
            ("__MACOSX/八月/D§1/._申报表.jpg", X),
        ],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛"), ("D§1", "folder", "D§1")],
        never: &[("D§1", "registration-missing")],
        ignored: 3,
        ..NONE
    },
    Case {
        name: "a note beside the wrapper of an archive",
        zip: true,
        put: &[("八月/报名信息.csv", Text("{H}\n{R D§1}\n")), ("八月/D§1/申报表.jpg", X), ("说明.txt", Text("请审核"))],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        notes: &["说明.txt", "采用了下级文件夹中的这一份"],
        ..NONE
    },
    Case {
        name: "a folder in a folder of the same name, and the register beside the table in it",
        put: &[
            ("批次/批次/报名信息.csv", Text("{H}\n{R D§1}\n")),
            ("批次/批次/D§1/D§1/申报表.jpg", X),
            ("批次/批次/companies.csv", Text("企业名称,成立日期\n,2012-01-01\n")),
        ],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛"), ("D§1", "files", "1")],
        never: &[("D§1", "registration-duplicate")],
        notes: &["companies.csv 第 2 行：没有企业名称"],
        ..NONE
    },
    // -- which file is the table
    Case {
        name: "another spelling of the ending",
        put: &[("报名信息.CSV", Text("{H}\n{R D§1}\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        ..NONE
    },
    Case {
        name: "a browser's second copy",
        put: &[("报名信息(1).csv", Text("{H}\n{R D§1}\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        ..NONE
    },
    Case {
        name: "a copy by Windows",
        put: &[("报名信息 - 副本.xlsx", Book("{H}\n{R D§1}\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        ..NONE
    },
    Case {
        name: "two that differ: the one with the documented name is used, and the other is reported",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("报名信息(1).csv", Text("{H}\n{R D§1 李四}\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        rows: &["报名信息(1).csv：与报名信息表 报名信息.csv 不同，本次采用的是 报名信息.csv"],
        ..NONE
    },
    Case {
        name: "two that are the same",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("报名信息-备份.csv", Text("{H}\n{R D§1}\n")), (FORM, X)],
        submissions: &["D§1"],
        notes: &["报名信息-备份.csv：与另一份报名信息表 报名信息.csv 内容相同"],
        ..NONE
    },
    Case {
        name: "the first cannot be read: the second is",
        put: &[("报名信息.csv", Text("")), ("报名信息.xlsx", Book("{H}\n{R D§1}\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        rows: &["报名信息.csv：报名信息表无法读取：文件为空"],
        ..NONE
    },
    Case {
        name: "an .xls that is a web page, with a cell over two rows",
        put: &[
            (
                "报名信息.xls",
                Gb18030(
                    "<html xmlns:x=\"urn:schemas\"><head><meta charset=gb2312><style>td{}</style></head><body><![if !x]><![endif]><table border=1><tr><th colspan=3>2024年</th></tr>\
                 <tr><td>报名编号<td>姓名<td nowrap>职业&nbsp;<br>（必填）</tr><tr><td>D§1</td><td>周海涛</td><td rowspan=2>信息安全测试员</td></tr><tr><td x:str>D§2</td><td>王&#33459;</td></tr></table>",
                ),
            ),
            (FORM, X),
            ("D§2/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2"],
        read: &[
            ("D§1", "applicant_name", "周海涛"),
            ("D§2", "applicant_name", "王芳"),
            ("D§2", "occupation", "信息安全测试员"),
        ],
        ..NONE
    },
    Case {
        name: "an .xls that is text with tabs",
        put: &[("报名信息.xls", Marked('\t', "{H}\n{R D§1}\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "id_number", "370102199407275536")],
        ..NONE
    },
    Case {
        name: "the XML of Excel 2003",
        put: &[
            (
                "报名信息.xml",
                Text(
                    "<?xml version=\"1.0\"?><Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table><Row><Cell><Data>报名编号</Data></Cell><Cell ss:Index=\"3\"><Data>姓名</Data></Cell></Row>\
                 <Row ss:Index=\"4\"><Cell><Data ss:Type=\"String\">D§1</Data></Cell><Cell ss:Index=\"3\"><Data>周海涛</Data></Cell></Row></Table></Worksheet></Workbook>",
                ),
            ),
            (FORM, X),
        ],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        ..NONE
    },
    Case {
        name: "a document of another kind under the table's name",
        put: &[("报名信息.pdf", Text("%PDF-1.4")), (FORM, X)],
        submissions: &["D§1"],
        rows: &["报名信息.pdf：报名信息表无法读取：是 PDF 文件，请重新导出"],
        flags: &[("D§1", "registration-missing", "review", "")],
        ..NONE
    },
    // -- its head
    Case {
        name: "marks and words around heads",
        put: &[
            (
                "报名信息.csv",
                Text(
                    "*报名编号,★姓名,\"职业\n（必填）\",＊级别【必填项】,证件号码*\nD§1,周海涛,信息安全测试员,三级,370102199407275536\n",
                ),
            ),
            (FORM, X),
        ],
        submissions: &["D§1"],
        read: &[
            ("D§1", "applicant_name", "周海涛"),
            ("D§1", "occupation", "信息安全测试员"),
            ("D§1", "level", "三级/高级工"),
            ("D§1", "id_number", "370102199407275536"),
        ],
        silent: &["不认识的列"],
        ..NONE
    },
    Case {
        name: "titles with commas above semicolons",
        put: &[
            (
                "报名信息.csv",
                Text("2024年12月,第一批,报名信息,汇总\n\n报名编号;姓名;职业\nD§1;周海涛;信息安全测试员\n"),
            ),
            (FORM, X),
        ],
        submissions: &["D§1"],
        read: &[("D§1", "occupation", "信息安全测试员")],
        ..NONE
    },
    Case {
        name: "a title above tabs, in UTF-16",
        put: &[("报名信息.txt", Utf16("报名信息,2024\n报名编号\t姓名\nD§1\t周海涛\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        ..NONE
    },
    Case {
        name: "Excel's own line on the separator, and bars",
        put: &[("报名信息.csv", Text("sep=|\n报名编号|姓名\nD§1|周海涛\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        ..NONE
    },
    Case {
        name: "no header: nothing of the first row is printed",
        put: &[("报名信息.csv", Text("D§1,周海涛,370102199407275536\n")), (FORM, X)],
        submissions: &["D§1"],
        rows: &["没有表头：缺少列“报名编号”"],
        silent: &["周海涛", "3701"],
        ..NONE
    },
    // -- bytes, quotes
    Case {
        name: "a bad byte in UTF-8 costs its cell",
        put: &[
            ("报名信息.csv", Text("{H}\n{R D§1}\nD§2,周¿涛,男\n{R D§3}\n")),
            (FORM, X),
            ("D§2/申报表.jpg", X),
            ("D§3/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2", "D§3"],
        read: &[("D§1", "applicant_name", "周海涛"), ("D§3", "applicant_name", "周海涛")],
        rows: &["报名信息.csv 第 3 行：第 2 列有无法识别的字节"],
        flags: &[("D§2", "registration-field", "review", "姓名")],
        ..NONE
    },
    Case {
        name: "a bad byte in GB18030, in an id",
        put: &[("报名信息.csv", Gb18030("{H}\n{R D§1}\n¿D§2,周海涛,男\n")), (FORM, X)],
        submissions: &["D§1"],
        read: &[("D§1", "applicant_name", "周海涛")],
        rows: &["第 3 行：第 1 列有无法识别的字节", "第 3 行：报名编号无法准确读取"],
        ..NONE
    },
    Case {
        name: "a bad byte in the register costs its cell",
        put: &[
            ("报名信息.csv", Text("{H}\n{R D§1}\n")),
            (FORM, X),
            (
                "companies.csv",
                Gb18030(
                    "企业名录\n企业名称;统一社会信用代码;成立日期;注销日期;曾用名\n甲公司;9¿1;2012-01-01;;\n乙公司;91;2012年;;\n",
                ),
            ),
        ],
        submissions: &["D§1"],
        rows: &["companies.csv 第 3 行：第 2 列有无法识别的字节", "companies.csv 第 4 行：成立日期“2012年”不是日期"],
        silent: &["缺少列“曾用名”"],
        ..NONE
    },
    Case {
        name: "an open quote costs no other row",
        put: &[
            (
                "报名信息.csv",
                Text("报名编号,姓名,性别,民族\nD§1,\"周海涛,男,汉族\nD§2,王芳,女,汉族\nD§3,赵六,男,汉族\n"),
            ),
            (FORM, X),
            ("D§2/申报表.jpg", X),
            ("D§3/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2", "D§3"],
        read: &[
            ("D§1", "applicant_name", "周海涛"),
            ("D§2", "applicant_name", "王芳"),
            ("D§3", "applicant_name", "赵六"),
        ],
        rows: &["第 2 行：第 2 列有未成对的引号"],
        ..NONE
    },
    Case {
        name: "two open quotes that look like one cell",
        put: &[
            (
                "报名信息.csv",
                Text("报名编号,姓名,性别,民族\nD§1,\"周海涛,男,汉族\nD§2,王芳,女,汉族\nD§3,\"赵六,男,汉族\n"),
            ),
            (FORM, X),
            ("D§2/申报表.jpg", X),
            ("D§3/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2", "D§3"],
        read: &[("D§2", "applicant_name", "王芳"), ("D§3", "applicant_name", "赵六")],
        rows: &["第 2 行：第 2 列有未成对的引号", "第 4 行"],
        ..NONE
    },
    Case {
        name: "an open quote before a comma of the text: the line is not guessed at",
        put: &[
            ("报名信息.csv", Text("报名编号,姓名,性别,民族\nD§1,\"周,海涛,男,汉族\nD§2,王芳,女,汉族\n")),
            (FORM, X),
            ("D§2/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2"],
        read: &[("D§2", "applicant_name", "王芳"), ("D§1", "applicant_name", "")],
        rows: &["第 2 行：有未成对的引号，其后各行已按行重新读取；本行有 5 格，与表头的 4 列不符"],
        ..NONE
    },
    Case {
        name: "a cell of several lines is one cell",
        put: &[
            (
                "报名信息.csv",
                Text(
                    "报名编号,考生来源,姓名,民族\nD§1,\"北京,\n朝阳\n\"\"三\"\"里屯\",周海涛,汉族\nD§2,北京,王芳,汉族\n",
                ),
            ),
            (FORM, X),
            ("D§2/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2"],
        read: &[("D§1", "applicant_name", "周海涛"), ("D§2", "applicant_name", "王芳")],
        silent: &["引号"],
        ..NONE
    },
    // -- rows that are none, cells that are empty
    Case {
        name: "totals, notes, examples and a repeated head are no rows",
        put: &[
            (
                "报名信息.csv",
                Text(
                    "报名编号,姓名,缴费金额\n示例,张三,160\nD§1,周海涛,160\n报名编号,姓名,缴费金额\nD§2,王芳,160\n合计,2 人,320\n,,,\n备注：以上为第一批\n,制表人：赵六,\n",
                ),
            ),
            (FORM, X),
            ("D§2/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2"],
        notes: &["报名信息.csv 第 2 行：是合计、说明或示例", "第 4 行：是重复的表头", "第 6 行", "第 8 行", "第 9 行"],
        silent: &["没有报名编号"],
        ..NONE
    },
    Case {
        name: "words for nothing are empty, errors of a spreadsheet too",
        put: &[
            (
                "报名信息.csv",
                Text(
                    "报名编号,姓名,邮箱,联系电话,邮政编码,学信网验证码,上一级证书编号,缴费金额,出生日期,工种\nD§1,周海涛,无,/,-,null,#N/A,#REF!,—,暂无\nD§2,王芳,N/A,——,\\,(null),#VALUE!,--,#DIV/0!,无\n无,,/,,,,,,,\n",
                ),
            ),
            (FORM, X),
            ("D§2/submission.json", Text("{\"phone\":\"无\",\"fee_paid\":\"#N/A\"}")),
        ],
        submissions: &["D§1", "D§2"],
        never: &[("D§1", "fee-amount"), ("D§1", "registration-conflict"), ("D§2", "registration-conflict")],
        notes: &["第 2 行：“上一级证书编号”为 #N/A，按未填处理"],
        silent: &["没有报名编号"],
        ..NONE
    },
    Case {
        name: "days as the numbers that a spreadsheet keeps",
        put: &[
            (
                "报名信息.csv",
                Text("报名编号,姓名,出生日期,报名日期,证件号码\nD§1,周海涛,34542,45611.43,370102199407275536\n"),
            ),
            (FORM, X),
            ("D§1/submission.json", Text("{\"birth_date\":\"1994-07-27\",\"registered_on\":\"2024年11月15日\"}")),
        ],
        submissions: &["D§1"],
        never: &[("D§1", "registration-conflict"), ("D§1", "identity-birth-date")],
        ..NONE
    },
    Case {
        name: "a workbook: days, an id over several rows, what is merged, an error",
        put: &[
            (
                "报名信息.xlsx",
                Sheet(
                    "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"inlineStr\"><is><r><t>*姓</t></r><r><t>名</t></r><rPh><t>x</t></rPh></is></c><c r=\"C2\" t=\"str\"><v>职业</v></c><c r=\"D2\" t=\"inlineStr\"><is><t>出生日期</t></is></c><c r=\"E2\" t=\"inlineStr\"><is><t>邮箱</t></is></c></row>\
                     <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>D§1</t></is></c><c r=\"B3\" t=\"inlineStr\"><is><t>周&#28023;涛</t></is></c><c r=\"C3\" t=\"inlineStr\"><is><t>信息安全测试员</t></is></c><c r=\"D3\" s=\"1\"><v>34542</v></c><c r=\"E3\" t=\"e\"><v>#N/A</v></c></row>\
                     <row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>D§2</t></is></c><c r=\"B4\" t=\"inlineStr\"><is><t>王芳</t></is></c><c r=\"C4\" s=\"1\"/></row><row r=\"5\"><c r=\"C5\" s=\"1\"/></row></sheetData><mergeCells><mergeCell ref=\"A1:E1\"/><mergeCell ref=\"C3:C5\"/></mergeCells>",
                    "<si><t>报名</t><t>编号</t></si>",
                ),
            ),
            (FORM, X),
            ("D§1/submission.json", Text("{\"birth_date\":\"1994-07-27\"}")),
            ("D§2/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2"],
        read: &[("D§1", "applicant_name", "周海涛"), ("D§2", "occupation", "信息安全测试员")],
        never: &[("D§1", "registration-conflict")],
        notes: &["第 3 行：“邮箱”为 #N/A"],
        silent: &["没有报名编号"],
        ..NONE
    },
    Case {
        name: "a shared text that is not there",
        put: &[
            (
                "报名信息.xlsx",
                Sheet(
                    "<row><c t=\"inlineStr\"><is><t>报名编号</t></is></c><c t=\"inlineStr\"><is><t>姓名</t></is></c></row><row><c t=\"inlineStr\"><is><t>D§1</t></is></c><c t=\"s\"><v>7</v></c></row></sheetData>",
                    "",
                ),
            ),
            (FORM, X),
        ],
        submissions: &["D§1"],
        rows: &["单元格 B2 指向不存在的共享文字"],
        flags: &[("D§1", "registration-field", "review", "姓名")],
        ..NONE
    },
    // -- nothing to go by
    Case {
        name: "no table at all",
        put: &[(FORM, X), ("D§2/submission.json", Text("{\"name\":\"王芳\"}"))],
        submissions: &["D§1", "D§2"],
        rows: &[
            "没有报名信息表（报名信息.csv / 报名信息.xlsx）；将只使用各文件夹内的 submission.json，有 1 份材料因此没有报名信息可以核对",
        ],
        ..NONE
    },
    Case {
        name: "no table, and none is needed",
        put: &[("D§2/submission.json", Text("{\"name\":\"王芳\"}"))],
        submissions: &["D§2"],
        notes: &["没有报名信息表"],
        ..NONE
    },
    Case {
        name: "an archive for each applicant",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n{R D§2}\n")), ("D§1.zip", Text("PK")), ("D§2.rar", Text("Rar!"))],
        submissions: &["D§1", "D§2"],
        rows: &["有 2 个压缩包不在报名文件夹内且未解压"],
        notes: &["D§1.zip"],
        ..NONE
    },
    // -- folders of rows
    Case {
        name: "number and name in the folder's name, in any order",
        put: &[
            (
                "报名信息.csv",
                Text(
                    "报名编号,姓名\n2024§001,周海涛\n2024§002,王芳\n2024§003,赵六\n2024-§-4,阿依古丽·买买提\n2024§005,钱七\n",
                ),
            ),
            ("2024§001_周海涛/申报表.jpg", X),
            ("王芳-2024§002/申报表.jpg", X),
            ("2024§003 赵六/申报表.jpg", X),
            ("2024-§-4_阿依古丽•买买提/申报表.jpg", X),
            ("2024§005钱七(补)/2024§005/申报表.jpg", X),
        ],
        submissions: &["2024§001", "2024§002", "2024§003", "2024-§-4", "2024§005"],
        read: &[("2024§001", "folder", "2024§001_周海涛"), ("2024§005", "files", "1")],
        never: &[
            ("2024§001", "registration-missing"),
            ("2024§002", "registration-missing"),
            ("2024§003", "registration-missing"),
            ("2024-§-4", "registration-missing"),
        ],
        ..NONE
    },
    Case {
        name: "a folder that is nearly a row's is not taken for it, and the row is named",
        put: &[
            ("报名信息.csv", Text("报名编号,姓名\n2024§001,周海涛\n2024§X77,王芳\n2024§003,孙八\n")),
            ("2024§001_李四/申报表.jpg", X),
            ("2024§Y77/申报表.jpg", X),
            ("孙八/申报表.jpg", X),
        ],
        submissions: &["2024§001", "2024§001_李四", "2024§X77", "2024§Y77", "2024§003", "孙八"],
        flags: &[
            (
                "2024§001_李四",
                "registration-missing",
                "review",
                "第 2 行（报名编号 2024§001）编号相同，但文件夹名中的姓名与该行不符",
            ),
            ("2024§Y77", "registration-missing", "review", "第 3 行（报名编号 2024§X77）编号相近"),
            ("孙八", "registration-missing", "review", "第 4 行（报名编号 2024§003）姓名相同"),
        ],
        ..NONE
    },
    Case {
        name: "the dot inside a name is one dot",
        put: &[
            (
                "报名信息.csv",
                Text(
                    "报名编号,姓名\nD§1,阿依古丽•买买提\nD§2,阿依古丽．买买提\nD§3,阿依古丽・买买提\nD§4,阿依古丽.买买提\n",
                ),
            ),
            ("D§1/submission.json", Text("{\"name\":\"阿依古丽·买买提\"}")),
            ("D§2/submission.json", Text("{\"name\":\"阿依古丽‧买买提\"}")),
            ("D§3/submission.json", Text("{\"name\":\"阿依古丽 · 买买提\"}")),
            ("D§4/submission.json", Text("{\"name\":\"阿依古丽･买买提\"}")),
        ],
        submissions: &["D§1", "D§2", "D§3", "D§4"],
        never: &[
            ("D§1", "registration-conflict"),
            ("D§2", "registration-conflict"),
            ("D§3", "registration-conflict"),
            ("D§4", "registration-conflict"),
        ],
        ..NONE
    },
    Case {
        name: "born after registering",
        put: &[
            (
                "报名信息.csv",
                Text(
                    "报名编号,姓名,出生日期,证件号码,报名日期\nD§1,周海涛,2025-07-27,370102202507275538,2024-11-15\nD§2,周海涛,1994-07-27,370102199407275536,2024-11-15\n",
                ),
            ),
            (FORM, X),
            ("D§2/申报表.jpg", X),
        ],
        submissions: &["D§1", "D§2"],
        flags: &[("D§1", "identity-number-invalid", "reject", "2025年7月27日")],
        never: &[("D§2", "identity-number-invalid")],
        ..NONE
    },
    // -- files of which nobody knows what they are
    Case {
        name: "everything there is named: what is missing is missing",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("D§1", Folder)],
        submissions: &["D§1"],
        flags: &[("D§1", "material-missing", "reject", "缺少申报表")],
        ..NONE
    },
    Case {
        name: "system files leave nothing in doubt",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("D§1/Thumbs.db", X), ("D§1/.DS_Store", X)],
        submissions: &["D§1"],
        flags: &[("D§1", "material-missing", "reject", "缺少申报表")],
        ignored: 2,
        ..NONE
    },
    Case {
        name: "a stranger may be it",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("D§1/IMG_20240101.jpg", X)],
        submissions: &["D§1"],
        flags: &[("D§1", "material-missing", "review", "“IMG_20240101.jpg”无法按名称或内容识别")],
        never: &[("D§1 reject", "material-missing")],
        ..NONE
    },
    Case {
        name: "an archive in the folder may hold it",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("D§1/材料.zip", X)],
        submissions: &["D§1"],
        flags: &[("D§1", "material-missing", "review", "“材料.zip”")],
        never: &[("D§1 reject", "material-missing")],
        ..NONE
    },
    Case {
        name: "a named file that cannot be read may be another one",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("D§1/其他.jpg", X)],
        submissions: &["D§1"],
        flags: &[("D§1", "material-missing", "review", "“其他.jpg”")],
        never: &[("D§1 reject", "material-missing")],
        ..NONE
    },
    Case {
        name: "names with a person or a number around them",
        put: &[
            ("报名信息.csv", Text("{H}\n{R D§1}\n")),
            ("D§1/周海涛-申报表.jpg", X),
            ("D§1/D§1_身份证人像面.jpg", X),
            ("D§1/周海涛 身份证国徽面(1).jpg", X),
            ("D§1/【周海涛】一寸照片.jpg", X),
            ("D§1/周海涛毕业证书.png", X),
        ],
        submissions: &["D§1"],
        flags: &[
            ("D§1", "material-unreadable", "review", "周海涛-申报表.jpg"),
            ("D§1", "material-unreadable", "review", "D§1_身份证人像面.jpg"),
            ("D§1", "photo-format", "reject", "个人照片"),
        ],
        never: &[
            ("D§1", "material-unknown"),
            ("D§1 缺少申报表", "material-missing"),
            ("D§1 未找到申报表", "material-missing"),
        ],
        ..NONE
    },
    Case {
        name: "endings in full width, with pictograms, of documents",
        put: &[
            ("报名信息.csv", Text("{H}\n{R D§1}\n{R D§2}\n{R D§3}\n{R D§4}\n")),
            ("D§1/申报表．ｊｐｇ", X),
            ("D§2/申报表📄.jpg", X),
            ("D§3/申报表.docx", X),
            ("D§4/申报表", X),
        ],
        submissions: &["D§1", "D§2", "D§3", "D§4"],
        flags: &[
            ("D§1", "material-unreadable", "review", "申报表．ｊｐｇ"),
            ("D§2", "material-unreadable", "review", "申报表📄.jpg"),
            ("D§3", "material-unreadable", "review", "文件内容不是图片或 PDF"),
            ("D§4", "material-unreadable", "review", "“申报表”"),
        ],
        never: &[
            ("D§1", "material-unknown"),
            ("D§2", "material-unknown"),
            ("D§3", "material-unknown"),
            ("D§4", "material-unknown"),
        ],
        ..NONE
    },
    Case {
        name: "a sample and an instruction are no material",
        put: &[("报名信息.csv", Text("{H}\n{R D§1}\n")), ("D§1/申报表-样例.jpg", X), ("D§1/毕业证书_申报表.jpg", X)],
        submissions: &["D§1"],
        flags: &[
            ("D§1", "material-unknown", "note", "申报表-样例.jpg"),
            ("D§1", "material-unknown", "note", "毕业证书_申报表.jpg"),
            ("D§1", "material-missing", "review", "未找到申报表"),
        ],
        ..NONE
    },
];

#[test]
fn every_batch_is_understood_or_told() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), CASES, Command::new(binary()));
}

/// Tables that claim much: each costs a row, within an address space of 8 GB (what is killed by that limit gives no
/// output at all).
#[cfg(unix)]
#[test]
fn a_table_takes_no_more_than_its_limits() {
    const GREEDY: &[Case] = &[
        Case {
            name: "a cell in Excel's last corner",
            put: &[
                (
                    "报名信息.xlsx",
                    Sheet(
                        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>报名编号</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>姓名</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>D§1</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>周海涛</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData>",
                        "",
                    ),
                ),
                (FORM, X),
            ],
            submissions: &["D§1"],
            read: &[("D§1", "applicant_name", "周海涛")],
            rows: &["第 1048576 行：单元格 XFD1048576 超出可读范围"],
            ..NONE
        },
        Case {
            name: "two thousand million shared texts",
            put: &[
                (
                    "报名信息.xlsx",
                    Sheet(
                        "<dimension ref=\"A1:XFD1048576\"/><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>报名编号</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>姓名</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>D§1</t></is></c><c r=\"B2\" t=\"s\"><v>0</v></c></row></sheetData>",
                        "uniqueCount=\"2000000000\"><si><t>周海涛</t></si>",
                    ),
                ),
                (FORM, X),
            ],
            submissions: &["D§1"],
            read: &[("D§1", "applicant_name", "周海涛")],
            ..NONE
        },
        Case {
            name: "a head of megabytes",
            put: &[
                (
                    "报名信息.xlsx",
                    Sheet("<row><c t=\"inlineStr\"><is><t>{MEGABYTES}</t></is></c></row></sheetData>", ""),
                ),
                (FORM, X),
            ],
            submissions: &["D§1"],
            rows: &["报名信息表无法读取：工作表“报名”：有一处文字超过"],
            ..NONE
        },
        Case {
            name: "everything merged",
            put: &[
                (
                    "报名信息.xlsx",
                    Sheet(
                        "<row><c t=\"inlineStr\"><is><t>报名编号</t></is></c></row><row><c t=\"inlineStr\"><is><t>D§1</t></is></c></row></sheetData><mergeCells><mergeCell ref=\"A2:XFD1048576\"/><mergeCell ref=\"B1:B1048576\"/></mergeCells>",
                        "",
                    ),
                ),
                (FORM, X),
            ],
            submissions: &["D§1"],
            ..NONE
        },
        Case {
            name: "three gigabytes of nothing",
            put: &[("报名信息.csv", Put::Sparse(3 << 30)), ("companies.csv", Put::Sparse(3 << 30)), (FORM, X)],
            submissions: &["D§1"],
            rows: &[
                "报名信息.csv：报名信息表无法读取：文件 3221225472 字节，超过上限",
                "companies.csv：企业名录无法读取，工作单位未与名录核对：文件 3221225472 字节，超过上限",
            ],
            ..NONE
        },
        Case {
            name: "a row of a million cells, a cell of megabytes, nothing but open quotes",
            put: &[
                (
                    "报名信息.csv",
                    Text("报名编号,姓名,性别,民族\n{COMMAS}\nD§1,周海涛,男,{MEGABYTES}\nD§2,王芳,女,汉族\n{QUOTES}"),
                ),
                (FORM, X),
            ],
            submissions: &["D§1", "D§2"],
            read: &[("D§2", "applicant_name", "王芳")],
            rows: &["第 2 行：超过 256 格，整行未被使用"],
            ..NONE
        },
    ];
    let dir = tempfile::tempdir().unwrap();
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -v 8000000; exec \"$0\" \"$@\""]).arg(binary());
    run(dir.path(), GREEDY, limited);
}

/// Audits all cases in one run and looks at each.
fn run(dir: &Path, cases: &[Case], command: Command) {
    let out = dir.join("out");
    let mut batches = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let folder = dir.join(format!("b{number:02}"));
        fs::create_dir(&folder).unwrap();
        for (path, what) in case.put {
            put(&folder.join(numbered(path, number)), what, number);
        }
        batches.push(if case.zip { packed(&folder) } else { folder });
    }
    let more: Vec<&str> =
        batches[1..].iter().map(|b| b.to_str().unwrap()).chain(["--lang", "zh", "--report", "none"]).collect();
    let done = audit_with(command, &batches[0], &out, &more);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let summary = String::from_utf8(done.stdout).unwrap();
    let told: Vec<&str> = summary.lines().take_while(|l| l.starts_with("注意：")).collect();
    assert!(!told.is_empty(), "the summary does not begin with what is wrong with the batches: {summary}");

    let run = json(&out.join("run.json"));
    let (flags, submissions) = (rows(&out.join("flags.csv")), rows(&out.join("submissions.csv")));
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let batch = run["batches"]
            .as_array()
            .unwrap()
            .iter()
            .find(|b| b["batch"] == batches[number].to_str().unwrap())
            .unwrap();
        for complaint in look(case, number, batch, &flags, &submissions) {
            wrong.push(format!("{}: {complaint}", case.name));
        }
    }
    let all: usize = cases.iter().map(|c| c.submissions.len()).sum();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        submissions.len(),
        all,
        "phantoms: {:?}",
        submissions.iter().map(|s| &s["submission_id"]).collect::<Vec<_>>()
    );
}

type Csv = [BTreeMap<String, String>];

/// What is not as the case says.
fn look(case: &Case, number: usize, batch: &Value, flags: &Csv, submissions: &Csv) -> Vec<String> {
    let mut wrong = Vec::new();
    let ids: BTreeSet<String> = case.submissions.iter().map(|id| numbered(id, number)).collect();
    let found = |id: &str| submissions.iter().find(|s| s["submission_id"] == id);
    wrong.extend(ids.iter().filter(|id| found(id).is_none()).map(|id| format!("no submission {id}")));
    if batch["submissions"] != ids.len() {
        wrong.push(format!("{} submissions, not {}", batch["submissions"], ids.len()));
    }
    if batch["ignored"] != case.ignored {
        wrong.push(format!("{} ignored, not {}", batch["ignored"], case.ignored));
    }
    for (id, column, value) in case.read {
        let (id, value) = (numbered(id, number), numbered(value, number));
        let seen = found(&id).map(|s| s[*column].clone()).unwrap_or_default();
        if seen != value {
            wrong.push(format!("{id}: {column} is {seen:?}, not {value:?}"));
        }
    }
    let of = |id: &str, rule: &str| -> Vec<String> {
        flags
            .iter()
            .filter(|f| f["submission_id"] == id && f["rule"] == rule)
            .map(|f| format!("{} {} {} {} {}", f["severity"], f["document"], f["field"], f["observed"], f["message"]))
            .collect()
    };
    for (id, rule, severity, words) in case.flags {
        let (id, words) = (numbered(id, number), numbered(words, number));
        let of_rule = of(&id, rule);
        if !of_rule.iter().any(|f| f.starts_with(severity) && f.contains(&words)) {
            wrong.push(format!("{id}: no {severity} {rule} with {words:?}: {of_rule:?}"));
        }
    }
    for (id, rule) in case.never {
        // After a blank: words of a flag that there must not be.
        let id = numbered(id, number);
        let (id, words) = id.split_once(' ').unwrap_or((&id, ""));
        if let Some(flag) = of(id, rule).into_iter().find(|f| f.contains(words)) {
            wrong.push(format!("{id}: there is {rule}: {flag}"));
        }
    }
    let notes: Vec<String> =
        batch["notes"].as_array().unwrap().iter().map(|n| n["zh"].as_str().unwrap().to_owned()).collect();
    for words in
        case.notes.iter().chain(case.rows).map(|w| numbered(w, number)).filter(|w| !notes.iter().any(|n| n.contains(w)))
    {
        wrong.push(format!("{words:?} is not among {notes:#?}"));
    }
    for words in case.rows.iter().map(|w| numbered(w, number)) {
        let note = notes.iter().find(|n| n.contains(&words));
        if !note.is_some_and(|note| flags.iter().any(|f| f["submission_id"].is_empty() && f["message"] == *note)) {
            wrong.push(format!("no row of flags.csv says {words:?}"));
        }
    }
    wrong.extend(
        case.silent
            .iter()
            .filter(|w| notes.iter().any(|n| n.contains(**w)))
            .map(|w| format!("{w:?} is said: {notes:#?}")),
    );
    wrong
}

fn numbered(text: &str, number: usize) -> String {
    text.replace('§', &format!("{number:02}"))
}

/// A text with its rows and header.
fn expanded(text: &str, number: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("{R ") {
        let end = at + rest[at..].find('}').unwrap();
        let (id, name) = rest[at + 3..end].split_once(' ').unwrap_or((&rest[at + 3..end], "周海涛"));
        out.push_str(&rest[..at]);
        out.push_str(&ROW.replacen("D1", id, 1).replacen("周海涛", name, 1));
        rest = &rest[end + 1..];
    }
    let out = numbered(&(out + rest), number).replace("{H}", HEADER);
    out.replace("{MEGABYTES}", &"长".repeat(1 << 20))
        .replace("{COMMAS}", &",".repeat(1 << 20))
        .replace("{QUOTES}", &"\"\n".repeat(1 << 17))
}

fn put(path: &Path, what: &Put, number: usize) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let bad = |bytes: Vec<u8>, mark: &[u8]| -> Vec<u8> {
        match bytes.windows(mark.len()).position(|w| w == mark) {
            Some(at) => [&bytes[..at], b"\xFF", &bytes[at + mark.len()..]].concat(),
            None => bytes,
        }
    };
    let bytes = match what {
        Folder => return fs::create_dir(path).unwrap(),
        #[cfg(unix)]
        Put::Sparse(bytes) => return fs::File::create(path).unwrap().set_len(*bytes).unwrap(),
        Text(text) => bad(expanded(text, number).into_bytes(), "¿".as_bytes()),
        Gb18030(text) => {
            let encode = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
            bad(encode(&expanded(text, number)), &encode("¿"))
        }
        Utf16(text) => {
            "\u{feff}".encode_utf16().chain(expanded(text, number).encode_utf16()).flat_map(u16::to_le_bytes).collect()
        }
        Marked(mark, text) => expanded(text, number).replace(',', &mark.to_string()).into_bytes(),
        Book(text) => {
            let cell = |c: &str| format!("<c t=\"inlineStr\"><is><t>{c}</t></is></c>");
            let row = |l: &str| format!("<row>{}</row>", l.split(',').map(cell).collect::<String>());
            book(&(expanded(text, number).lines().map(row).collect::<String>() + "</sheetData>"), "")
        }
        Sheet(rows, strings) => book(&expanded(rows, number), strings),
    };
    fs::write(path, bytes).unwrap();
}

/// `rows`: what stands in and behind `sheetData`, its end included. `strings`: what stands in `sst`; attributes of it
/// may come first.
fn book(rows: &str, strings: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let strings = if strings.starts_with("uniqueCount") { format!(" {strings}") } else { format!(">{strings}") };
    let parts = [
        ("xl/workbook.xml", format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"报名\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>")),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"worksheet\" Target=\"/xl/worksheets/Sheet1.xml\"/></Relationships>".to_owned(),
        ),
        ("xl/styles.xml", format!("<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"165\" formatCode=\"[Red]yyyy&quot;年&quot;m\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>")),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\"{strings}</sst>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</worksheet>")),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A folder as an archive beside it.
fn packed(folder: &Path) -> std::path::PathBuf {
    let path = folder.with_extension("zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    for entry in walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|e| e.file_type().is_file())
    {
        let inside = entry
            .path()
            .strip_prefix(folder)
            .unwrap()
            .components()
            .map(|c| c.as_os_str().to_str().unwrap())
            .collect::<Vec<_>>()
            .join("/");
        zip.start_file(inside, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&fs::read(entry.path()).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    path
}
