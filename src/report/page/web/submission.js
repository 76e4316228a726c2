// One submission: what is flagged and why, its pictures, its timeline, everything read, and the reason to send.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  let at = null;

  // The submission that is shown, with its detail; null while it is being loaded.
  Y.current = () => at;
  Y.focus = -1;

  Y.submission = function (host, n) {
    at = null;
    Y.focus = -1;
    Y.clear(host).append(el("p", { class: "hint", role: "status" }, t("detail.loading")));
    Y.detail(n, (detail, why) => {
      if (Y.route.n !== n) return;
      Y.clear(host);
      if (!detail) return host.append(el("p", { class: "missing", role: "alert" }, why));
      at = { n, detail };
      host.scrollTop = 0;
      Y.add(host, [head(n, detail), decisionLine(n), earlier(n), reason(detail), flags(n, detail), line(detail), el("div", { class: "columns" }, Y.pictures.photo(detail), registration(detail)), materials(detail), facts(detail), notEvaluated(detail)]);
      neighbours(n);
    });
  };
  // What comes next is loaded before it is asked for.
  function neighbours(n) {
    const i = Y.list.shown.indexOf(n);
    const next = Y.list.shown[i + 1];
    if (next !== undefined) Y.detail(next, () => {});
  }

  const open = (page) => Y.pictures.view(at.detail, page);

  function head(n, d) {
    const s = Y.data.subs[n];
    const facts = [Y.data.occupations[s[2]], Y.data.levels[s[3]], s[4] ? t("head.condition", s[4]) : "", d.months === null ? "" : t("head.months", Y.months(d.months))].filter(Boolean);
    const act = (what, key, act_) => el("button", { type: "button", class: "act " + what, onclick: act_ }, t("act." + what), el("kbd", {}, key));
    return el("header", { class: "head" },
      el("div", { class: "head-line" }, el("h1", {}, Y.foreign(s[1] || t("none"))), Y.foreign(s[0], { class: "id" }), Y.chip(Y.verdict(s[5]), t("verdict." + Y.verdict(s[5]))), el("span", { class: "grow" }),
        el("span", { class: "acts-bar" }, act("accept", "a", () => Y.act("accept")), act("reject", "r", () => Y.act("reject")), act("return", "b", () => Y.act("return")), act("next", "n", () => Y.list.next()))),
      el("p", { class: "dim" }, facts.map((f, i) => [i ? " · " : "", Y.foreign(f)]), d.folder && d.folder !== s[0] ? [" · ", t("head.folder"), " ", Y.foreign(d.folder)] : null),
      d.condition ? el("details", { class: "condition" }, el("summary", {}, t("head.condition_text", d.condition.source)), el("blockquote", {}, Y.foreign(d.condition.text))) : null);
  }

  function decisionLine(n) {
    const done = Y.decisions.of(n);
    const box = el("p", { class: "decision", id: "decision", role: "status" });
    if (done) Y.add(box, [Y.chip("done-" + done.d, t("decision." + done.d)), " ", Y.foreign([done.who, done.on, done.reason].filter(Boolean).join(" · ")), " ", el("button", { class: "link", type: "button", onclick: () => Y.decisions.clear(n) }, t("decision.undo"))]);
    else box.hidden = true;
    return box;
  }

  // What was decided about this submission before the run, in decisions that were given along.
  function earlier(n) {
    const list = Y.data.earlier.filter((e) => e.submission === Y.data.subs[n][0]);
    if (!list.length) return null;
    return el("p", { class: "earlier" }, list.map((e) => [t("earlier"), t("colon"), t("decision." + e.decision), " ", Y.foreign([e.who, e.decided_on, e.reason].filter(Boolean).join(" · ")), el("br")]));
  }

  function reason(d) {
    if (!d.reason) return null;
    return el("section", { class: "panel reason" }, el("h2", {}, t("reason.title"), el("span", { class: "grow" }), el("button", { type: "button", class: "copy", onclick: () => Y.copyReason() }, t("reason.copy"), el("kbd", {}, "c"))), el("p", { id: "reason" }, Y.foreign(d.reason)));
  }
  Y.copyReason = () => at && at.detail.reason && Y.copy(Y.safe(at.detail.reason), (worked) => Y.say(t(worked ? "reason.copied" : "reason.not_copied")));

  function flags(n, d) {
    if (!d.flags.length) return el("section", { class: "panel" }, el("h2", {}, t("flags.title", 0)), el("p", { class: "hint" }, t("flags.none")));
    const order = d.flags.map((f, i) => [f, i]).sort((a, b) => b[0].s - a[0].s || a[1] - b[1]);
    d.ordered = order.map(([f]) => f);
    return el("section", { class: "flags", "aria-label": t("flags.title", d.flags.length) }, el("h2", {}, t("flags.title", d.flags.length)), el("div", { class: "cards" }, d.ordered.map((f, i) => card(n, d, f, i))));
  }

  function card(n, d, f, i) {
    const accepted = Y.decisions.flag(f.i);
    const where = [Y.document(f.d), f.p > 1 ? t("page", f.p) : "", Y.field(f.f)].filter(Boolean).join(" · ");
    const read = f.facts.map((x) => d.facts[x]).filter(Boolean);
    const only = read.length === 1 ? read[0] : null;
    const status = f.w ? [el("p", { class: "waived" }, t("flag.waived", t("severity." + f.w.severity), f.w.who, f.w.until), " ", Y.foreign(f.w.reason))] : accepted ? [el("p", { class: "waived" }, t("flag.accepted", accepted.who, accepted.until), " ", Y.foreign(accepted.reason))] : null;
    const can = f.s > 0 && Y.decisions.may(f) && !accepted;
    return el("article", { class: "card " + Y.severity(f.s) + (accepted ? " accepted" : ""), id: "flag-" + i, tabindex: "-1" },
      el("div", { class: "card-head" }, Y.chip(Y.severity(f.s), t("severity." + Y.severity(f.s))), el("b", {}, Y.rule(f.r)), el("span", { class: "dim" }, where), el("span", { class: "grow" }),
        can ? el("button", { class: "link", type: "button", onclick: () => Y.act("flag", f) }, t("flag.accept")) : null),
      el("p", { class: "message" }, Y.foreign(Y.pick([f.zh, f.en]))), status,
      Y.pictures.crop(d, f, open),
      Y.difference(f.e, f.o, f.c),
      only && only.v ? Y.verified(only.v) : null,
      read.map((x) => readings(x)),
      el("p", { class: "source" }, el("b", {}, Y.foreign(f.src)), f.pack && f.pack !== "-" ? el("span", { class: "dim" }, " " + f.pack) : null, f.text ? f.text.split(" | ").map((x) => el("q", {}, Y.foreign(x.trim()))) : el("span", { class: "dim" }, " " + t("flag.no_clause"))),
      el("p", { class: "tech dim" }, Y.data.rules[f.r][0] + "  " + f.i));
  }

  // How the reading came about: the other readings of the same place.
  function readings(x) {
    const more = [];
    if (x.free && x.free !== x.t) more.push([t("fact.free"), x.free, null]);
    for (const [text, c] of x.a || []) more.push([t("fact.alternative"), text, c]);
    if (x.s2) more.push([t("fact.second", x.s2[0]), x.s2[1], x.s2[2]]);
    if (!more.length) return null;
    return el("p", { class: "readings" }, more.map(([name, text, c]) => el("span", {}, el("span", { class: "dim" }, Y.safe(name) + " "), Y.foreign(text), c === null ? null : el("span", { class: "dim" }, " " + Y.sure(c)))));
  }

  function line(d) {
    const picture = d.timeline && Y.timeline({ ...d.timeline, months: d.months });
    return picture ? el("section", { class: "panel" }, el("h2", {}, t("time.title")), picture) : null;
  }

  function registration(d) {
    const body = d.registration.map(([column, value]) => el("tr", {}, el("th", { scope: "row" }, t("column." + column)), el("td", {}, Y.foreign(value))));
    return el("section", { class: "panel" }, el("h2", {}, t("registration.title")), body.length ? el("table", { class: "facts" }, el("tbody", {}, body)) : el("p", { class: "hint" }, t("registration.none")));
  }

  const materials = (d) => el("section", { class: "panel", id: "materials" }, el("h2", {}, t("materials.title", d.files.length)), Y.pictures.materials(d, open));

  function facts(d) {
    if (!d.facts.length) return null;
    const state = (f) => (f.st === "read" ? Y.foreign(f.t || f.free || "") : el("span", { class: "dim" }, t("state." + f.st)));
    const body = d.facts.map((f) => el("tr", { class: f.st === "read" && f.c < Y.data.doubt_below ? "doubt" : "" }, el("th", { scope: "row" }, Y.document(f.d)), el("td", {}, Y.field(f.f.split(".").slice(1).join("."))), el("td", {}, state(f), f.pr >= 0.5 ? el("span", { class: "dim" }, " " + t("fact.printed", Y.sure(f.pr))) : null), el("td", { class: "n" }, f.st === "not_found" ? "" : Y.sure(f.c)), el("td", {}, f.a || f.s2 || (f.free && f.free !== f.t) ? readings(f) : null)));
    return el("section", { class: "panel" }, el("details", {}, el("summary", {}, el("h2", {}, t("facts.title", d.facts.length))), el("table", { class: "facts wide" }, el("thead", {}, el("tr", {}, [t("fact.document"), t("fact.field"), t("fact.read"), t("fact.sure"), t("fact.others")].map((x) => el("th", { scope: "col" }, x)))), el("tbody", {}, body))));
  }

  function notEvaluated(d) {
    if (!d.skipped.length) return null;
    return el("section", { class: "panel" }, el("h2", {}, t("skipped.title")), el("ul", { class: "plain" }, d.skipped.map(([rule, why, zh]) => el("li", {}, rule === null ? t("overview.every_rule") : Y.rule(rule), el("span", { class: "dim" }, " ", Y.foreign(Y.pick([zh || why, why])))))));
  }

  // Shows the decision anew without losing the place on the page.
  Y.redecide = function () {
    if (!at) return;
    const old = document.getElementById("decision");
    if (old) old.replaceWith(decisionLine(at.n));
    const cards = document.querySelector(".cards");
    if (cards) Y.add(Y.clear(cards), [at.detail.ordered.map((f, i) => card(at.n, at.detail, f, i))]);
  };
  Y.step = function (by) {
    const cards = document.querySelectorAll(".card");
    if (!cards.length) return;
    Y.focus = Math.max(0, Math.min(cards.length - 1, Y.focus + by));
    cards[Y.focus].focus();
    cards[Y.focus].scrollIntoView({ block: "nearest" });
  };
})();
