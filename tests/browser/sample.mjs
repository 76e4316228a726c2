// An invented run of any size: the clean cases of fixtures/rules, each with other persons and defects, as an audit would have written them.
// `yushen rules rejudge` judges it by the real rules and writes the real report; there are no pictures behind it. The same for the same count.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = process.env.YUSHEN_ROOT ?? new URL("../../", import.meta.url).pathname;

// Numerical Recipes' linear congruential generator: the same sequence everywhere.
function random(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * n);
  };
}

// An invented number with a right check digit, as the rules ask for; another one for every place up to 4,000.
function identity(place, birth, sex) {
  const area = ["110101", "110102", "110105", "110106", "110107", "110108", "110109", "110111"][Math.floor(place / 499) % 8];
  const body = area + birth.replaceAll("-", "") + String((place % 499) * 2 + (sex === "男" ? 1 : 2)).padStart(3, "0");
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...body].reduce((s, digit, i) => s + Number(digit) * weights[i], 0);
  return body + "10X98765432"[sum % 11];
}

const FAMILY = [..."王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"];
const GIVEN = ["晓明", "丽华", "建国", "婷婷", "志强", "雪梅", "子涵", "文博", "欣怡", "俊杰", "海燕", "一诺"];
export const HOSTILE = ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "李\u202e四\u200b", "𠮷田𪚥", "=1+1", "${alert(1)}</script>"];

// Defects: each takes a finding and spoils something the rules look at.
const DEFECTS = [
  (f) => (f.documents.photo.bytes = 131093),
  (f) => (f.documents.photo.dimensions = [80, 120]),
  (f) => (f.documents.photo.mouth_openness = { value: { value: 0.4 } }),
  (f) => (f.registration.mobile.raw = f.registration.mobile.value = "13900000000"),
  (f) => (f.registration.fee_paid = { raw: "1", value: 1 }),
  (f) => (f.files = f.files.filter((x) => x.kind !== "id_card_back")),
  (f, r) => each(f, (x) => r(6) === 0 && doubt(x, r)),
  (f) => each(f, (x, name) => name === "name" && ((x.value = "周雪梅"), (x.text = "周雪梅"))),
  (f) => (f.registration.sex = f.registration.sex.value === "male" ? { raw: "女", value: "female" } : { raw: "男", value: "male" }),
  (f, r) => each(f, (x, name) => name === "years" && ((x.value = 20 + r(9)), (x.text = String(x.value)))),
];

// Read with doubt: what it says now, and what else it may say.
function doubt(fact, r) {
  fact.confidence = 0.41 + r(40) / 100;
  if (fact.text) fact.alternatives = [{ text: fact.text.slice(0, -1) + "〇", confidence: 0.2 }, { text: "一" + fact.text.slice(1), confidence: 0.1 }];
}

// Every fact of the documents, with its name.
function each(finding, act) {
  const walk = (value, name) => {
    if (!value || typeof value !== "object") return;
    if (typeof value.state === "string") return value.state === "read" && act(value, name);
    for (const [key, inner] of Object.entries(value)) walk(inner, key);
  };
  walk(finding.documents, "");
}

// Of the clean cases those that are clean under the pack in force on their day; the others are for packs that are forced.
const IN_FORCE = [0, 1, 2, 5];

export function sample(count, out) {
  const clean = readFileSync(join(ROOT, "fixtures/rules/clean.jsonl"), "utf8").trim().split("\n").filter((_, i) => IN_FORCE.includes(i));
  const r = random(20241122);
  const lines = [];
  for (let n = 0; n < count; n += 1) {
    const source = JSON.parse(clean[n % clean.length]);
    const person = source.submission.registration;
    const name = FAMILY[r(FAMILY.length)] + GIVEN[r(GIVEN.length)];
    const number = identity(n, person.birth_date.raw, person.sex.raw);
    let text = clean[n % clean.length].replaceAll(person.name.raw, name).replaceAll(person.id_number.raw, number);
    if (person.prior_certificate_number) text = text.replaceAll(person.prior_certificate_number.raw, "S" + String(1100000000000 + n));
    const { submission, documents, register } = JSON.parse(text);
    const id = String(20240000000 + n * 7);
    for (const file of submission.files) file.sha256 = createHash("sha256").update(id + file.name).digest("hex");
    for (const page of documents.pages) page.perceptual_hash = null;
    if (documents.photo) documents.photo.perceptual_hashes = [createHash("sha256").update(id).digest("hex").slice(0, 16)];
    const finding = {
      format: 2, submission_id: id, verdict: "pass", batch: 0, folder: id, registration: submission.registration, files: submission.files, intake: [], internal_error: null,
      facts: [], documents, register: register ?? null, flags: [], not_evaluated: [], work_months: null,
    };
    // The cases come from several levels, with one fee for all: it is left to the defects.
    finding.registration.fee_paid = null;
    if (n % 8) for (let k = 0; k < 4 + r(9); k += 1) DEFECTS[r(DEFECTS.length)](finding, r);
    if (n < HOSTILE.length * 2) hostile(finding, HOSTILE[n % HOSTILE.length]);
    lines.push(JSON.stringify(finding) + "\n");
  }
  mkdirSync(out, { recursive: true });
  const findings = lines.join("");
  writeFileSync(join(out, "findings.jsonl"), findings);
  const seal = { file: "findings.jsonl", bytes: Buffer.byteLength(findings), sha256: createHash("sha256").update(findings).digest("hex") };
  const batch = { batch: "虚构批次", folders: count, rows: count, submissions: count, notes: [] };
  writeFileSync(join(out, "run.json"), JSON.stringify({ tool: "yushen", version: "0", options: {}, as_of: "2026-01-01", packs: [], rule_files: [], models: [], batches: [batch], outputs: [seal] }));
}

// The same text as name, file name and reading.
function hostile(f, text) {
  f.registration.name = { raw: text, value: text };
  f.registration.email = { raw: text, value: text };
  f.files.push({ kind: null, part: 1, name: text.replaceAll("/", "_") + ".jpg", bytes: 1, sha256: createHash("sha256").update(text).digest("hex") });
  each(f, (x, name) => ["employer", "major", "school"].includes(name) && ((x.value = text), (x.text = text), (x.free = text), (x.alternatives = [{ text, confidence: 0.2 }])));
}

if (process.argv[1] === new URL(import.meta.url).pathname) sample(Number(process.argv[2] ?? 2000), process.argv[3] ?? "sample");
