// The record of decisions: an append-only list of entries, folded into what counts for each submission (docs/decision-record.md).
// Kept in the browser's store under the run's key. Shows nothing and judges nothing.
(function () {
  "use strict";
  const Y = window.Y;
  const KEY = "yushen:record:" + Y.data.key;
  const WHO = "yushen:who";
  const R = (Y.record = {});
  // Places in a row of the index.
  const [ID, MATERIAL] = [0, 8];

  // What an entry is about; of the entries about one place the last one counts.
  const FAMILY = { accept: "decision", reject: "decision", return: "decision", accept_flag: "flag", correct: "field", confirm: "field", overrule: "field", assign: "page" };
  const PLACE = {
    decision: () => [],
    flag: (e) => [e.rule, e.document || "", e.field || ""],
    field: (e) => [e.field],
    page: (e) => [e.name, e.in_file || 0],
  };
  // What two entries about one place may contradict each other in; an acceptance contradicts none.
  const SAYS = {
    decision: (e) => [e.kind],
    flag: () => null,
    field: (e) => (e.new ? [e.new.state, (e.new.text || "").trim()] : null),
    page: (e) => (e.somebody_else ? [true] : [e.document]),
  };

  const items = [];
  const lines = new Map();
  const bySubmission = new Map();
  const known = new Map();
  const folded = new Map();
  const listeners = [];
  let past = [];

  R.family = (e) => FAMILY[e.kind === "withdraw" ? e.what : e.kind];
  R.place = (e) => JSON.stringify([R.family(e), ...PLACE[R.family(e)](e)]);
  function contradict(a, b) {
    const [x, y] = [a, b].map(SAYS[R.family(a)]);
    return x !== null && y !== null && JSON.stringify(x) !== JSON.stringify(y);
  }
  R.onchange = (f) => listeners.push(f);
  R.kept = Y.keep.lasts;
  R.who = () => Y.keep.get(WHO) || "";
  R.setWho = (name) => Y.keep.set(WHO, name);
  const own = () => items.filter((i) => !i.given);
  R.lines = () => own().map((i) => i.line);
  R.entries = () => own().map((i) => i.entry);

  const beijing = () => new Date(Date.now() + 8 * 3600e3).toISOString();
  R.today = () => beijing().slice(0, 10);
  R.until = () => new Date(Date.now() + 8 * 3600e3 + Y.data.accept_days * 86400e3).toISOString().slice(0, 10);
  R.index = new Map(Y.data.subs.map((s, n) => [s[ID], n]));

  // What the detail tells of a submission: hashes of its files, boxes of its fields. Then readings are matched by these.
  R.know = function (n, detail) {
    if (known.has(n)) return;
    // What the run itself was given of the record stands in its own files, and is not written again.
    for (const entry of (detail.j && detail.j.record) || []) keep(JSON.stringify(entry), true);
    known.set(n, { files: new Set(detail.files.map((f) => f.h).filter(Boolean)), boxes: new Map(detail.facts.map((f) => [f.f, f.box])) });
    folded.delete(n);
  };

  // Was it said of what this report shows? Of a field or a page: of the same file; else of the submission as it is.
  function fits(e, n) {
    if (e.kind === "withdraw") return true;
    const seen = known.get(n);
    if (e.file) {
      // Before the detail is there, the submission's seal tells.
      if (!seen) return sealed(e, n) || e.run === Y.data.key;
      const now = seen.boxes.get(e.field);
      return seen.files.has(e.file) && !(e.box && now && !meet(e.box, now));
    }
    return sealed(e, n);
  }
  function sealed(e, n) {
    const material = Y.data.subs[n][MATERIAL];
    return !e.material || !material || e.material === material;
  }
  const meet = ([ax, ay, aw, ah], [bx, by, bw, bh]) => ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah;

  // In order of time, then as they stand.
  const instant = (e) => Date.parse(e.time) || 0;
  R.of = function (n) {
    const list = bySubmission.get(Y.data.subs[n][ID]) || [];
    return list.filter((i) => fits(i.entry, n)).sort((a, b) => instant(a.entry) - instant(b.entry) || a.at - b.at).map((i) => i.entry);
  };

  // What counts: of what each person says last about a place, the latest; and which other voice contradicts it.
  R.fold = function (list) {
    const places = new Map();
    for (const e of list) {
      const place = R.place(e);
      const voices = (places.get(place) || []).filter((v) => v.who !== e.who);
      if (e.kind !== "withdraw") voices.push(e);
      places.set(place, voices);
    }
    const folded_ = new Map();
    for (const [place, voices] of places) {
      if (!voices.length) continue;
      const entry = voices[voices.length - 1];
      const other = entry.settles ? undefined : voices.slice(0, -1).reverse().find((v) => contradict(v, entry));
      folded_.set(place, { entry, voices, conflict: other ? [other, entry] : null });
    }
    return folded_;
  };
  function state(n) {
    if (!folded.has(n)) folded.set(n, R.fold(R.of(n)));
    return folded.get(n);
  }
  const counts = (n, family, ...place) => (state(n).get(JSON.stringify([family, ...place])) || {}).entry || null;
  R.decision = (n) => counts(n, "decision");
  R.reading = (n, field) => counts(n, "field", field);
  R.page = (n, name, inFile) => counts(n, "page", name, inFile || 0) || counts(n, "page", name, 0);
  R.assigned = (n) => [...state(n).values()].map((p) => p.entry).filter((e) => e.kind === "assign");
  R.conflicts = (n) => [...state(n).values()].filter((p) => p.conflict).map((p) => p.conflict);
  R.touched = (n) => state(n).size > 0;
  R.mine = (n) => [...state(n).values()].some((p) => p.entry.who === R.who());
  R.decided = () => Y.data.subs.reduce((sum, _, n) => sum + (R.decision(n) ? 1 : 0), 0);

  // The entry that accepts a flag, if one does and is still in force.
  R.accepted = function (n, flag) {
    for (const { entry: e } of state(n).values()) {
      if (e.kind !== "accept_flag" || e.rule !== Y.data.rules[flag.r][0] || (e.until && e.until < Y.data.run.as_of)) continue;
      const document = flag.d === null ? "" : Y.data.documents[flag.d][0];
      if ((!e.document || e.document === document) && (!e.field || e.field === (flag.f || ""))) return e;
    }
    return null;
  };
  // May a clerk accept it? What the tool itself failed on was not judged at all.
  R.may = (flag) => Y.data.rules[flag.r][0] !== "internal-error";
  R.acceptance = function (flags, reason, until) {
    const list = new Map();
    for (const f of flags) {
      const e = { kind: "accept_flag", rule: Y.data.rules[f.r][0], document: f.d === null ? undefined : Y.data.documents[f.d][0], field: f.f || undefined, reason, until, flags: [] };
      const place = R.place(e);
      if (!list.has(place)) list.set(place, e);
      list.get(place).flags.push(f.i);
    }
    return [...list.values()];
  };

  const written = (moment) => new Date(moment + 8 * 3600e3).toISOString().slice(0, 19) + "+08:00";
  // Not before what I said myself and later than what others said of this submission, whatever their clocks say: else it
  // would not count.
  function moment(n) {
    const said = (bySubmission.get(Y.data.subs[n][ID]) || []).map((i) => i.entry);
    return Math.max(Math.floor(Date.now() / 1000) * 1000, ...said.map((e) => instant(e) + (e.who === R.who() ? 0 : 1000)));
  }
  function complete(n, e, time) {
    const s = Y.data.subs[n];
    return { time: written(time), who: R.who(), run: Y.data.key, submission: s[ID], material: s[MATERIAL] || "", ...e };
  }
  // Appends what was decided in one go on one or several submissions: [[n, entry] …].
  R.add = function (list) {
    past.push(list.map(([n, e]) => [n, e, mine(n, e)]));
    append(list);
  };
  // What I said of this place last.
  const mine = (n, e) => ((state(n).get(R.place(e)) || {}).voices || []).find((v) => v.who === R.who()) || null;
  function append(list) {
    take();
    for (const [n, e] of list) {
      // Said, taken back and said again within a second are three entries.
      let time = moment(n);
      while (!keep(JSON.stringify(complete(n, e, time)))) time += 1000;
    }
    write([...new Set(list.map(([n]) => n))]);
  }
  // Takes my last step back: what I said before counts again, else what others say. Gives the submission concerned, or -1.
  R.undo = function () {
    const step = past.pop() || last();
    if (!step) return -1;
    append(step.map(([n, e, before]) => [n, before ? again(before) : R.withdrawal(e)]));
    return step[0][0];
  };
  R.withdrawal = function (e) {
    const { rule, document, field, name, in_file } = e;
    return { kind: "withdraw", what: e.kind, ...{ decision: {}, flag: { rule, document, field }, field: { field }, page: { name, in_file } }[R.family(e)] };
  };
  const again = ({ time, who, run, submission, material, settles, ...rest }) => rest;
  // One of several contradicting entries becomes the one that counts.
  R.settle = (n, e) => R.add([[n, { ...again(e), settles: true }]]);
  // After a reload: my last entry that still counts.
  function last() {
    for (let i = items.length - 1; i >= 0; i -= 1) {
      const e = items[i].entry;
      const n = R.index.get(e.submission);
      if (n === undefined || e.who !== R.who() || e.kind === "withdraw") continue;
      if (mine(n, e) === e) return [[n, e, null]];
    }
    return null;
  }

  // An entry is the same whatever the order of its keys.
  const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)])) : value);
  // One more line, unless it is there already.
  function keep(line, given) {
    const entry = JSON.parse(line);
    const text = JSON.stringify(sorted(entry));
    const before = lines.get(text);
    if (before) {
      // Given to the run, and here, too: then it is this page's as well.
      const new_ = before.given && !given;
      if (new_) before.given = false;
      return Boolean(new_);
    }
    const item = { line, entry, at: items.length, given: Boolean(given) };
    lines.set(text, item);
    items.push(item);
    if (!bySubmission.has(entry.submission)) bySubmission.set(entry.submission, []);
    bySubmission.get(entry.submission).push(item);
    const n = R.index.get(entry.submission);
    if (n !== undefined) folded.delete(n);
    return true;
  }
  // What another window of this page has written meanwhile.
  function take() {
    for (const line of (Y.keep.get(KEY) || "").split("\n")) {
      try {
        if (line) keep(line);
      } catch (_) {
        // A torn line in the store is no entry.
      }
    }
  }
  function write(changed) {
    if (!Y.keep.set(KEY, own().map((i) => i.line + "\n").join(""))) R.kept = false;
    listeners.forEach((f) => f(changed));
  }
  // Adds lines that were read from files; gives how many were new.
  R.merge = function (list) {
    take();
    const added = list.filter((line) => keep(line)).length;
    folded.clear();
    write(null);
    return added;
  };
  take();
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    take();
    listeners.forEach((f) => f(null));
  });
})();
