// A clerk's morning over 2,000 submissions: doubts settled by keys, sheets, two clerks whose records contradict each other, undo, notices.
// Keystrokes are bounded; seconds are printed only.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Keys for one doubt that a candidate settles, and submissions that are worked off for it.
const [MOST_KEYS, DOUBTFUL] = [3, 20];
const REVIEW = "1";

export async function morning(report, { open, check, shot, settled, work }) {
  const { page, context, troubles } = await open(report, {}, "#/list");
  await settled(page);
  const desk = { page, check, shot, work, open, settled, report, ...helpers(page) };
  await named(page, "王审核");
  await written(desk);
  await opened(desk);
  await doubts(desk);
  await corrected(desk);
  await judged(desk);
  await accepted(desk);
  const theirs = await twoClerks(desk);
  await files(desk, theirs);
  await sheets(desk);
  await notices(desk);
  await without(desk);
  await timelines(desk);
  check("morning: no error, no dialog, no request", troubles.length === 0, troubles.slice(0, 3).join("; "));
  await context.close();
}

function helpers(page) {
  return {
    count: () => page.evaluate(() => window.Y.record.lines().length),
    last: () => page.evaluate(() => window.Y.record.entries().at(-1)),
    at: () => page.evaluate(() => window.Y.current()?.n),
    async go(n) {
      await page.evaluate((m) => (location.hash = "#/list/" + m), n);
      await page.waitForFunction((m) => window.Y.current()?.n === m, n);
    },
    async save(act) {
      const [download] = await Promise.all([page.waitForEvent("download"), act()]);
      return download;
    },
  };
}
const closed = (page) => page.waitForFunction(() => !document.querySelector("dialog"));
async function named(page, who) {
  await page.click("#who");
  await page.fill("#ask-who", who);
  await page.keyboard.press("Control+Enter");
  await closed(page);
}

// The page's module is the program's own code: for every applicant it writes what the program wrote.
async function written({ page, check }) {
  const [other, told] = await page.evaluate(async () => {
    const [found, told] = [[], []];
    for (let n = 0; n < window.YUSHEN_DATA.subs.length; n += 1) {
      const detail = await new Promise((done) => window.Y.detail(n, done));
      const notice = await new Promise((done) => window.Y.notices.text(n, detail, (text, why) => done(why ? null : text)));
      if (detail.notice.reasons.length) told.push(n);
      if (JSON.stringify(notice) !== JSON.stringify(detail.notice)) found.push([n, notice && notice.reasons, detail.notice.reasons]);
    }
    return [found, told.length];
  });
  check("notices are written as the program writes them", other.length === 0 && told > 100, `${told} with reasons; ${other.length} other: ${JSON.stringify(other.slice(0, 2))}`);
}

// A submission opens on its first flag; what is to be settled has the keys only if it is in sight there.
async function opened({ page, check, go }) {
  const chosen = await page.evaluate(() => window.YUSHEN_DATA.subs.map((_, n) => n).filter((n) => n > 30 && window.YUSHEN_DATA.subs[n][7].some((f) => f[1] === 2) && window.YUSHEN_DATA.subs[n][7].some((f) => window.YUSHEN_DATA.rules[f[0]][0] === "reading-doubtful")).slice(0, 60));
  const [past, hidden, waiting] = [[], [], []];
  for (const n of chosen) {
    await page.evaluate(() => document.activeElement.blur());
    await go(n);
    const seen = await page.evaluate(() => {
      const host = document.querySelector(".detail");
      const [head, view] = [document.querySelector(".slot-head").getBoundingClientRect(), host.getBoundingClientRect()];
      const first = [...host.querySelectorAll(".card")].find((c) => c.getClientRects().length).getBoundingClientRect();
      const at = host.querySelector(".reading.at");
      const box = at && at.getBoundingClientRect();
      return { first: first.top >= head.bottom - 1 && first.top < view.bottom, at: !at || (box.top >= head.bottom - 1 && box.bottom <= view.bottom + 1), waits: !at && Boolean(host.querySelector(".reading.open")), card: document.activeElement.classList.contains("card") };
    });
    if (!seen.first) past.push(n);
    if (!seen.at) hidden.push(n);
    if (seen.waits && seen.card) waiting.push(n);
  }
  check("a submission opens on its first flag, not past it", chosen.length > 20 && past.length === 0 && hidden.length === 0, `${chosen.length} opened; past ${past.slice(0, 3)}; out of sight ${hidden.slice(0, 3)}`);
  check("a doubt below waits until one comes to it", waiting.length > 0, waiting.length);
  const before = await page.evaluate((n) => (location.hash = "#/list/" + n) && window.Y.record.lines().length, waiting[0]);
  await page.waitForFunction((n) => window.Y.current()?.n === n, waiting[0]);
  await page.keyboard.press("Enter");
  check("and no key settles what is not in sight", (await page.evaluate(() => window.Y.record.lines().length)) === before);
}

// Doubts, one after another, by keys alone.
async function doubts({ page, check, settled, at }) {
  await page.selectOption("select[aria-label='全部结论']", REVIEW);
  await settled(page);
  await page.evaluate(() => document.activeElement.blur());
  const began = Date.now();
  const open = () => page.locator(".reading.open:visible").count();
  let [keys, found, submissions, most] = [0, 0, 0, 0];
  for (let tries = 0; submissions < DOUBTFUL && tries < 400; tries += 1) {
    let left = await open();
    if (left > 0) {
      await page.evaluate(() => window.Y.readings.first());
      submissions += 1;
      keys += 1;
    }
    while (left > 0) {
      const candidates = await page.locator(".reading.at .choice.candidate").count();
      await page.keyboard.press(candidates > 0 && found % 3 !== 2 ? "1" : "Enter");
      const now = await open();
      if (now >= left) return check("a key settles a doubt", false, await page.evaluate(() => document.querySelector(".reading.at")?.dataset.field));
      keys += 1;
      most = Math.max(most, 1 / (left - now));
      found += left - now;
      left = now;
    }
    const before = await at();
    await page.keyboard.press("j");
    await page.waitForFunction((n) => window.Y.current() && window.Y.current().n !== n, before);
    await settled(page);
  }
  check(`${DOUBTFUL} doubtful submissions by keys`, submissions === DOUBTFUL && found > DOUBTFUL && keys <= MOST_KEYS * found && most <= MOST_KEYS, `${found} doubts, ${keys} keys, ${((Date.now() - began) / 1000).toFixed(1)} s with a machine at the keys`);
  const entries = await page.evaluate(() => window.Y.record.entries());
  const whole = entries.every((e) => e.who === "王审核" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(e.time) && e.run && e.submission && e.field && e.old.state && e.new.state);
  check("each is one entry", entries.length === found && whole && new Set(entries.map((e) => e.kind)).size === 2, [...new Set(entries.map((e) => e.kind))].join(" "));
}

// Typed, then taken back from elsewhere.
async function corrected({ page, check, go, count, last }) {
  const n = await page.evaluate(() => window.Y.list.shown.find((m) => !window.Y.record.touched(m) && window.YUSHEN_DATA.subs[m][7].filter((f) => window.YUSHEN_DATA.rules[f[0]][0] === "reading-doubtful").length > 1));
  await go(n);
  await page.keyboard.press("t");
  await page.keyboard.type("张三丰");
  await page.keyboard.press("Enter");
  const typed = await last();
  check("typed", typed.kind === "correct" && typed.new.text === "张三丰" && (await page.locator(".reading.settled .said").first().textContent()).includes("王审核"));
  await page.keyboard.press("0");
  check("nothing is written here", (await last()).new.state === "blank");
  const before = await count();
  await page.keyboard.press("j");
  await page.waitForFunction((m) => window.Y.current() && window.Y.current().n !== m, n);
  await page.keyboard.press("u");
  await page.waitForFunction((m) => window.Y.current()?.n === m, n);
  check("undo goes back to whom it concerned, and only appends", (await count()) === before + 1 && (await last()).kind === "withdraw", await page.locator(".toast").textContent());
  const said = await page.evaluate((m) => {
    const R = window.Y.record;
    const kinds = () => R.decision(m)?.kind ?? "none";
    const before = R.lines().length;
    R.add([[m, { kind: "accept", reason: "" }]]);
    R.add([[m, { kind: "reject", reason: "x" }]]);
    const steps = [kinds()];
    for (let i = 0; i < 2; i += 1) steps.push((R.undo(), kinds()));
    return [...steps, R.lines().length - before].join(" ");
  }, n);
  check("said, changed and taken back within a second", said === "reject accept none 4", said);
  const other = await page.evaluate(() => {
    document.querySelector("#facts details").open = true;
    return new Promise((done) => setTimeout(() => {
      document.querySelector("#facts td button").click();
      done(Boolean(document.querySelector("#facts .reading.at input")));
    }, 60));
  });
  check("every other field can be corrected, too", other);
  const rules = await page.evaluate(() => window.YUSHEN_DATA.rules.map((r) => r[0]));
  const words = await page.evaluate(() => [...document.querySelectorAll(".card .words")].map((c) => c.textContent).join(" "));
  check("ids and measures stand behind the technical details", !(await page.evaluate(() => document.querySelector(".technical details").open)) && !rules.some((r) => words.includes(r)));
}

// After a correction the page judges again: the flag goes, the verdict follows, and both come back with undo.
async function judged({ page, check, shot, go }) {
  const rule = await page.evaluate(() => window.YUSHEN_DATA.rules.findIndex((r) => r[0] === "identity-name-mismatch"));
  const n = await page.evaluate((r) => window.YUSHEN_DATA.subs.findIndex((s, m) => m > 30 && s[7].filter((f) => f[1] > 0).length === 1 && s[7].some((f) => f[0] === r && f[1] > 0) && !window.Y.record.touched(m)), rule);
  await go(n);
  const right = await page.evaluate((m) => window.YUSHEN_DATA.subs[m][1], n);
  const flagged = () => page.evaluate((r) => window.Y.current().detail.flags.some((f) => f.r === r && f.s > 0), rule);
  const before = await page.locator(".verdict .chip").textContent();
  let steps = 0;
  for (; steps < 6 && (await flagged()); steps += 1) {
    await page.locator(".card .reading:not(.settled) input").first().fill(right);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(700);
  }
  const after = await page.locator(".verdict .chip").textContent();
  const gone = (await page.locator(".gone").count()) ? await page.locator(".gone").textContent() : "";
  check("judged again after a correction", steps > 0 && !(await flagged()) && after !== before && gone.includes(await page.evaluate((r) => window.Y.rule(r), rule)), `${steps} corrections, ${before} → ${after}, ${gone}`);
  await shot(page, "judged");
  for (let i = 0; i < steps; i += 1) await page.keyboard.press("u");
  await page.waitForFunction(([m, r]) => !window.Y.record.touched(m) && window.Y.current().detail.flags.some((f) => f.r === r && f.s > 0), [n, rule]);
  check("and as before after undo", (await flagged()) && (await page.locator(".verdict .chip").textContent()) === before);
}

// What is accepted leaves the reason; a ready text adds to it.
async function accepted({ page, check, go }) {
  const n = await page.evaluate(() => window.YUSHEN_DATA.subs.findIndex((s, m) => s[5] === 2 && m > 30 && s[7].filter((f) => f[1] === 2).length === 2));
  await go(n);
  // Without the advice, which several sentences may share.
  const sentence = await page.evaluate(() => window.Y.current().ordered[0].ap.split("，")[0]);
  const before = await page.locator("#reason").textContent();
  await page.locator(".card .card-acts button").first().click();
  check("the dialog names the person", (await page.locator("dialog .about").textContent()) === (await page.evaluate((m) => window.Y.person(m), n)));
  await page.locator("dialog .quick button").first().click();
  const once = await page.inputValue("#ask-reason");
  await page.locator("dialog .quick button").nth(1).click();
  const twice = await page.inputValue("#ask-reason");
  check("a ready text adds to the reason", once !== "" && twice.startsWith(once) && twice.length > once.length, twice);
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".card.accepted");
  const after = (await page.locator("#reason").count()) ? await page.locator("#reason").textContent() : "";
  check("an accepted flag leaves the reason", before.includes(sentence) && !after.includes(sentence) && !/：$|；$/.test(after), after.slice(0, 60));
}

async function decide(page, n, key) {
  await page.evaluate((m) => (location.hash = "#/list/" + m), n);
  await page.waitForFunction((m) => window.Y.current()?.n === m, n);
  await page.keyboard.press(key);
  await page.fill("#ask-reason", "材料不清晰，请重新上传");
  if (!(await page.inputValue("#ask-who"))) await page.fill("#ask-who", "李复核");
  await page.keyboard.press("Control+Enter");
  await closed(page);
}
async function take(page, file) {
  await page.setInputFiles("input[type=file]", file);
  await page.waitForSelector("dialog .told");
  const said = await page.locator("dialog").textContent();
  await page.keyboard.press("Escape");
  await closed(page);
  return said;
}

// Two clerks decide one submission differently, in two browsers; the second one's machine went down while it wrote.
async function twoClerks({ page, check, shot, work, open, settled, report, count, last }) {
  const shared = await page.evaluate(() => window.Y.list.shown.filter((n) => !window.Y.record.touched(n)).slice(0, 3));
  await decide(page, shared[0], "b");
  await decide(page, shared[1], "b");
  const other = await open(report, {}, "#/list");
  await settled(other.page);
  await decide(other.page, shared[0], "r");
  await decide(other.page, shared[2], "r");
  const [saved] = await Promise.all([other.page.waitForEvent("download"), other.page.keyboard.press("e")]);
  const theirs = join(work, "theirs.jsonl");
  await saved.saveAs(theirs);
  await other.context.close();
  const lines = readFileSync(theirs, "utf8");
  writeFileSync(theirs, lines + '{"time":"2026-11-30T0');
  const own = await count();
  const said = await take(page, theirs);
  check("imported, and the torn line is told", (await count()) === own + 2 && said.includes("不完整"), said.slice(0, 60));
  check("once only", (await take(page, theirs)).includes("新增 0 条") && (await count()) === own + 2);
  writeFileSync(theirs, "{}\n" + lines);
  check("what is no entry is refused with its line", (await take(page, theirs)).includes("第 1 行") && (await count()) === own + 2);
  await page.evaluate(() => window.Y.list.set({ state: "conflict" }) || (location.hash = "#/list"));
  await page.waitForFunction((n) => window.Y.list.shown.length === 1 && window.Y.current()?.n === n, shared[0]);
  const both = await page.locator(".conflict").textContent();
  check("a contradiction is shown with both sides", both.includes("王审核") && both.includes("李复核"), both.slice(0, 70));
  await shot(page, "conflict");
  await page.locator(".conflict button").first().click();
  await page.waitForFunction(() => !document.querySelector(".conflict"));
  check("and settled", (await last()).settles === true && (await last()).who === "王审核");
  const theirs_ = await page.evaluate((n) => window.Y.record.decision(n), shared[2]);
  check("others' decisions have name and time", theirs_.who === "李复核" && theirs_.kind === "reject" && Boolean(theirs_.time));
  const foreign = await page.evaluate((n) => ({ time: "2026-11-01T09:00:00+08:00", who: "赵审核", run: "0000000000000000", submission: window.YUSHEN_DATA.subs[n][0], material: window.YUSHEN_DATA.subs[n][8] || "", kind: "accept", reason: "" }), shared[2] + 1);
  writeFileSync(theirs, JSON.stringify(foreign) + "\n");
  await take(page, theirs);
  check("an entry of another run counts for the same material", await page.evaluate((n) => window.Y.record.decision(n)?.who === "赵审核", shared[2] + 1));
  return lines;
}

// The record as a file: everything, whoever wrote it; as CSV, saved again by Excel, the same counts.
async function files({ page, check, work, open, settled, report, count, save }, theirs) {
  const record = join(work, "record.jsonl");
  await (await save(() => page.keyboard.press("e"))).saveAs(record);
  const exported = readFileSync(record, "utf8").trim().split("\n");
  check("the export holds everything", exported.length === (await count()) && theirs.trim().split("\n").every((line) => exported.includes(line)), `${exported.length} entries`);
  const csv = join(work, "record.csv");
  await (await save(() => page.click("#export-csv"))).saveAs(csv);
  writeFileSync(csv, readFileSync(csv, "utf8").replace(/(\d{4})-(\d\d)-(\d\d),/g, "$1/$2/$3,"));
  const fold = (p) => p.evaluate(() => window.YUSHEN_DATA.subs.map((_, n) => [...window.Y.record.fold(window.Y.record.of(n))].map(([k, v]) => [k, v.entry.kind, v.entry.new, Boolean(v.conflict)])));
  const third = await open(report, {}, "#/list");
  await settled(third.page);
  const said = await take(third.page, csv);
  check("as CSV, saved again by Excel, the same counts", JSON.stringify(await fold(third.page)) === JSON.stringify(await fold(page)), said.slice(0, 60));
  await third.context.close();
}

// By problem, and what is cleared.
async function sheets({ page, check, shot, count }) {
  await page.keyboard.press("s");
  await page.waitForSelector(".streams a");
  const kinds = page.locator(".streams a");
  check("kinds of doubt", (await kinds.count()) > 5, await kinds.count());
  const doubtful = await page.evaluate(() => [...document.querySelectorAll(".streams a")].findIndex((a) => a.textContent.includes(window.Y.rule(window.YUSHEN_DATA.rules.findIndex((r) => r[0] === "reading-doubtful")))));
  await kinds.nth(Math.max(0, doubtful)).click();
  await page.waitForSelector(".tile-card .reading.open");
  await page.waitForFunction(() => document.querySelector(".sheet-head [role=status]").textContent);
  const [tiles, before] = [await page.locator(".tile-card").count(), await count()];
  await shot(page, "stream");
  await page.keyboard.press("1");
  await page.keyboard.press("Shift+Enter");
  check("a sheet of doubts is confirmed at once", tiles > 1 && (await count()) >= before + tiles && (await page.locator(".tile-card .reading.open").count()) === 0, `${tiles} tiles, ${(await count()) - before} entries`);
  await page.keyboard.press("u");
  check("and taken back at once", (await page.locator(".tile-card .reading.open").count()) > 0);
  await page.evaluate(() => (location.hash = "#/sheets"));
  await page.waitForFunction(() => document.querySelectorAll(".tile-card.cleared").length > 3);
  await page.waitForTimeout(200);
  await shot(page, "sheets");
  const decided = () => page.evaluate(() => window.Y.record.decided());
  const passed = -(await decided());
  await page.keyboard.press("Shift+Enter");
  check("nothing is passed of which there is no picture", passed + (await decided()) === 0);
  // As if all had pictures but one form, which is a PDF.
  const pdf = await page.evaluate(() => {
    document.querySelectorAll(".tile-card.cleared .missing").forEach((place) => place.remove());
    const third = document.querySelectorAll(".tile-card.cleared")[2];
    third.append(Object.assign(document.createElement("div"), { className: "missing", innerHTML: "<a href='#/sheets'>申报表.pdf</a>" }));
    return third.tile.n;
  });
  const opened = () => page.evaluate((n) => Boolean(window.Y.record.decision(n)), pdf);
  await page.keyboard.press("2");
  const held = await page.locator(".tile-card.held").count();
  await page.keyboard.press("Shift+Enter");
  check("cleared ones are passed after they were seen", held === 1 && passed + (await decided()) >= 3, `${passed + (await decided())} passed, ${held} put aside`);
  const early = await opened();
  await page.locator(".tile-card.cleared .missing a").click();
  await page.keyboard.press("Shift+Enter");
  check("what is not shown is passed only after it was opened", !early && (await opened()));
}

async function notices({ page, check, shot }) {
  await page.evaluate(() => (location.hash = "#/notices"));
  await page.waitForFunction(() => document.querySelectorAll(".notice").length > 0 && document.querySelectorAll(".notice").length === window.Y.notices.all().length);
  const sent = await page.evaluate(() => window.Y.notices.all().length);
  const paper = await page.evaluate(() => [...document.querySelectorAll(".notice")].map((x) => ({ id: x.dataset.submission, text: x.textContent, over: x.scrollHeight - x.clientHeight })));
  const ids = await page.evaluate(() => window.YUSHEN_DATA.subs.map((s) => s[0]));
  check("one page for each that is sent back", paper.every((x) => x.over <= 1 && ids.every((id) => id === x.id || !x.text.includes(id))), paper.map((x) => x.over).join(" "));
  await shot(page, "notice");
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  check("as many pages of paper", (pdf.match(/\/Type\s*\/Page[^s]/g) || []).length === sent, `${sent}`);
  const [n, told] = await page.evaluate(async () => {
    const n = window.YUSHEN_DATA.subs.findIndex((s, m) => m > 60 && !window.Y.record.touched(m));
    const other = window.YUSHEN_DATA.subs[50];
    window.Y.record.add([[n, { kind: "return", reason: "与 " + other[0] + "（" + other[10] + "，" + other[11] + "）相同；身份证号应为 830000199001010011。" }]]);
    const detail = await new Promise((done) => window.Y.detail(n, done));
    const told = await new Promise((done) => window.Y.notices.text(n, detail, done));
    window.Y.record.undo();
    return [n, [told.draft, ...told.reasons]];
  });
  check("of nobody else", JSON.stringify(told) === JSON.stringify([null, "与 其他报名（他人，他人）相同；身份证号应为 （号码略）"]), `${n}: ${told}`);
}

// A browser without WebAssembly: nothing is judged again, and the notice is the draft that the program wrote.
async function without({ check, shot, open, settled, report }) {
  const { page, context } = await open(report, {}, "#/list", () => delete globalThis.WebAssembly);
  await settled(page);
  const n = await page.evaluate(() => window.YUSHEN_DATA.subs.findIndex((s, m) => m > 30 && s[5] === 2 && s[7].filter((f) => f[1] === 2).length === 2));
  await page.evaluate((m) => (location.hash = "#/list/" + m), n);
  await page.waitForFunction((m) => window.Y.current()?.n === m, n);
  await page.locator(".card .card-acts button").first().click();
  await page.fill("#ask-reason", "已核实");
  await page.fill("#ask-who", "王审核");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".card.accepted");
  await page.waitForFunction(() => document.querySelector(".slot-notices .hint"));
  const hint = await page.locator(".slot-notices .hint").textContent();
  check("without WebAssembly it says that the reason stays", hint.includes("已认可的问题仍列在理由中") && (await page.locator("#reason").count()) === 1, hint);
  await page.keyboard.press("p");
  await page.waitForSelector(".notice");
  const [paper, why, written] = await page.evaluate(async (m) => [document.querySelector(".notice").textContent, document.querySelector(".notice-why").textContent, (await new Promise((done) => window.Y.detail(m, done))).notice], n);
  check("and the notice is what was written beforehand", written.reasons.length > 0 && paper.includes(written.draft) && written.reasons.every((x) => paper.includes(x)) && why.includes("yushen notices"), why);
  await shot(page, "notice-without");
  await context.close();
}

async function timelines({ page, check, go }) {
  const crossing = [];
  await page.evaluate(() => (location.hash = "#/list"));
  for (const n of await page.evaluate(() => window.YUSHEN_DATA.subs.map((_, n) => n).filter((n) => n % 97 === 0))) {
    await page.evaluate(() => window.Y.list.set({}));
    await go(n);
    const met = await page.evaluate(() => {
      const all = [...document.querySelectorAll(".timeline text")].filter((x) => x.textContent).map((x) => [x.textContent, x.getBoundingClientRect()]);
      const bars = [...document.querySelectorAll(".timeline .span")].map((x) => ["bar", x.getBoundingClientRect()]);
      const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4;
      return all.flatMap(([word, a], i) => [...all.slice(i + 1), ...bars].filter(([, b]) => meets(a, b)).map(([other]) => word + " × " + other));
    });
    crossing.push(...met);
  }
  check("the timeline's words meet no others", crossing.length === 0, crossing.slice(0, 2).join("; "));
}
