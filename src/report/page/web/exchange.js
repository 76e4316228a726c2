// The record as a file: 审核决定.jsonl and the same rows as CSV, written and read.
// Believes nothing of what it reads; what is no entry is refused with its line.
(function () {
  "use strict";
  const Y = window.Y;
  const R = Y.record;
  const X = (Y.exchange = {});
  // Bytes of a file; a record of 2,000 submissions has some 4 MB.
  const MOST = 64 << 20;
  const COLUMNS = ["submission_id", "decision", "rule", "document", "field", "reason", "who", "until", "decided_on", "flags", "time", "run", "material", "page", "box", "file", "name", "in_file", "old_state", "old_text", "old_confidence", "new_state", "new_text", "what", "settles", "somebody_else"];
  const QUOTE = "\u0022";
  const KINDS = ["accept", "reject", "return", "accept_flag", "correct", "confirm", "overrule", "assign", "withdraw"];
  const STATES = ["read", "blank", "illegible"];

  X.jsonl = () => R.lines().map((line) => line + "\n").join("");
  X.csv = () => "\ufeff" + [COLUMNS, ...R.entries().map(row)].map((r) => r.map(cell).join(",") + "\r\n").join("");

  function row(e) {
    const [before, after] = [e.old || {}, e.new || {}];
    return [e.submission, e.kind, e.rule, e.document, e.field, e.reason, e.who, e.until, e.time.slice(0, 10), (e.flags || []).join(" "), e.time, e.run, e.material, e.page, (e.box || []).join(" "), e.file, e.name, e.in_file, before.state, before.text, before.confidence, after.state, after.text, e.what, e.settles, e.somebody_else].map((v) => (v === undefined || v === null ? "" : v));
  }
  // As `flags.csv` writes a text: never a formula, never another number.
  function cell(value) {
    let text = Y.safe(String(value).replace(/[\r\n\t]+/g, " ").trim());
    if (/^[=+\-@'＝＋－＠]/.test(text)) text = "'" + text;
    else if (/^[\d.][\d.,/:eE%+ 年月日-]*$/.test(text) && !/^([1-9]\d{0,10}|0)$/.test(text) && !/^\d{4}-\d{2}-\d{2}$/.test(text)) text += "\t";
    return /[\x22,\t]/.test(text) ? QUOTE + text.replaceAll(QUOTE, QUOTE + QUOTE) + QUOTE : text;
  }
  const uncell = (text) => text.trim().replace(/^'(?=[=+\-@'＝＋－＠])/, "");

  // Reads one file into lines; `torn` is a last line that was cut off. Throws a sentence with the line that is wrong.
  X.read = function (name, bytes) {
    if (bytes.byteLength > MOST) throw new Error(Y.t("import.large", name));
    const text = decoded(new Uint8Array(bytes));
    return /\.csv$/i.test(name) || /^\s*\x22?submission_id/.test(text) ? fromCsv(name, text) : fromLines(name, text);
  };
  // As Excel saves it: UTF-8 with or without a mark, UTF-16, or the Chinese code page.
  function decoded(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (_) {
      // A line that was cut off in the middle of a character is torn, and no other code page.
      const end = bytes.lastIndexOf(10) + 1;
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end)) + "\ufffd";
      } catch (_) {
        return new TextDecoder("gb18030").decode(bytes);
      }
    }
  }

  function fromLines(name, text) {
    const lines = text.split("\n");
    const tail = lines.pop();
    const found = [];
    lines.forEach((line, i) => line.trim() && found.push(checked(name, i + 1, line.trim())));
    let torn = 0;
    if (tail.trim()) {
      try {
        found.push(checked(name, lines.length + 1, tail.trim()));
      } catch (_) {
        torn = lines.length + 1;
      }
    }
    return { lines: found, torn };
  }
  function checked(name, number, line) {
    let entry = null;
    try {
      entry = JSON.parse(line);
    } catch (_) {
      entry = null;
    }
    const why = wrong(entry);
    if (why) throw new Error(Y.t("import.bad_line", name, number, why));
    return line;
  }
  // What is wrong with an entry, or nothing.
  function wrong(e) {
    const text = (v) => typeof v === "string" && v !== "";
    if (!e || typeof e !== "object" || Array.isArray(e)) return Y.t("import.no_entry");
    const missing = ["time", "who", "submission", "kind"].find((key) => !text(e[key]));
    if (missing) return Y.t("import.no_key", missing);
    if (!Number.isFinite(Date.parse(e.time))) return Y.t("import.no_key", "time");
    if (!KINDS.includes(e.kind)) return Y.t("import.no_key", "kind");
    if (e.kind === "withdraw" && (!KINDS.includes(e.what) || e.what === "withdraw")) return Y.t("import.no_key", "what");
    const needs = { flag: ["rule"], field: ["field"], page: ["name"], decision: [] }[R.family(e)];
    const lacks = needs.find((key) => !text(e[key]));
    if (lacks) return Y.t("import.no_key", lacks);
    if ((e.kind === "correct" || e.kind === "confirm") && !(e.new && STATES.includes(e.new.state) && (e.new.state !== "read" || text(e.new.text)))) return Y.t("import.no_key", "new");
    if (["reject", "return", "accept_flag"].includes(e.kind) && !text(e.reason)) return Y.t("import.no_key", "reason");
    if (e.kind === "accept_flag" && !/^\d{4}-\d{2}-\d{2}$/.test(e.until)) return Y.t("import.no_key", "until");
    if (e.kind === "assign" && !text(e.document) && e.somebody_else !== true) return Y.t("import.no_key", "document");
    if (e.box !== undefined && !(Array.isArray(e.box) && e.box.length === 4 && e.box.every(Number.isFinite))) return Y.t("import.no_key", "box");
    const texts = ["reason", "until", "document", "field", "rule", "material", "run", "file"].find((key) => e[key] !== undefined && e[key] !== null && typeof e[key] !== "string");
    return texts ? Y.t("import.no_key", texts) : "";
  }

  function fromCsv(name, text) {
    const rows = parsed(text.replace(/^\ufeff/, ""));
    const head = (rows.shift() || []).map((c) => c.trim());
    const at = new Map(head.map((c, i) => [c, i]));
    const missing = COLUMNS.slice(0, 8).find((c) => !at.has(c));
    if (missing) throw new Error(Y.t("import.no_column", name, missing));
    const found = [];
    let torn = 0;
    rows.forEach((cells, i) => {
      if (!cells.some((c) => c.trim())) return;
      // The last row, without an end and without all of its cells.
      if (i === rows.length - 1 && cells.length < head.length) return (torn = i + 2);
      const of = (column) => (at.has(column) ? uncell(cells[at.get(column)] || "") : "");
      found.push(checked(name, i + 2, JSON.stringify(entryOf(of))));
    });
    return { lines: found, torn };
  }
  function parsed(text) {
    const first = text.slice(0, text.search(/[\r\n]|$/));
    const comma = [",", "\t", ";"].sort((a, b) => first.split(b).length - first.split(a).length)[0];
    const rows = [[""]];
    let quoted = false;
    for (let i = 0; i < text.length; i += 1) {
      const cells = rows[rows.length - 1];
      const c = text[i];
      if (quoted && c === QUOTE && text[i + 1] === QUOTE) cells[cells.length - 1] += text[(i += 1)];
      else if (c === QUOTE && (quoted || cells[cells.length - 1] === "")) quoted = !quoted;
      else if (!quoted && c === comma) cells.push("");
      else if (!quoted && c === "\n") rows.push([""]);
      else if (quoted || c !== "\r") cells[cells.length - 1] += c;
    }
    return rows;
  }
  const day = (text) => text.replace(/^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/, (_, y, m, d) => y + "-" + m.padStart(2, "0") + "-" + d.padStart(2, "0"));
  // A row as an entry, with the keys in the record's order.
  function entryOf(of) {
    const number = (column) => (of(column) === "" ? undefined : Number(of(column)));
    const yes = (column) => /^(true|1)$/i.test(of(column));
    const some = (column) => of(column) || undefined;
    const kind = of("decision") === "accept" && of("rule") ? "accept_flag" : of("decision");
    const box = (of("box").match(/\d+/g) || []).map(Number);
    const e = { time: of("time") || (day(of("decided_on")) || "1970-01-01") + "T00:00:00+08:00", who: of("who"), run: of("run"), submission: of("submission_id"), material: of("material"), kind, settles: yes("settles") || undefined, what: some("what"), rule: some("rule"), document: some("document"), field: some("field"), page: number("page"), box: box.length === 4 ? box : undefined, file: some("file"), name: some("name"), in_file: number("in_file") };
    if (of("old_state")) e.old = { state: of("old_state"), text: some("old_text"), confidence: number("old_confidence") };
    if (of("new_state")) e.new = { state: of("new_state"), text: some("new_text") };
    if (["accept", "reject", "return", "accept_flag"].includes(kind)) e.reason = of("reason");
    if (kind === "accept_flag") Object.assign(e, { until: day(of("until")) || undefined, flags: of("flags").split(/\s+/).filter(Boolean) });
    if (yes("somebody_else")) e.somebody_else = true;
    return e;
  }

  // Reads files that somebody chose or dropped, and says what became of them.
  X.take = function (files) {
    const said = [];
    let waiting = files.length;
    for (const file of files) {
      const reader = new FileReader();
      reader.onload = () => {
        try {
          const { lines, torn } = X.read(file.name, reader.result);
          const added = R.merge(lines);
          said.push(Y.t("import.done", file.name, lines.length, added) + (torn ? Y.t("import.torn", torn) : ""));
        } catch (error) {
          said.push(error.message);
        }
        if ((waiting -= 1) === 0) Y.tell(Y.t("import"), said);
      };
      reader.onerror = () => (waiting -= 1) === 0 && Y.tell(Y.t("import"), [...said, Y.t("import.unread", file.name)]);
      reader.readAsArrayBuffer(file);
    }
  };
  X.save = function (name, text, type) {
    const link = Y.el("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    document.body.append(link);
    link.click();
    setTimeout(() => {
      URL.revokeObjectURL(link.href);
      link.remove();
    }, 1000);
    Y.say(Y.t("export.done", R.lines().length));
  };
  X.saveRecord = () => X.save(Y.t("export.file") + ".jsonl", X.jsonl(), "application/jsonl");
  X.saveCsv = () => X.save(Y.t("export.file") + ".csv", X.csv(), "text/csv");
})();
