// One submission: what is flagged and why, its pictures and readings, its timeline, everything read, and the reason to send.
// After each entry it is judged again, and what changed is drawn anew in its place.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const R = Y.record;
  // Pixels left free below what was scrolled to.
  const BELOW = 12;
  let at = null;

  // The submission that is shown, with its detail; null while it is being loaded.
  Y.current = () => at;
  Y.focus = -1;
  // Verdicts and problems (rules) of submissions that were judged again here.
  const again = new Map();
  Y.verdictOf = (n) => (again.has(n) ? again.get(n).verdict : Y.data.subs[n][5]);
  Y.problemsOf = (n) => (again.has(n) ? again.get(n).problems : Y.data.subs[n][7].filter((f) => f[1] > 0 && !f[3]).map((f) => f[0]));

  // The detail as it is with what people have decided.
  Y.judged = function (n, original, then) {
    R.know(n, original);
    plainStates(original);
    const entries = R.of(n);
    if (!entries.length) {
      again.delete(n);
      return then(original);
    }
    if (!Y.again) return then(original);
    Y.again(n, original, entries, (judged, why) => {
      if (!judged) return then({ ...original, why });
      plainStates(judged);
      const crops = new Map(original.flags.map((f) => [f.i, f]));
      const flags = judged.flags.map((f) => {
        const before = crops.get(f.i);
        return f.crop || !before || String(before.box) !== String(f.box) ? f : { ...f, crop: before.crop };
      });
      const verdict = { pass: 0, review: 1, reject: 2 }[judged.verdict];
      again.set(n, { verdict: verdict === undefined ? judged.verdict : verdict, problems: flags.filter((f) => f.s > 0 && !f.w).map((f) => f.r) });
      then({ ...original, ...judged, flags, pages: judged.pages.map((p) => pictured(original, p)), files: original.files, photo: original.photo });
    });
  };
  // A reading that the run knows as corrected is what it was corrected to; `by` says by whom.
  function plainStates(detail) {
    for (const f of detail.facts) if (f.st === "corrected") f.st = f.by.now;
  }
  // A page as it is judged now, with the pictures that it has here.
  function pictured(original, page) {
    const same = original.pages.find((p) => p.f === page.f && p.n === page.n && (p.n !== undefined || p.p === page.p));
    return same ? { ...page, img: same.img, url: same.url, size: same.size, turn: same.turn } : page;
  }

  Y.leave = () => (at = null);
  Y.submission = function (host, n) {
    at = null;
    Y.focus = -1;
    Y.clear(host).append(el("p", { class: "hint", role: "status" }, t("detail.loading")));
    Y.detail(n, (original, why) => {
      if (Y.route.n !== n) return;
      if (!original) return Y.clear(host).append(el("p", { class: "missing", role: "alert" }, why));
      Y.judged(n, original, (detail) => {
        if (Y.route.n !== n || (at && at.n === n)) return;
        draw(Y.clear(host), n, original, detail);
        neighbours(n);
      });
    });
  };
  // What comes next is loaded before it is asked for.
  function neighbours(n) {
    const next = Y.list.shown[Y.list.shown.indexOf(n) + 1];
    if (next !== undefined) Y.detail(next, () => {});
  }

  const open = (page, marks) => Y.pictures.view(at.detail, page, marks);
  Y.openMaterials = () => at && at.detail.pages.length && open({ ...at.detail.pages[0], alt: Y.pictures.title(at.detail.pages[0]) });

  // Parts that change with a decision are drawn anew; pictures and fields stay as they are.
  const SLOTS = { head, decision, notices, gone, reason, line, skipped: notEvaluated };
  function draw(host, n, original, detail) {
    at = { n, original, detail, ordered: [], cards: new Map(), slots: {} };
    const slot = (name) => (at.slots[name] = el("div", { class: "slot slot-" + name }));
    at.flags = el("section", { class: "flags" });
    Y.add(host, [slot("head"), slot("decision"), slot("notices"), at.flags, slot("gone"), slot("reason"), slot("line"),
      el("div", { class: "columns" }, Y.pictures.photo(detail, open), registration(detail)), materials(detail), facts(), slot("skipped"), technical()]);
    host.scrollTop = 0;
    fill();
    // Whoever is typing in the list goes on typing.
    if (document.activeElement && document.activeElement.closest("input, select, textarea")) return;
    begin(host);
  }
  // The first flag comes into view, and what is to be settled has the focus if it stands there or beside it: no flag is
  // scrolled past, and no key settles what is not in sight.
  function begin(host) {
    const first = [...at.flags.querySelectorAll(".card")].find((card) => card.getClientRects().length);
    const open = Y.readings.open();
    if (!first) return host.focus({ preventScroll: true });
    if (open && first.contains(open)) return Y.readings.focus(open);
    const view = host.getBoundingClientRect();
    const room = Math.max(0, first.getBoundingClientRect().top - view.top - (parseFloat(getComputedStyle(host).scrollPaddingTop) || 0));
    const over = (node) => Math.max(0, node.getBoundingClientRect().bottom + BELOW - view.bottom);
    const near = open && over(open) <= room;
    host.scrollTop += Math.min(room, over(near ? open : first));
    if (near) return Y.readings.take(open);
    Y.readings.take(null);
    Y.focus = 0;
    first.focus({ preventScroll: true });
  }
  function fill() {
    for (const [name, part] of Object.entries(SLOTS)) Y.add(Y.clear(at.slots[name]), [part(at.n, at.detail)]);
    flags();
  }
  // After an entry on this submission: judged again, and drawn where it changed.
  Y.rejudge = function () {
    if (!at) return;
    const shown = at;
    Y.readings.refresh();
    Y.judged(shown.n, shown.original, (detail) => {
      if (at !== shown) return;
      at.detail = detail;
      const [node, top] = [Y.readings.current(), at.slots.head.parentElement.scrollTop];
      fill();
      at.slots.head.parentElement.scrollTop = top;
      if (node && !node.isConnected) Y.readings.first();
      Y.list.refresh();
    });
  };

  function head(n, d) {
    const s = Y.data.subs[n];
    const verdict = Y.verdictOf(n);
    const said = [Y.data.occupations[s[2]], Y.data.levels[s[3]], s[4] ? t("head.condition", s[4]) : "", d.months === null ? "" : t("head.months", Y.months(d.months))].filter(Boolean);
    const act = (what, key, act_) => el("button", { type: "button", class: "act " + what, onclick: act_ }, t("act." + what), el("kbd", {}, key));
    return el("header", { class: "head" },
      el("div", { class: "head-line" }, el("h1", {}, Y.foreign(s[1] || t("none"))), Y.foreign(s[0], { class: "id" }),
        s[12] === 1 ? Y.chip("drawn", t("drawn.short")) : null,
        verdict === s[5] ? null : [Y.chip("was " + Y.verdict(s[5]), t("verdict." + Y.verdict(s[5]))), "→"], el("span", { class: "verdict" }, Y.chip(Y.verdict(verdict), t("verdict." + Y.verdict(verdict)))), el("span", { class: "grow" }),
        el("span", { class: "acts-bar" }, act("accept", "a", () => Y.act("accept")), act("reject", "r", () => Y.act("reject")), act("return", "b", () => Y.act("return")), act("print", "p", () => Y.notice([n])), act("next", "n", () => Y.list.next()))),
      el("p", { class: "dim head-said" }, said.map((f, i) => [i ? " · " : "", Y.foreign(f)]), d.folder && d.folder !== s[0] ? [" · ", t("head.folder"), " ", Y.foreign(d.folder)] : null),
      s[12] === 1 ? el("p", { class: "drawn" }, t("drawn.told")) : null,
      Y.pictures.strip(d, open));
  }

  function decision(n) {
    const e = R.decision(n);
    if (!e) return null;
    return el("p", { class: "decision", id: "decision", role: "status" }, Y.chip("done-" + e.kind, t("decision." + e.kind)), " ", Y.readings.told(e), " ", Y.readings.withdraw(n, e));
  }

  // Contradictions with a way to settle them, what was decided before, and what this page cannot do.
  function notices(n, d) {
    const before = Y.data.earlier.filter((e) => e.submission === Y.data.subs[n][0]);
    const place = (e) => [t("place." + R.family(e)), e.rule ? Y.rule(Y.data.rules.findIndex((r) => r[0] === e.rule)) : "", Y.field(Y.path(e.field)), e.name || ""].filter(Boolean).join(" · ");
    return [
      d.condition ? el("details", { class: "condition" }, el("summary", {}, t("head.condition_text", d.condition.source)), el("blockquote", {}, Y.foreign(d.condition.text))) : null,
      before.length ? el("p", { class: "earlier" }, before.map((e) => [t("earlier"), t("colon"), t("decision." + e.decision), " ", Y.foreign([e.who, e.decided_on, e.reason].filter(Boolean).join(" · ")), el("br")])) : null,
      R.conflicts(n).map((voices) => el("div", { class: "conflict", role: "alert" }, el("b", {}, t("conflict.title")), t("colon"), Y.safe(place(voices[0])),
        voices.map((e) => el("p", {}, Y.readings.told(e), " ", el("button", { type: "button", onclick: () => Y.named(() => R.settle(n, e)) }, t("conflict.settle")))))),
      R.assigned(n).map((e) => el("p", { class: "assigned" }, Y.readings.told(e), " ", Y.readings.withdraw(n, e), unread(d, e) ? [" ", el("span", { class: "dim" }, t("assign.unread"))] : null)),
      (!Y.again || d.why) && R.touched(n) ? el("p", { class: "hint" }, d.why || t("judge.not_here"), d.reason && d.flags.some((f) => f.s === 2 && !f.w && R.accepted(n, f)) ? " " + t("judge.reason_stays") : "") : null,
    ];
  }

  // Was a page that somebody said is a material not read as it?
  function unread(d, e) {
    if (e.somebody_else) return false;
    const pages = d.pages.filter((p) => p.f === e.name && (e.in_file === undefined || p.n === e.in_file));
    return pages.length > 0 && !pages.some((p) => p.a !== false && p.d !== null && Y.data.documents[p.d][0] === e.document);
  }

  // Flags that were there before somebody decided and are not any more.
  function gone(n, d) {
    const now = new Set(d.flags.map((f) => f.i));
    const list = at.original.flags.filter((f) => f.s > 0 && !now.has(f.i));
    return list.length ? el("p", { class: "gone" }, el("b", {}, t("flags.gone", list.length)), t("colon"), list.map((f, i) => [i ? t("comma") : "", el("s", {}, [Y.rule(f.r), Y.field(f.f)].filter(Boolean).join(" · "))])) : null;
  }

  function reason(n, d) {
    if (!d.reason) return null;
    return el("section", { class: "panel reason" }, el("h2", {}, t("reason.title"), el("span", { class: "grow" }), el("button", { type: "button", class: "copy", onclick: () => Y.copyReason() }, t("reason.copy"), el("kbd", {}, "c"))), el("p", { id: "reason" }, Y.foreign(d.reason)));
  }
  Y.copyReason = () => at && at.detail.reason && Y.copy(Y.safe(at.detail.reason), (worked) => Y.say(t(worked ? "reason.copied" : "reason.not_copied")));

  // Cards of flags that are as they were stay in the page, with what is typed in them.
  function flags() {
    const { n, detail: d, original } = at;
    const order = d.flags.map((f, i) => [f, i]).sort((a, b) => b[0].s - a[0].s || a[1] - b[1]).map(([f]) => f);
    at.ordered = order;
    const before = new Set(original.flags.map((f) => f.i));
    const cards = new Map();
    for (const f of order) {
      const accepted = R.accepted(n, f);
      const key = JSON.stringify([{ ...f, facts: f.facts.map((i) => (d.facts[i] || {}).f) }, accepted]);
      const kept = at.cards.get(f.i);
      cards.set(f.i, kept && kept.key === key ? kept : { key, node: card(n, d, f, accepted, !before.has(f.i)) });
    }
    at.cards = cards;
    const nodes = (list) => list.map((f) => cards.get(f.i).node);
    const [real, notes] = [order.filter((f) => f.s > 0 || f.w), order.filter((f) => f.s === 0 && !f.w)];
    at.flags.setAttribute("aria-label", t("flags.title", d.flags.length));
    const title = el("h2", {}, t("flags.title", real.length));
    // What is in the page already is not taken out of it: a field would lose the focus.
    const wanted = [title, ...(d.flags.length ? [] : [el("p", { class: "hint" }, t("flags.none"))]), ...nodes(real), ...(notes.length ? [el("details", { class: "notes" }, el("summary", {}, t("flags.notes", notes.length)), nodes(notes))] : [])];
    for (const child of [...at.flags.children]) if (!wanted.includes(child)) child.remove();
    wanted.forEach((node, i) => at.flags.children[i] !== node && at.flags.insertBefore(node, at.flags.children[i] || null));
  }

  function card(n, d, f, accepted, isNew) {
    const hashes = f.f === "perceptual_hashes";
    const where = [Y.document(f.d), f.p > 1 ? t("page", f.p) : "", hashes ? "" : Y.field(f.f)].filter(Boolean).join(" · ");
    const read = f.facts.map((x) => d.facts[x]).filter(Boolean);
    const only = read.length === 1 ? read[0] : null;
    const status = f.w ? [el("p", { class: "waived" }, t("flag.waived", t("severity." + f.w.severity), f.w.who, f.w.until), " ", Y.foreign(f.w.reason))] : accepted ? [el("p", { class: "waived" }, t("flag.accepted", accepted.who, accepted.until || "—"), " ", Y.foreign(accepted.reason || ""))] : null;
    const can = f.s > 0 && R.may(f) && !accepted;
    const page = Y.pictures.flagged(d, f);
    const strange = Y.data.rules[f.r][0].startsWith("material-") && page;
    return el("article", { class: "card " + Y.severity(f.s) + (accepted ? " accepted" : "") + (isNew ? " new" : "") + (/condition/.test(f.f || "") ? " wide" : ""), "data-flag": f.i, tabindex: "-1" },
      el("div", { class: "words" },
        el("div", { class: "card-head" }, Y.chip(Y.severity(f.s), t("severity." + Y.severity(f.s))), isNew ? Y.chip("fresh", t("flag.new")) : null, el("b", {}, Y.rule(f.r)), el("span", { class: "dim" }, where)),
        el("p", { class: "message" }, Y.foreign(Y.pick([f.zh, f.en]))), status,
        Y.evidence.said(f),
        only && only.v ? Y.verified(only.v) : null,
        el("p", { class: "card-acts" }, can ? el("button", { type: "button", onclick: () => Y.act("flag", f) }, t("flag.accept"), el("kbd", {}, "x")) : null, accepted ? Y.readings.withdraw(n, accepted) : null, strange ? el("button", { type: "button", onclick: () => Y.assign(n, d, page) }, t("assign"), el("kbd", {}, "g")) : null),
        el("details", { class: "source" }, el("summary", {}, t("flag.source"), " ", Y.foreign(f.src)), f.text ? f.text.split(" | ").map((x) => el("q", {}, Y.foreign(x.trim()))) : el("span", { class: "dim" }, t("flag.no_clause")))),
      el("div", { class: "evidence" }, Y.evidence.show(n, d, at.original, f, open)));
  }

  function line(n, d) {
    const picture = d.timeline && Y.timeline({ ...d.timeline, months: d.months });
    return picture ? el("section", { class: "panel" }, el("h2", {}, t("time.title")), picture) : null;
  }
  function registration(d) {
    const body = d.registration.map(([column, value]) => el("tr", {}, el("th", { scope: "row" }, t("column." + column)), el("td", {}, Y.foreign(value))));
    return el("section", { class: "panel" }, el("h2", {}, t("registration.title")), body.length ? el("table", { class: "facts" }, el("tbody", {}, body)) : el("p", { class: "hint" }, t("registration.none")));
  }
  const materials = (d) => el("section", { class: "panel", id: "materials" }, el("h2", {}, t("materials.title", d.files.length)), Y.pictures.materials(d, open, (page) => Y.assign(at.n, at.detail, page)));

  // Everything that was read; each field opens with its place, to be corrected like those of the flags.
  function facts() {
    const { n, original: d } = at;
    if (!d.facts.length) return null;
    const row = (f) => {
      const cell = el("td", { colspan: "4" });
      const under = el("tr", { hidden: true }, cell);
      const toggle = () => {
        under.hidden = !under.hidden;
        if (under.hidden) return;
        if (!cell.firstChild) cell.append(Y.readings.block(n, d, f, open));
        Y.readings.focus(cell.firstChild);
      };
      const others = Y.readings.candidates(f);
      return [el("tr", { class: Y.readings.doubtful(f) ? "doubt" : "" }, el("th", { scope: "row" }, Y.document(f.d)), el("td", {}, el("button", { class: "link", type: "button", onclick: toggle }, Y.field(Y.path(f.f)))), el("td", {}, Y.readings.value(f.st, f.t || f.free), f.pr >= 0.5 ? el("span", { class: "dim" }, " " + t("fact.printed")) : null, f.st === "read" && Y.doubtful(f.c) ? el("span", { class: "unsure", title: Y.sure(f.c) }, " " + t("flag.unsure")) : null), el("td", {}, others.map((text, i) => [i ? t("comma") : "", Y.foreign(text)]))), under];
    };
    const head_ = [t("fact.document"), t("fact.field"), t("fact.read"), t("fact.others")].map((x) => el("th", { scope: "col" }, x));
    const box = el("details", {}, el("summary", {}, el("h2", {}, t("facts.title", d.facts.length))));
    // Made when it is asked for: some hundred rows.
    box.addEventListener("toggle", () => box.open && box.children.length === 1 && box.append(el("table", { class: "facts wide" }, el("thead", {}, el("tr", {}, head_)), el("tbody", {}, d.facts.map(row)))));
    return el("section", { class: "panel", id: "facts" }, box);
  }

  function notEvaluated(n, d) {
    if (!d.skipped.length) return null;
    return el("section", { class: "panel" }, el("h2", {}, t("skipped.title")), el("ul", { class: "plain" }, d.skipped.map(([rule, why, zh]) => el("li", {}, rule === null ? t("overview.every_rule") : Y.rule(rule), el("span", { class: "dim" }, " ", Y.foreign(Y.pick([zh || why, why])))))));
  }

  // Ids, numbers and measures, for whoever has to explain the tool.
  function technical() {
    const { original: d } = at;
    const rows = d.flags.map((f) => el("tr", {}, el("th", { scope: "row" }, Y.rule(f.r)), el("td", {}, el("code", {}, Y.data.rules[f.r][0] + " " + f.i)), el("td", {}, el("code", {}, Y.safe([f.f, Y.sure(f.c), f.pack].filter(Boolean).join(" "))))));
    const box = el("details", {}, el("summary", {}, el("h2", {}, t("technical"))));
    box.addEventListener("toggle", () => box.open && box.children.length === 1 && Y.add(box, [el("table", { class: "facts wide" }, el("tbody", {}, rows)), Y.pictures.measures(d)]));
    return el("section", { class: "panel technical" }, box);
  }

  Y.step = function (by) {
    const cards = [...document.querySelectorAll(".detail .card")].filter((c) => c.getClientRects().length);
    if (!cards.length) return;
    Y.focus = Math.max(0, Math.min(cards.length - 1, Y.focus + by));
    const reading = cards[Y.focus].querySelector(".reading");
    if (reading) return Y.readings.focus(reading);
    cards[Y.focus].focus({ preventScroll: true });
    cards[Y.focus].scrollIntoView({ block: "nearest" });
  };
  // The flag in focus: of the reading at which a clerk is, else of the card.
  Y.flagInFocus = function () {
    if (!at) return null;
    const node = document.activeElement && document.activeElement.closest(".card");
    const id = node ? node.dataset.flag : (at.ordered[Math.max(0, Y.focus)] || {}).i;
    return at.detail.flags.find((f) => f.i === id) || null;
  };
})();
