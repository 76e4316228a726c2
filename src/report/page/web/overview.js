// The overview: totals by verdict, rules by frequency, occupations × levels, doubtful readings, what was not evaluated, and the run itself.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const [OCCUPATION, LEVEL, VERDICT, FLAGS] = [2, 3, 5, 7];
  const RULES_SHOWN = 20;

  Y.overview = function (host) {
    Y.add(host, [verdicts(), el("div", { class: "columns" }, el("div", {}, rules(), skipped()), el("div", {}, table(), doubts(), notes(), run()))]);
  };

  function section(title, hint, ...children) {
    return el("section", { class: "panel" }, el("h2", {}, title), hint ? el("p", { class: "hint" }, hint) : null, children);
  }

  function verdicts() {
    const total = Y.data.subs.length;
    const count = [0, 0, 0];
    for (const s of Y.data.subs) count[s[VERDICT]] += 1;
    const tile = (v) =>
      el("button", { class: "tile " + Y.verdict(v), type: "button", onclick: () => Y.toList({ verdict: String(v) }) },
        el("span", { class: "big" }, Y.number(count[v])), el("span", {}, t("verdict." + Y.verdict(v))), el("span", { class: "share" }, Y.percent(count[v], total)));
    const bar = el("div", { class: "bar", role: "img", "aria-label": [2, 1, 0].map((v) => t("verdict." + Y.verdict(v)) + " " + count[v]).join(t("comma")) });
    for (const v of [2, 1, 0]) {
      const part = el("span", { class: Y.verdict(v) });
      part.style.flexGrow = String(count[v]);
      if (count[v]) bar.append(part);
    }
    const c = Y.data.run.counts;
    return el("section", { class: "panel wide" }, el("h2", {}, t("overview.verdicts", Y.number(total))),
      el("div", { class: "tiles" }, tile(2), tile(1), tile(0),
        el("button", { class: "tile plain", type: "button", onclick: () => Y.toList({ state: "done" }) }, el("span", { class: "big", id: "decided" }, Y.number(Y.record.decided())), el("span", {}, t("overview.decided")), el("span", { class: "share" }, Y.percent(Y.record.decided(), total)))),
      bar,
      el("p", { class: "hint" }, t("overview.counts", Y.number(c.files), Y.number(c.flags), Y.number(c.flags_waived || 0), Y.number(c.without_folder), Y.number(c.unregistered))));
  }

  // Submissions with a rule's flag, by the worst severity that they have of it.
  function rules() {
    const by = new Map();
    for (const s of Y.data.subs) {
      const worst = new Map();
      for (const f of s[FLAGS]) worst.set(f[0], Math.max(worst.get(f[0]) || 0, f[1]));
      for (const [rule, severity] of worst) {
        if (!by.has(rule)) by.set(rule, [0, 0, 0]);
        by.get(rule)[severity] += 1;
      }
    }
    const sum = (a) => a[0] + a[1] + a[2];
    const list = [...by].sort((a, b) => sum(b[1]) - sum(a[1]) || a[0] - b[0]);
    if (!list.length) return section(t("overview.rules"), t("overview.no_rules"));
    const most = sum(list[0][1]);
    const line = ([rule, n]) => {
      const bar = el("span", { class: "plot", "aria-hidden": "true" });
      for (const v of [2, 1, 0]) {
        if (!n[v]) continue;
        const part = el("span", { class: Y.severity(v) });
        part.style.width = (100 * n[v]) / most + "%";
        bar.append(part);
      }
      return el("tr", {}, el("th", { scope: "row" }, el("button", { class: "link", type: "button", title: Y.data.rules[rule][0], onclick: () => Y.toList({ rule: String(rule) }) }, Y.rule(rule))),
        el("td", { class: "wide" }, bar), el("td", { class: "n" }, Y.number(sum(n))), el("td", { class: "n dim" }, [2, 1, 0].map((v) => n[v]).join(" / ")));
    };
    const head = el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("overview.rule")), el("td", {}), el("th", { scope: "col", class: "n" }, t("overview.submissions")), el("th", { scope: "col", class: "n" }, t("overview.severities"))));
    const body = el("tbody", {}, list.slice(0, RULES_SHOWN).map(line));
    const more = list.length > RULES_SHOWN ? el("details", {}, el("summary", {}, t("overview.more_rules", list.length - RULES_SHOWN)), el("table", { class: "rules" }, el("tbody", {}, list.slice(RULES_SHOWN).map(line)))) : null;
    return section(t("overview.rules"), t("overview.rules_hint"), el("table", { class: "rules" }, head, body), more);
  }

  // Occupations down, levels across; in a cell all submissions and those proposed for passing.
  function table() {
    const cells = new Map();
    for (const s of Y.data.subs) {
      const key = s[OCCUPATION] + "|" + s[LEVEL];
      const c = cells.get(key) || [0, 0];
      cells.set(key, [c[0] + 1, c[1] + (s[VERDICT] === 0 ? 1 : 0)]);
    }
    // from the lowest to the highest; what is no level comes last
    const rank = (l) => { const r = "五四三二一".indexOf((Y.data.levels[l] || " ")[0]); return r < 0 ? 5 : r; };
    const levels = Y.data.levels.map((_, i) => i).sort((a, b) => rank(a) - rank(b));
    const head = el("tr", {}, el("td", {}), levels.map((l) => el("th", { scope: "col", class: "n" }, Y.foreign(Y.data.levels[l] || t("none")))));
    const body = Y.data.occupations.map((name, o) =>
      el("tr", {}, el("th", { scope: "row" }, Y.foreign(name || t("none"))), levels.map((l) => {
        const c = cells.get(o + "|" + l);
        if (!c) return el("td", { class: "n dim" }, "·");
        return el("td", { class: "n" }, el("button", { class: "link", type: "button", onclick: () => Y.toList({ occupation: String(o), level: String(l) }) }, Y.number(c[0])), el("span", { class: "dim" }, " " + Y.percent(c[1], c[0]).replace(/\.\d/, "")));
      })));
    return section(t("overview.table"), t("overview.table_hint"), el("div", { class: "scroll" }, el("table", { class: "matrix" }, el("thead", {}, head), el("tbody", {}, body))));
  }

  function doubts() {
    const d = Y.data.doubts;
    if (!d.length) return section(t("overview.doubts"), t("overview.no_doubts"));
    const body = d.slice(0, 12).map(([document, field, n]) => el("tr", {}, el("th", { scope: "row" }, Y.document(document)), el("td", {}, Y.field(field)), el("td", { class: "n" }, Y.number(n))));
    return section(t("overview.doubts"), t("overview.doubts_hint", Y.data.doubt_below.toFixed(2)), el("table", {}, el("tbody", {}, body)));
  }

  function skipped() {
    const list = Y.data.not_evaluated;
    if (!list.length) return section(t("overview.skipped"), t("overview.none_skipped"));
    const body = list.map(([rule, why, n, zh]) => el("tr", {}, el("th", { scope: "row" }, rule === null ? t("overview.every_rule") : Y.rule(rule)), el("td", {}, Y.foreign(Y.pick([zh, why]))), el("td", { class: "n" }, Y.number(n))));
    return section(t("overview.skipped"), t("overview.skipped_hint"), el("table", {}, el("tbody", {}, body)));
  }

  function notes() {
    const list = Y.data.run.batches.flatMap((b) => b.notes.map((n) => [b.name, n]));
    if (!list.length) return null;
    return section(t("overview.notes"), null, el("ul", { class: "plain" }, list.slice(0, 200).map(([batch, n]) =>
      el("li", {}, Y.foreign(Y.lang === "zh" ? n.zh : n.en), " ", el("span", { class: "dim" }, Y.foreign([batch, n.file, n.row ? t("row", n.row) : ""].filter(Boolean).join(" · ")))))));
  }

  function run() {
    const r = Y.data.run;
    const fact = (name, ...value) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value));
    const hashed = (list) => el("ul", { class: "plain" }, list.map(([name, hash]) => el("li", {}, Y.foreign(name), " ", el("code", {}, hash.slice(0, 12)))));
    return section(t("overview.run"), null, el("table", { class: "facts" }, el("tbody", {},
      fact(t("run.version"), "yushen " + r.version),
      fact(t("run.as_of"), r.as_of),
      fact(t("run.batches"), el("ul", { class: "plain" }, r.batches.map((b) => el("li", {}, Y.foreign(b.name), " ", el("span", { class: "dim" }, t("run.batch", Y.number(b.folders), Y.number(b.rows))))))),
      fact(t("run.packs"), hashed(r.packs)),
      fact(t("run.models"), r.models.length ? hashed(r.models) : t("none")),
      fact(t("run.given"), r.given.length ? el("ul", { class: "plain" }, r.given.map((g) => el("li", {}, Y.foreign(g.kind + " " + g.path), g.remarks.map((m) => el("div", { class: "dim" }, Y.foreign(Y.pick([m.zh, m.en]))))))) : t("none")),
      r.wall === null ? null : fact(t("run.time"), t("run.seconds", r.wall.toFixed(1))),
      fact(t("run.key"), el("code", {}, Y.data.key)))));
  }
})();
