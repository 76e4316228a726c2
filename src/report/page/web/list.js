// The triage list: worst and quickest first, filtered, searched, and only as many rows in the page as can be seen.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const L = (Y.list = {});
  // Pixels; as .row in page.css.
  const ROW = 58;
  // Places in a row of the index and in a flag of it.
  const [ID, NAME, OCCUPATION, LEVEL, VERDICT, FLAGS, SHARE, NUMBER, MOBILE, DRAWN] = [0, 1, 2, 3, 5, 7, 9, 10, 11, 12];
  const [RULE, SEVERITY, DOCUMENT, WAIVED, FIELD] = [0, 1, 2, 3, 4];
  const R = Y.record;
  const PART = "yushen:part";

  const NONE = { text: "", verdict: "", rule: "", occupation: "", level: "", document: "", state: "" };
  L.filter = { ...NONE, state: "open", order: "triage", part: partOf(new URLSearchParams(location.search).get("part") || Y.keep.get(PART) || "") };
  L.shown = [];
  L.at = -1;
  let box, rows, status, controls;

  // What a clerk must look at, and at how many papers.
  function effort(sub) {
    const open = sub[FLAGS].filter((f) => f[SEVERITY] > 0);
    return open.length * 4 + new Set(open.map((f) => f[DOCUMENT])).size;
  }
  const EFFORT = Y.data.subs.map(effort);
  const LOWER = Y.data.subs.map((s) => [s[ID], s[NAME], s[NUMBER], s[MOBILE]].join("\n").toLowerCase());
  // The problem by which a submission stands with others of its kind: the first of its worst ones.
  const PROBLEM = Y.data.subs.map((s) => {
    const worst = Math.max(0, ...s[FLAGS].map((f) => (f[WAIVED] ? 0 : f[SEVERITY])));
    const first = s[FLAGS].find((f) => f[SEVERITY] === worst && !f[WAIVED]);
    return first ? first[RULE] + "/" + first[FIELD] : "";
  });

  // "2/3": the second of three parts; the same parts as `--shard`.
  function partOf(text) {
    const m = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
    return m && Number(m[1]) >= 1 && Number(m[1]) <= Number(m[2]) ? Number(m[1]) + "/" + Number(m[2]) : "";
  }
  function inPart(n, text) {
    const [part, of] = text.split("/").map(BigInt);
    return BigInt("0x" + Y.data.subs[n][SHARE]) % of === part - 1n;
  }
  L.isMine = (n) => !L.filter.part || inPart(n, L.filter.part);

  const STATES = {
    open: (n) => !R.decision(n), done: (n) => Boolean(R.decision(n)), conflict: (n) => R.conflicts(n).length > 0, drawn: (n) => Y.data.subs[n][DRAWN] === 1, mine: (n) => R.mine(n),
    accept: (n) => (R.decision(n) || {}).kind === "accept", reject: (n) => (R.decision(n) || {}).kind === "reject", return: (n) => (R.decision(n) || {}).kind === "return",
  };

  const TESTS = {
    text: (n, v) => LOWER[n].includes(v.trim().toLowerCase()),
    verdict: (n, v) => Y.data.subs[n][VERDICT] === Number(v),
    rule: (n, v) => Y.data.subs[n][FLAGS].some((f) => f[RULE] === Number(v)),
    occupation: (n, v) => Y.data.subs[n][OCCUPATION] === Number(v),
    level: (n, v) => Y.data.subs[n][LEVEL] === Number(v),
    document: (n, v) => Y.data.subs[n][FLAGS].some((f) => f[DOCUMENT] === Number(v)),
    state: (n, v) => STATES[v](n),
    part: inPart,
  };

  L.apply = function (keep) {
    const current = keep === undefined ? L.shown[L.at] : keep;
    const wanted = Object.entries(L.filter).filter(([key, value]) => value !== "" && key in TESTS);
    const found = [];
    for (let n = 0; n < Y.data.subs.length; n += 1) {
      // What is being looked at stays in sight when its decision takes it out of the list.
      if (wanted.every(([key, value]) => TESTS[key](n, value) || (key === "state" && n === current))) found.push(n);
    }
    if (L.filter.order === "triage") {
      const subs = Y.data.subs;
      found.sort((a, b) => subs[b][VERDICT] - subs[a][VERDICT] || EFFORT[a] - EFFORT[b] || a - b);
    }
    if (L.filter.order === "same") {
      const size = new Map();
      for (const n of found) size.set(PROBLEM[n], (size.get(PROBLEM[n]) || 0) + 1);
      found.sort((a, b) => size.get(PROBLEM[b]) - size.get(PROBLEM[a]) || (PROBLEM[a] < PROBLEM[b] ? -1 : PROBLEM[a] > PROBLEM[b] ? 1 : 0) || EFFORT[a] - EFFORT[b] || a - b);
    }
    L.shown = found;
    L.at = current === undefined ? -1 : found.indexOf(current);
    draw();
  };

  L.render = function (host) {
    controls = el("div", { class: "filters", role: "search", "aria-label": t("list.filters") });
    status = el("p", { class: "status", role: "status" });
    rows = el("div", { class: "rows", role: "presentation" });
    box = el("div", { class: "listbox", role: "listbox", tabindex: "0", "aria-label": t("list.title"), onscroll: () => window.requestAnimationFrame(window_) });
    box.append(rows);
    Y.add(host, [controls, status, box]);
    filters();
    L.apply();
  };

  function select(key, label, options) {
    const node = el("select", { "aria-label": label, title: label, onchange: () => set(key, node.value) });
    for (const [value, text] of options) node.append(el("option", { value, selected: String(L.filter[key]) === String(value) }, Y.safe(text)));
    return node;
  }
  // The first hit is opened, so that no key decides on somebody who is not in the list.
  function set(key, value) {
    L.filter[key] = value;
    box.scrollTop = 0;
    L.apply(-1);
    if (L.shown.length) L.go(0);
    else Y.openNone();
  }
  L.set = (values) => {
    Object.assign(L.filter, NONE, values);
    if (!controls) return;
    filters();
    box.scrollTop = 0;
    L.apply(-1);
  };

  function filters() {
    const some = (place, of) => {
      const count = new Map();
      for (const s of Y.data.subs) for (const v of new Set(of(s))) count.set(v, (count.get(v) || 0) + 1);
      return [...count].filter(([v]) => v >= 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    };
    const all = (key) => ["", t(key)];
    const rules = some("rule", (s) => s[FLAGS].map((f) => f[RULE])).map(([v, n]) => [v, Y.rule(v) + " (" + n + ")"]);
    const documents = some("document", (s) => s[FLAGS].map((f) => f[DOCUMENT])).map(([v, n]) => [v, Y.document(v) + " (" + n + ")"]);
    const occupations = some("occupation", (s) => [s[OCCUPATION]]).map(([v, n]) => [v, (Y.data.occupations[v] || t("none")) + " (" + n + ")"]);
    const levels = some("level", (s) => [s[LEVEL]]).map(([v, n]) => [v, (Y.data.levels[v] || t("none")) + " (" + n + ")"]);
    const search = el("input", {
      type: "search", id: "search", placeholder: t("list.search"), "aria-label": t("list.search"), value: L.filter.text, autocomplete: "off", spellcheck: "false",
      oninput: () => set("text", search.value),
    });
    // My part of the night, as 2/3; kept for the next time, because it is the clerk's and not the list's.
    const part = el("input", {
      id: "part", placeholder: t("filter.part"), "aria-label": t("filter.part"), title: t("filter.part"), value: L.filter.part, autocomplete: "off", size: "6",
      onchange: () => {
        const known = partOf(part.value);
        part.value = known;
        Y.keep.set(PART, known);
        set("part", known);
      },
    });
    Y.clear(controls);
    Y.add(controls, [
      search,
      select("state", t("filter.state"), [["open", t("filter.open")], ["", t("filter.all")], ["done", t("filter.done")], ["mine", t("filter.mine")], ["conflict", t("filter.conflict")], ...(Y.data.subs.some((s) => s[DRAWN] === 1) ? [["drawn", t("filter.drawn")]] : []), ["accept", t("decision.accept")], ["reject", t("decision.reject")], ["return", t("decision.return")]]),
      select("verdict", t("filter.verdict"), [all("filter.verdict"), [2, t("verdict.reject")], [1, t("verdict.review")], [0, t("verdict.pass")]]),
      select("rule", t("filter.rule"), [all("filter.rule"), ...rules]),
      select("document", t("filter.document"), [all("filter.document"), ...documents]),
      select("occupation", t("filter.occupation"), [all("filter.occupation"), ...occupations]),
      select("level", t("filter.level"), [all("filter.level"), ...levels]),
      select("order", t("filter.order"), [["triage", t("order.triage")], ["same", t("order.same")], ["id", t("order.id")]]),
      part,
    ]);
  }

  function draw() {
    if (!box) return;
    rows.style.height = L.shown.length * ROW + "px";
    status.textContent = t("list.status", Y.number(L.shown.length), Y.number(Y.data.subs.length), Y.number(R.decided()));
    box.dataset.first = "";
    window_();
  }

  // The rows that can be seen, and a few beside them.
  function window_() {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 6);
    const last = Math.min(L.shown.length, Math.ceil((box.scrollTop + (box.clientHeight || 700)) / ROW) + 6);
    Y.clear(rows);
    for (let i = first; i < last; i += 1) rows.append(row(i));
    if (L.at >= 0) box.setAttribute("aria-activedescendant", "row-" + L.at);
    else box.removeAttribute("aria-activedescendant");
    if (L.shown.length === 0) rows.append(el("p", { class: "empty" }, t("list.empty")));
  }

  function row(i) {
    const n = L.shown[i];
    const s = Y.data.subs[n];
    const done = R.decision(n);
    const verdict = Y.verdict(Y.verdictOf(n));
    const conflict = R.conflicts(n).length > 0;
    const open = Y.problemsOf(n);
    const titles = [...new Set(open.map(Y.rule))];
    const node = el(
      "div",
      {
        class: "row " + verdict + (done ? " done" : ""), id: "row-" + i, role: "option", "aria-selected": i === L.at ? "true" : "false",
        "aria-setsize": L.shown.length, "aria-posinset": i + 1, onclick: () => L.go(i),
      },
      el("div", { class: "row-head" }, Y.foreign(s[NAME] || t("none"), { class: "name" }), Y.foreign(s[ID], { class: "id" }), s[DRAWN] === 1 ? Y.chip("drawn", t("drawn.short")) : null, conflict ? Y.chip("reject", t("conflict.short")) : null, done ? Y.chip("done-" + done.kind, t("decision." + done.kind)) : Y.chip(verdict, t("short." + verdict))),
      el("div", { class: "row-foot" }, el("span", { class: "count" }, open.length ? String(open.length) : "—"), el("span", { class: "what" }, titles.join(t("comma")) || t("list.clean"))),
    );
    node.style.transform = "translateY(" + i * ROW + "px)";
    return node;
  }

  L.refresh = () => box && window_();
  L.go = function (i) {
    if (!L.shown.length) return;
    L.at = Math.max(0, Math.min(L.shown.length - 1, i));
    const top = L.at * ROW;
    const height = box.clientHeight || 700;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW > box.scrollTop + height) box.scrollTop = top + ROW - height;
    window_();
    Y.open(L.shown[L.at]);
  };
  // The next that is not decided, after the present one; the first of all if there is none after it.
  L.next = function () {
    const order = [...L.shown.keys()];
    const after = order.slice(L.at + 1).concat(order.slice(0, Math.max(0, L.at)));
    const next = after.find((i) => !R.decision(L.shown[i]));
    if (next === undefined) return Y.say(t("list.finished"));
    const n = L.shown[next];
    L.apply(n);
    L.go(L.shown.indexOf(n));
  };
  L.show = function (n) {
    const i = L.shown.indexOf(n);
    if (i >= 0 && i !== L.at) {
      L.at = i;
      box.scrollTop = Math.max(0, i * ROW - (box.clientHeight || 700) / 3);
    }
    window_();
  };
})();
