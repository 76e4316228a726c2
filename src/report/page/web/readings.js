// One reading at a time, large and editable: candidates on keys 1–3, Enter confirms, and what a clerk says becomes an entry of the record.
// Judges nothing; what follows from a correction is for the rules.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const R = Y.record;
  const D = (Y.readings = {});
  const MOST = 3;
  const ALTERATION = /\.alterations\[\d+\]$/;
  let at = null;

  D.isAlteration = (fact) => ALTERATION.test(fact.f);
  // Was it read so that a person should look?
  D.doubtful = (fact) => D.isAlteration(fact) || fact.st === "illegible" || (fact.st === "read" && (Y.doubtful(fact.c) || Boolean(fact.v && fact.v.o === "cannot_tell")));
  D.candidates = function (fact) {
    const all = [...(fact.a || []).map(([text]) => text), fact.free, fact.s2 && fact.s2[1]];
    return [...new Set(all.filter((text) => text && text !== fact.t))].slice(0, MOST);
  };
  D.value = (state, text) => (state === "read" ? Y.foreign(text || "") : el("span", { class: "dim" }, t("state." + state)));

  function entry(detail, fact, kind, now) {
    const page = Y.pictures.pageOf(detail, fact.d, fact.p);
    const file = page && detail.files.find((f) => f.n === page.f);
    const text = fact.t === null ? fact.free : fact.t;
    return { kind, field: fact.f, page: fact.p, box: fact.box, file: file ? file.h : undefined, old: { state: fact.st, text: text === null ? undefined : text, confidence: fact.c }, new: now };
  }

  // The reading of one place. `place` is `null` if its picture is shown beside; `doubted`: a flag rests on it alone.
  D.block = function (n, detail, fact, open, place, doubted) {
    const altered = D.isAlteration(fact);
    const candidates = altered ? [] : D.candidates(fact);
    const said = el("p", { class: "said" });
    const text = fact.t === null || fact.t === undefined ? "" : fact.t;
    const id = "reading-" + fact.f.replace(/\W+/g, "-") + "-" + n;
    const input = altered ? null : el("input", { id, value: Y.safe(text), autocomplete: "off", spellcheck: "false" });
    const node = el("section", { class: "reading", tabindex: "-1", "data-field": fact.f, "aria-label": Y.field(Y.path(fact.f)) });

    const settle = function (kind, now) {
      const act = () => {
        R.add([[n, entry(detail, fact, kind, now)]]);
        D.next(node);
      };
      if (R.who()) act();
      else Y.askWho(act);
    };
    const correct = (state, said_) => {
      const same = state === fact.st && (state !== "read" || said_ === fact.t);
      settle(same ? "confirm" : "correct", state === "read" ? { state, text: said_ } : { state });
    };
    const asRead = () => correct(fact.st === "not_found" ? "blank" : fact.st, fact.st === "read" ? text || fact.free : undefined);
    const typed = () => {
      const now = input ? input.value.trim() : "";
      if (!now) return asRead();
      correct("read", now === Y.safe(text) ? text : now);
    };
    const keys = { Enter: typed, 0: () => correct("blank"), 9: () => correct("illegible"), t: () => input && (input.focus(), input.select()) };
    candidates.forEach((c, i) => (keys[i + 1] = () => correct("read", c)));
    if (altered) Object.assign(keys, { 1: () => settle("overrule", undefined), 0: () => {}, 9: () => {}, Enter: () => settle("confirm", { state: "read", text }) });
    if (input) {
      input.addEventListener("keydown", (e) => {
        if (e.key !== "Enter" && e.key !== "Escape") return;
        e.preventDefault();
        e.stopPropagation();
        if (e.key === "Enter") typed();
        else D.focus(node);
      });
      input.addEventListener("focus", () => mark(node));
    }
    const choice = (key, kind, label) => el("button", { type: "button", class: "choice " + kind, onclick: keys[key] }, el("kbd", {}, key === "Enter" ? "↵" : key), label);
    const crop = place === undefined ? Y.pictures.fact(detail, fact, open) : place;
    const where = [Y.document(fact.d), fact.p > 1 ? t("page", fact.p) : "", Y.field(Y.path(fact.f))].filter(Boolean).join(" · ");
    Y.add(node, [
      crop,
      el("div", { class: "read-line" }, el("label", { class: "dim", for: input ? id : null }, where), Y.doubtful(fact.c) && fact.st === "read" && !altered ? el("span", { class: "unsure", title: Y.sure(fact.c) }, t("flag.unsure")) : null, fact.st === "read" || altered ? null : el("span", { class: "unsure" }, t("state." + fact.st))),
      altered ? el("p", {}, t("reading.altered", Y.field(text) || t("none"))) : input,
      el("div", { class: "candidates" },
        choice("Enter", "confirm", t(altered ? "reading.is_altered" : "reading.confirm")),
        candidates.map((c, i) => choice(String(i + 1), "candidate", Y.foreign(c))),
        altered ? choice("1", "candidate", t("reading.not_altered")) : [choice("0", "state", t("reading.blank")), choice("9", "state", t("reading.written"))]),
      said]);
    node.reading = {
      n, fact, keys,
      // The entry by which it counts as it was read.
      asRead: () => entry(detail, fact, "confirm", { state: "read", text: text || fact.free }),
      refresh() {
        // Without the record, as where names were taken out, the run's own word.
        const by = fact.by && { kind: fact.by.confirms ? "confirm" : "correct", who: fact.by.who, time: fact.by.time, new: { state: fact.st, text: fact.t } };
        const e = R.reading(n, fact.f) || by || null;
        node.classList.toggle("settled", Boolean(e));
        node.classList.toggle("open", !e && (doubted || D.doubtful(fact)));
        Y.clear(said);
        if (e) Y.add(said, [D.told(e), " ", D.withdraw(n, e)]);
        if (e && input && e.new) input.value = e.new.state === "read" ? Y.safe(e.new.text) : "";
      },
    };
    node.addEventListener("mousedown", (e) => e.target.closest("input, button") || D.focus(node));
    node.reading.refresh();
    return node;
  };

  // Everybody takes back only what he said himself.
  D.withdraw = (n, e) => (e.who === R.who() ? el("button", { class: "link", type: "button", onclick: () => R.add([[n, R.withdrawal(e)]]) }, t("withdraw")) : null);
  // What an entry says, with who said it and when.
  D.told = function (e) {
    const who = [Y.foreign(e.who), " ", el("time", { class: "dim" }, Y.clock(e.time)), " "];
    if (e.kind === "confirm" || e.kind === "correct") return [who, t("told." + e.kind), t("colon"), D.value(e.new.state, e.new.text)];
    if (e.kind === "assign") return [who, t(e.somebody_else ? "told.somebody_else" : "told.assign"), t("colon"), Y.foreign([e.name, e.document].filter(Boolean).join(" → "))];
    return [who, t("told." + e.kind), e.reason ? [t("colon"), Y.foreign(e.reason)] : null];
  };

  const all = () => [...document.querySelectorAll(".reading")].filter((node) => node.getClientRects().length);
  function mark(node) {
    if (at && at !== node) at.classList.remove("at");
    at = node;
    if (node) node.classList.add("at");
  }
  // Keys are for this reading from now on; nothing is scrolled. `null`: for none.
  D.take = function (node) {
    mark(node);
    if (node) node.focus({ preventScroll: true });
  };
  D.focus = function (node) {
    D.take(node);
    const card = node.closest(".card, .tile-card") || node;
    (card.getBoundingClientRect().height < window.innerHeight * 0.6 ? card : node).scrollIntoView({ block: "nearest" });
  };
  D.current = () => (at && at.isConnected ? at : null);
  // The first doubtful reading that nobody has settled.
  D.open = () => all().find((node) => node.classList.contains("open"));
  D.first = function () {
    const open = D.open();
    if (open) D.focus(open);
    else mark(null);
    return Boolean(open);
  };
  // The next one after this, or the first of those that are left.
  D.next = function (node) {
    const list = all();
    const later = list.slice(list.indexOf(node) + 1).concat(list).find((x) => x !== node && x.classList.contains("open"));
    if (later) D.focus(later);
    else {
      node.focus({ preventScroll: true });
      Y.say(t("reading.all_settled"));
    }
    return Boolean(later);
  };
  D.refresh = () => document.querySelectorAll(".reading").forEach((node) => node.reading.refresh());
  D.key = function (key) {
    const node = D.current();
    const act = node && node.reading.keys[key];
    if (!act) return false;
    act();
    return true;
  };
})();
