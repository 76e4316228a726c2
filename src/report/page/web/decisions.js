// What the reviewer decided: kept in the browser, written out as a CSV that `yushen audit --decisions` reads.
// Decides nothing and knows no pictures.
(function () {
  "use strict";
  const Y = window.Y;
  const KEY = "yushen:decisions:" + Y.data.key;
  const WHO = "yushen:who";
  const D = (Y.decisions = {});
  const COLUMNS = ["submission_id", "decision", "rule", "document", "field", "reason", "who", "until", "decided_on", "flags"];

  // submissions: place → {d, reason, who, on}; flags: id of the flag → {reason, who, until, on}
  let state = read();
  const listeners = [];
  let past = [];

  D.onchange = (f) => listeners.push(f);
  D.of = (n) => state.submissions[n] || null;
  D.flag = (id) => state.flags[id] || null;
  D.count = () => Object.keys(state.submissions).length;
  D.flagCount = () => Object.keys(state.flags).length;
  D.kept = Y.keep.lasts;

  D.who = () => Y.keep.get(WHO) || "";
  D.setWho = (name) => Y.keep.set(WHO, name);

  // Day in Beijing, as the notices count; an ISO day.
  D.today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
  D.until = () => new Date(Date.now() + 8 * 3600e3 + Y.data.accept_days * 86400e3).toISOString().slice(0, 10);

  // May this flag be accepted by a clerk? What the tool itself failed on was not judged at all.
  D.may = (flag) => Y.data.rules[flag.r][0] !== "internal-error";
  // Which of the flags a decision about `one` covers when it is read again: the same rule, and what it names.
  D.covers = (one, other) => one.r === other.r && (one.d === null || one.d === other.d) && (!one.f || one.f === other.f);

  D.accept = function (n, flags, reason, until, whole) {
    remember();
    const who = D.who();
    for (const f of flags) state.flags[f.i] = { reason, who, until, on: D.today(), row: row(n, f), n };
    if (whole) state.submissions[n] = { d: "accept", reason, who, on: D.today() };
    write();
  };
  D.decide = function (n, what, reason) {
    remember();
    state.submissions[n] = { d: what, reason, who: D.who(), on: D.today() };
    // What is rejected or sent back accepts nothing.
    for (const id of Object.keys(state.flags)) if (state.flags[id].n === n) delete state.flags[id];
    write();
  };
  D.undo = function () {
    const before = past.pop();
    if (!before) return false;
    state = JSON.parse(before);
    write();
    return true;
  };
  D.clear = function (n) {
    remember();
    delete state.submissions[n];
    for (const id of Object.keys(state.flags)) if (state.flags[id].n === n) delete state.flags[id];
    write();
  };

  D.csv = function () {
    const rows = [];
    const accepted = new Map();
    for (const [id, f] of Object.entries(state.flags)) {
      const key = JSON.stringify(f.row);
      if (accepted.has(key)) accepted.get(key).flags.push(id);
      else accepted.set(key, { ...f, flags: [id] });
    }
    for (const f of accepted.values()) {
      const [submission, rule, document, field] = f.row;
      rows.push([submission, "accept", rule, document, field, f.reason, f.who, f.until, f.on, f.flags.sort().join(" ")]);
    }
    for (const [n, s] of Object.entries(state.submissions)) rows.push([Y.data.subs[n][0], s.d, "", "", "", s.reason, s.who, "", s.on, ""]);
    rows.sort((a, b) => (a.join("\u0001") < b.join("\u0001") ? -1 : 1));
    return "\ufeff" + [COLUMNS, ...rows].map((r) => r.map(cell).join(",") + "\r\n").join("");
  };

  // As `flags.csv` writes a text: never a formula, never another number.
  function cell(value) {
    let text = Y.safe(String(value).replace(/[\r\n\t]+/g, " ").trim());
    if (/^[=+\-@'＝＋－＠]/.test(text)) text = "'" + text;
    else if (/^[\d.][\d.,/:eE%+ 年月日-]*$/.test(text) && !/^([1-9]\d{0,10}|0)$/.test(text) && !/^\d{4}-\d{2}-\d{2}$/.test(text)) text += "\t";
    return /[",\t]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function row(n, f) {
    return [Y.data.subs[n][0], Y.data.rules[f.r][0], f.d === null ? "" : Y.data.documents[f.d][0], f.f || ""];
  }
  function remember() {
    past.push(JSON.stringify(state));
    past = past.slice(-50);
  }
  function read() {
    const empty = { submissions: {}, flags: {} };
    try {
      const kept = JSON.parse(Y.keep.get(KEY) || "null");
      return kept && kept.submissions && kept.flags ? kept : empty;
    } catch (_) {
      return empty;
    }
  }
  function write() {
    if (!Y.keep.set(KEY, JSON.stringify(state))) D.kept = false;
    listeners.forEach((f) => f());
  }

  D.download = function () {
    const name = Y.t("export.file") + "-" + D.today() + ".csv";
    const link = Y.el("a", { href: URL.createObjectURL(new Blob([D.csv()], { type: "text/csv" })), download: name });
    document.body.append(link);
    link.click();
    setTimeout(() => {
      URL.revokeObjectURL(link.href);
      link.remove();
    }, 1000);
    Y.say(Y.t("export.done", D.count(), D.flagCount()));
  };
})();
