// The report in a real browser: opened from disk, filtered, driven by keys, decided on, exported, and full of hostile texts;
// then a clerk's morning over 2,000 submissions (morning.mjs).
// usage: node run.mjs YUSHEN [SCREENSHOTS]      YUSHEN: the binary; needs chromium and playwright-core
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { morning } from "./morning.mjs";
import { HOSTILE, sample } from "./sample.mjs";

const [yushen = "target/debug/yushen", screenshots] = process.argv.slice(2);
const COUNT = 2000;
// Milliseconds of the page's own processor time, from opening it to an answer to the first key, and for going on by one submission.
// Processor time, because a machine that does other things meanwhile says nothing about the page; the time on the wall is printed beside it.
const [LIMIT, KEY_LIMIT] = [2000, 100];
const SIZE = { width: 1366, height: 768 };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync), args: ["--no-sandbox"] });
const work = mkdtempSync(join(tmpdir(), "yushen-browser-"));
let [passed, failed] = [0, 0];

function check(what, holds, detail = "") {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${detail === "" ? "" : ` (${detail})`}`);
}
const run = (...args) => execFileSync(yushen, args, { encoding: "utf8", maxBuffer: 1 << 28 });

// A page that notes every error and every request that leaves the disk.
async function open(report, options = {}, query = "", first = null) {
  const context = await browser.newContext({ viewport: SIZE, acceptDownloads: true, locale: "zh-CN", ...options });
  if (first) await context.addInitScript(first);
  const page = await context.newPage();
  const troubles = [];
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => 1000 * (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value;
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && troubles.push(m.text()));
  page.on("pageerror", (e) => troubles.push(String(e)));
  page.on("dialog", (d) => (troubles.push("dialog " + d.message()), d.dismiss()));
  page.on("request", (q) => /^(file|blob|data):/.test(q.url()) || troubles.push("request " + q.url()));
  await page.goto(pathToFileURL(join(report, "index.html")).href + query);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "1");
  return { page, context, troubles, spent };
}
const shot = async (page, name) => {
  if (!screenshots) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, name + ".png") });
};
const selected = (page) => page.locator('[role=option][aria-selected=true] .id').textContent();
const shown = async (page) => Number((await page.locator(".status").textContent()).replace(/,/g, "").match(/\d+/)[0]);
const decided = async (page) => Number((await page.locator(".progress").textContent()).match(/\d+/)[0]);
const settled = (page) => page.waitForSelector(".detail .head h1");

// Texts whose colour stands out too little from what lies behind them (WCAG 1.4.3: 4.5 to 1).
const faint = (page) =>
  page.evaluate(() => {
    const parse = (c) => (c.match(/[\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (e) => {
      for (let n = e; n; n = n.parentElement) {
        const c = parse(getComputedStyle(n).backgroundColor);
        if (c.length === 3 || c[3] > 0.9) return c;
      }
      return [255, 255, 255];
    };
    const bad = [];
    for (const e of document.querySelectorAll("body *")) {
      const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!own || !e.getClientRects().length || e.closest("svg, .toast, noscript, script")) continue;
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < 4.5) bad.push(`${e.className || e.tagName} ${ratio.toFixed(2)}`);
    }
    return [...new Set(bad)];
  });
// What can be operated and has no name to be called by.
const nameless = (page) => page.evaluate(() => [...document.querySelectorAll("button, a, select, input, textarea, img, [role=img]")].filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.getAttribute("alt") || e.labels?.length || e.type === "file")).map((e) => e.outerHTML.slice(0, 90)));

async function large() {
  const made = join(work, "made");
  sample(COUNT, made);
  const out = join(work, "large");
  run("rules", "rejudge", made, "-o", out, "--report", "none");
  const began = Date.now();
  const { page, context, troubles, spent } = await open(join(out, "report"));
  const ready = Date.now() - began;
  let cost = await spent();
  check("overview counts all submissions", (await page.locator("h2").first().textContent()).includes("2,000"));
  await shot(page, "overview-large");
  check("overview: nothing faint", (await faint(page)).length === 0, (await faint(page)).join("; "));
  check("overview fits 1366 pixels", await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  let before = Date.now();
  let since = await spent();
  await page.keyboard.press("l");
  await settled(page);
  const first = await selected(page);
  await page.keyboard.press("j");
  await page.waitForFunction((id) => document.querySelector('[role=option][aria-selected=true] .id')?.textContent !== id, first);
  const answered = Date.now() - before;
  cost += (await spent()) - since;
  const flags = (readFileSync(join(out, "flags.csv"), "utf8").match(/\r\n/g) || []).length - 1;
  check(`${COUNT} submissions answer within ${LIMIT} ms`, cost < LIMIT && cost > 0, `${flags} flags, ${cost.toFixed(0)} ms of its own; on the wall ready after ${ready} ms, list and first key ${answered} ms`);
  check("as many flags as asked for", flags >= 10000, flags);
  check("few rows are in the page", (await page.locator("[role=option]").count()) < 60);
  await page.keyboard.press("k");
  check("k goes back", (await selected(page)) === first);
  const worst = await page.evaluate(() => window.Y.list.shown.slice(0, 300).every((n, i, all) => i === 0 || window.YUSHEN_DATA.subs[all[i - 1]][5] >= window.YUSHEN_DATA.subs[n][5]));
  check("worst first", worst && (await page.locator("[role=option]").first().getAttribute("class")).includes("reject"));

  await page.selectOption("select[aria-label='全部结论']", "1");
  const reviews = await shown(page);
  const expected = await page.evaluate(() => window.YUSHEN_DATA.subs.filter((s) => s[5] === 1).length);
  check("filter by verdict", reviews === expected && reviews > 0, reviews);
  await page.selectOption("select[aria-label='全部结论']", "");
  const rule = await page.evaluate(() => window.YUSHEN_DATA.rules.findIndex((r) => r[0] === "photo-bytes"));
  await page.selectOption("select[aria-label='全部问题']", String(rule));
  const byRule = await page.evaluate((r) => window.YUSHEN_DATA.subs.filter((s) => s[7].some((f) => f[0] === r)).length, rule);
  check("filter by rule", (await shown(page)) === byRule && byRule > 0, byRule);
  await page.selectOption("select[aria-label='全部问题']", "");
  await page.keyboard.press("/");
  await page.keyboard.type("20240000700");
  check("search by id", (await shown(page)) === 1);
  await page.fill("#search", "王晓明");
  check("search by name", (await shown(page)) >= 1);
  await page.fill("#search", "");
  await page.keyboard.press("Escape");

  // Through the list as a clerk would, and how long a key takes.
  since = await spent();
  before = Date.now();
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("j");
    await settled(page);
  }
  const each = ((await spent()) - since) / 60;
  check(`going on takes under ${KEY_LIMIT} ms`, each < KEY_LIMIT && each > 0, `${each.toFixed(1)} ms of its own, ${((Date.now() - before) / 60).toFixed(0)} ms on the wall`);
  await shot(page, "review-large");
  check("review: nothing faint", (await faint(page)).length === 0, (await faint(page)).join("; "));
  check("everything has a name", (await nameless(page)).length === 0, (await nameless(page)).join(" "));
  check("review fits 1366 pixels", await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));

  await page.click("#language");
  await settled(page);
  check("English", (await page.title()) === "Pre-review report" && (await page.locator("html").getAttribute("lang")) === "en");
  await page.keyboard.press("o");
  check("English overview", (await page.locator("h2").first().textContent()).startsWith("Verdicts"));
  await page.click("#language");
  await page.emulateMedia({ media: "print" });
  check("print leaves the controls out", !(await page.locator(".top").isVisible()));
  await page.emulateMedia({ media: "screen" });

  await page.keyboard.press("l");
  await settled(page);
  for (const [name, id] of [["ID number", 10], ["mobile", 11]]) {
    const [n, said] = await page.evaluate((i) => { const at = window.YUSHEN_DATA.subs.findIndex((s, m) => m > 900 && s[i]); return [at, window.YUSHEN_DATA.subs[at][i]]; }, id);
    await page.fill("#search", said);
    const hits = await page.evaluate(() => window.Y.list.shown);
    await page.waitForFunction((first) => window.Y.current()?.n === first, hits[0]);
    check("search by " + name + " opens the first hit", hits.includes(n), hits.length);
  }
  await page.fill("#search", "no such person");
  await page.keyboard.press("Escape");
  check("nobody is open who is not on the list", await page.evaluate(() => window.Y.current() === null));
  await page.keyboard.press("a");
  check("and no key decides on anybody", (await page.locator("dialog").count()) === 0);
  await page.fill("#search", "");
  await page.keyboard.press("Escape");
  await hostile(page);
  check("no error, no dialog, no request", troubles.length === 0, troubles.slice(0, 3).join("; "));
  await context.close();
  await shares(join(out, "report"));
  await schemes(join(out, "report"));
  await morning(join(out, "report"), { open, check, shot, settled, work });
}

// The parts of several clerks are the shards of several machines.
async function shares(report) {
  const { page, context } = await open(report, {}, "?part=2/3#/list");
  await settled(page);
  const ids = await page.evaluate(() => window.Y.list.shown.map((n) => window.YUSHEN_DATA.subs[n][0]));
  const all = await page.evaluate(() => window.YUSHEN_DATA.subs.map((s) => s[0]));
  const second = (id) => createHash("sha256").update(id).digest().readBigUInt64BE() % 3n === 1n;
  check("part 2/3", ids.length > 0 && ids.length === all.filter(second).length && ids.every(second), ids.length);
  await page.fill("#part", "9/3");
  await page.keyboard.press("Tab");
  check("a part that is none is none", (await page.inputValue("#part")) === "" && (await shown(page)) === COUNT);
  await context.close();
}

// Dark, with forced colours, and at 150 %.
async function schemes(report) {
  for (const [name, options] of [["dark", { colorScheme: "dark" }], ["forced colours", { forcedColors: "active" }], ["150 %", { viewport: { width: 911, height: 512 }, deviceScaleFactor: 1.5 }]]) {
    const { page, context, troubles } = await open(report, options, "#/list/41");
    await settled(page);
    if (name !== "forced colours") check(name + ": nothing faint", (await faint(page)).length === 0, (await faint(page)).join("; "));
    check(name + ": fits the window", await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    const thumb = await page.locator(".thumb").first().boundingBox();
    const height = page.viewportSize().height;
    check(name + ": materials in reach", thumb.y >= 0 && thumb.y + thumb.height <= height);
    const seen = height - (await page.locator(".card").first().boundingBox()).y;
    check(name + ": what is flagged is in sight", seen > height / 3, `${seen.toFixed(0)} of ${height} pixels`);
    await shot(page, "review-" + name.replace(/\W+/g, ""));
    check(name + ": no error", troubles.length === 0, troubles.slice(0, 3).join("; "));
    await context.close();
  }
}

async function hostile(page) {
  await page.evaluate(() => window.Y.list.set({}) || (location.hash = "#/list/0"));
  for (let n = 0; n < HOSTILE.length; n += 1) {
    await page.evaluate((i) => (location.hash = "#/list/" + i), n);
    await page.waitForFunction((i) => window.Y.current()?.n === i, n);
    const seen = HOSTILE[n].replace(/[\u202e\u200b]/g, (c) => "<U+" + c.codePointAt(0).toString(16).toUpperCase() + ">");
    const text = await page.locator(".detail").evaluate((e) => e.textContent);
    check(`as text: ${JSON.stringify(HOSTILE[n])}`, (await page.locator("h1").textContent()) === seen && text.includes(seen) && !/[\u202e\u200b]/.test(text));
  }
  check("nothing was made of it", (await page.locator("img[src=x]").count()) === 0 && (await page.locator("body script:not([src])").count()) === 0);
}

// A small batch through the real audit: accepted on the page, exported, and the next audit knows it.
async function decisions() {
  const batch = join(work, "batch");
  for (const id of ["20241500001", "20241500002", "20241500003"]) {
    mkdirSync(join(batch, id), { recursive: true });
    writeFileSync(join(batch, id, "说明.txt"), "x");
    writeFileSync(join(batch, id, "个人照片.jpg"), "no picture");
  }
  const out = join(work, "audit");
  run("audit", batch, "-o", out, "--quiet", "--second-reading", "off", "--as-of", "2026-01-02");
  const { page, context, troubles } = await open(join(out, "report"));
  await page.keyboard.press("l");
  await settled(page);
  const first = await selected(page);
  const cards = await page.locator(".card").count();
  await page.keyboard.press("a");
  await page.locator("dialog button[type=submit]").click();
  check("a reason is asked for", (await page.locator("dialog .complaint").textContent()) !== "" && (await decided(page)) === 0);
  await page.fill("#ask-reason", '=已看原件,"无误"');
  await page.fill("#ask-who", "王审核");
  check("until is filled in", /^\d{4}-\d{2}-\d{2}$/.test(await page.inputValue("#ask-until")), await page.inputValue("#ask-until"));
  await page.fill("#ask-until", "2026-12-31");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("dialog"));
  await settled(page);
  check("decided, and on to the next", (await decided(page)) === 1 && (await selected(page)) !== first);
  await page.keyboard.press("b");
  check("the reviewer is asked once", (await page.inputValue("#ask-who")) === "王审核" && (await page.inputValue("#ask-reason")) !== "");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("dialog"));
  await settled(page);
  await page.keyboard.press("r");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("dialog"));
  check("all three are decided", (await decided(page)) === 3);
  const third = await selected(page);
  await page.keyboard.press("k");
  await settled(page);
  await page.keyboard.press("u");
  check("u takes the last one back, and goes to whom it concerned", (await decided(page)) === 2 && (await selected(page)) === third);
  await page.reload();
  await page.waitForFunction(() => document.documentElement.dataset.ready === "1");
  check("kept over a reload", (await decided(page)) === 2);

  const [record] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("e")]);
  check("the record's name", record.suggestedFilename() === "审核决定.jsonl", record.suggestedFilename());
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-csv")]);
  const file = join(work, "decisions.csv");
  await download.saveAs(file);
  const csv = readFileSync(file, "utf8");
  check("exported", csv.startsWith("\ufeffsubmission_id,decision,rule,document,field,reason,who,until") && csv.includes('"\'=已看原件,""无误"""') && csv.includes(",return,"), csv.split("\r\n").length - 2 + " rows");
  check("no error, no dialog, no request", troubles.length === 0, troubles.slice(0, 3).join("; "));
  await context.close();

  const next = join(work, "next");
  run("audit", batch, "-o", next, "--quiet", "--second-reading", "off", "--as-of", "2026-01-02", "--decisions", file);
  const rows = readFileSync(join(next, "flags.csv"), "utf8").split("\r\n").filter((l) => l.startsWith(first));
  const waived = rows.filter((l) => l.includes("已豁免（原为") && l.includes("王审核，至2026-12-31"));
  check("the next run waives what was accepted", waived.length === rows.filter((l) => l.includes("已豁免") || /,(review|reject),/.test(l)).length && waived.length > 0 && rows.length === cards, `${waived.length} of ${rows.length}`);
  const verdict = readFileSync(join(next, "submissions.csv"), "utf8").split("\r\n").find((l) => l.startsWith(first));
  check("and passes it", verdict.includes(",pass,"), verdict.slice(0, 60));
  const again = await open(join(next, "report"));
  await again.page.evaluate(() => window.Y.list.set({}) || (location.hash = "#/list/1"));
  await again.page.waitForFunction(() => window.Y.current()?.n === 1);
  check("the next report tells what was decided before", (await again.page.locator(".earlier").textContent()).includes("王审核"));
  await again.context.close();
}

// The pictures for README: a finished run of the demonstration, if one is named.
async function demo() {
  const out = process.env.DEMO_RUN;
  if (!out) return;
  const { page, context, troubles } = await open(join(out, "report"));
  await shot(page, "overview");
  await page.keyboard.press("l");
  await settled(page);
  await page.waitForLoadState("load");
  const broken = () => page.evaluate(() => [...document.images].filter((i) => i.loading !== "lazy" || i.complete).filter((i) => i.complete && !i.naturalWidth).map((i) => i.src));
  const count = await page.evaluate(() => window.YUSHEN_DATA.subs.length);
  for (let i = 0; i < count; i += 1) {
    await page.waitForTimeout(250);
    await shot(page, "review-" + (await selected(page)));
    if (screenshots) {
      await page.evaluate(() => (document.querySelector(".detail").scrollTop = document.querySelector(".detail").scrollHeight / 2));
      await page.waitForTimeout(250);
      await shot(page, "review-" + (await selected(page)) + "-below");
    }
    check("pictures of " + (await selected(page)), (await broken()).length === 0, (await broken()).join(" "));
    await page.keyboard.press("j");
    await settled(page);
  }
  check("demo: no error, no dialog, no request", troubles.length === 0, troubles.slice(0, 3).join("; "));
  await context.close();
}

try {
  await large();
  await decisions();
  await demo();
} catch (error) {
  failed += 1;
  console.log(String(error.stack ?? error));
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
