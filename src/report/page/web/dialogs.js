// What is asked before a decision is kept: forms in a dialog, each with the person concerned, and the decisions that they end in.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const R = Y.record;

  function dialogOf(title, about, ...children) {
    const dialog = el("dialog", { class: "ask", "aria-label": title }, el("h2", {}, title), about ? el("p", { class: "about" }, about) : null, children);
    dialog.addEventListener("close", () => dialog.remove());
    return dialog;
  }
  function show(dialog) {
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  }

  // A form in a dialog; `done` gets the values, and may refuse by returning a sentence. `about`: whom it concerns.
  function ask(title, about, fields, done, hint) {
    const inputs = {};
    const complaint = el("p", { class: "complaint", role: "alert" });
    const rows = fields.map(([key, label, value, options]) => {
      const input = options && options.long ? el("textarea", { rows: "4", value }) : el("input", { type: (options && options.type) || "text", value });
      input.id = "ask-" + key;
      if (options && options.need) input.required = true;
      inputs[key] = input;
      // A ready text adds to what stands there.
      const add = (text) => {
        const now = input.value.trim();
        if (!now.includes(text)) input.value = now ? now + (/[。；，、：]$/.test(now) ? "" : "；") + text : text;
        input.focus();
      };
      const quick = options && options.quick ? el("div", { class: "quick" }, options.quick.map((q) => el("button", { type: "button", class: "link", onclick: () => add(Y.safe(q)) }, "+ " + Y.safe(q)))) : null;
      return el("div", { class: "ask-row" }, el("label", { for: input.id }, label), input, quick);
    });
    const send = (event) => {
      event.preventDefault();
      const values = Object.fromEntries(Object.entries(inputs).map(([k, i]) => [k, i.value.trim()]));
      const empty = fields.find(([k, , , o]) => o && o.need && !values[k]);
      const why = empty ? t("ask.empty", empty[1]) : done(values);
      if (why) complaint.textContent = why;
      else dialog.close();
    };
    const form = el("form", { onsubmit: send, novalidate: true }, hint ? el("p", { class: "hint" }, hint) : null, rows, complaint,
      el("div", { class: "ask-foot" }, el("button", { type: "button", onclick: () => dialog.close() }, t("cancel"), el("kbd", {}, "Esc")), el("button", { type: "submit", class: "primary" }, t("ok"), el("kbd", {}, "Ctrl+↵"))));
    const dialog = dialogOf(title, about, form);
    dialog.addEventListener("keydown", (e) => e.key === "Enter" && (e.ctrlKey || e.metaKey) && send(e));
    show(dialog);
    const first = fields.find(([, , value]) => !value);
    (first ? inputs[first[0]] : Object.values(inputs)[0]).focus();
  }
  // Several sentences to be read.
  Y.tell = function (title, lines) {
    const dialog = dialogOf(title, null, lines.map((line) => el("p", { class: "told" }, Y.safe(line))), el("div", { class: "ask-foot" }, el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("close"))));
    show(dialog);
  };

  function setWho(name) {
    R.setWho(name);
    document.getElementById("who").textContent = Y.safe(name);
  }
  Y.askWho = (then) => ask(t("who.title"), null, [["who", t("who.label"), R.who(), { need: true }]], (v) => {
    setWho(v.who);
    // After the dialog has closed, so that the next reading can have the focus.
    if (typeof then === "function") setTimeout(then, 0);
    return "";
  }, t("who.hint"));
  // Does it under a name; asks for the name once.
  Y.named = (act) => (R.who() ? act() : Y.askWho(act));

  const who = () => ["who", t("who.label"), R.who(), { need: true }];
  const accepting = () => [["reason", t("ask.reason"), "", { need: true, long: true, quick: Y.data.reasons.accept }], ["until", t("ask.until"), R.until(), { type: "date", need: true }], who()];
  const badDay = (v) => (/^\d{4}-\d{2}-\d{2}$/.test(v.until) ? "" : t("ask.date"));

  // A decision on what is shown: asks for what must be known, keeps it and goes on.
  Y.act = function (what, flag) {
    const shown = Y.current();
    if (!shown || !Y.list.shown.includes(shown.n)) return;
    const { n, detail: d } = shown;
    const keep = (v, list) => {
      setWho(v.who);
      R.add(list.map((e) => [n, e]));
      if (what !== "flag") Y.list.next();
      return "";
    };
    if (what === "reject" || what === "return") {
      // Doubts are told only when a person has confirmed them: each is one click away.
      const doubts = d.flags.filter((f) => f.s === 1 && !f.w && !R.accepted(n, f)).map((f) => f.ap).filter(Boolean);
      const reason = ["reason", t("ask.reason_sent"), Y.safe(d.reason || ""), { need: true, long: true, quick: [...new Set(doubts), ...Y.data.reasons[what]] }];
      return ask(t("ask." + what), Y.person(n), [reason, who()], (v) => keep(v, [{ kind: what, reason: v.reason }]), t("ask." + what + "_hint"));
    }
    const open = d.flags.filter((f) => f.s > 0 && !f.w && !R.accepted(n, f));
    if (what === "accept" && open.some((f) => !R.may(f))) return Y.say(t("act.internal"));
    const same = (f) => f.r === flag.r && f.d === flag.d && f.f === flag.f;
    const chosen = what === "flag" ? open.filter(same) : open;
    const whole = (reason) => (what === "accept" ? [{ kind: "accept", reason }] : []);
    if (what === "flag" && !chosen.length) return;
    if (!chosen.length && R.who()) return keep({ who: R.who() }, whole(""));
    const listed = [...new Set(chosen.map((f) => Y.rule(f.r)))].join(t("comma"));
    ask(t(what === "flag" ? "ask.accept_flag" : "ask.accept"), Y.person(n), chosen.length ? accepting() : [who()], (v) => (chosen.length && badDay(v)) || keep(v, [...R.acceptance(chosen, v.reason || "", v.until || ""), ...whole(v.reason || "")]), chosen.length ? t("ask.accept_hint", chosen.length, listed) : null);
  };
  // The same for flags of several submissions: [[n, flag] …].
  Y.acceptAll = function (list) {
    const about = list.map(([n]) => Y.person(n)).join(t("comma"));
    ask(t("ask.accept_flag"), about, accepting(), (v) => {
      const why = badDay(v);
      if (why) return why;
      setWho(v.who);
      R.add(list.flatMap(([n, f]) => R.acceptance([f], v.reason, v.until).map((e) => [n, e])));
      return "";
    }, t("ask.accept_hint", list.length, [...new Set(list.map(([, f]) => Y.rule(f.r)))].join(t("comma"))));
  };

  // Which material a page is, or that it is somebody else's; keys 1–9 and 0.
  Y.assign = (n, detail, page) => Y.named(() => {
    const file = detail.files.find((f) => f.n === page.f);
    const several = detail.pages.filter((p) => p.f === page.f).length > 1;
    const keep = (what) => {
      R.add([[n, { kind: "assign", name: page.f, in_file: several ? page.n : undefined, file: file ? file.h : undefined, ...what }]]);
      dialog.close();
    };
    const choice = (key, label, act) => el("button", { type: "button", class: "choice", "data-key": key, onclick: act }, key ? el("kbd", {}, key) : null, label);
    const list = Y.data.documents.map((d, i) => choice(i < 9 ? String(i + 1) : null, Y.document(i), () => keep({ document: d[0] })));
    const dialog = dialogOf(t("assign.title"), Y.person(n), el("p", { class: "hint" }, Y.foreign(page.f), several && page.n ? " " + t("page", page.n) : ""),
      el("div", { class: "assigning" }, Y.pictures.source(page) ? Y.pictures.marked({ ...page, alt: Y.pictures.title(page) }, [], { loading: "eager" }) : null, el("div", { class: "choices" }, list, choice("0", t("assign.somebody_else"), () => keep({ somebody_else: true })))),
      el("div", { class: "ask-foot" }, el("button", { type: "button", onclick: () => dialog.close() }, t("cancel"), el("kbd", {}, "Esc"))));
    dialog.addEventListener("keydown", (e) => {
      const button = /^[0-9]$/.test(e.key) && dialog.querySelector('[data-key="' + e.key + '"]');
      if (button) button.click();
    });
    show(dialog);
  });

  const KEYS = [["j / ↓", "help.next"], ["k / ↑", "help.previous"], ["n", "help.open"], ["↵", "help.confirm"], ["1 – 3", "help.candidate"], ["0 / 9", "help.blank"], ["t", "help.type"], ["[ / ]", "help.flags"], ["x", "help.flag"], ["a", "help.accept"], ["r", "help.reject"], ["b", "help.return"], ["g", "help.assign"], ["m", "help.materials"], ["p", "help.print"], ["u", "help.undo"], ["c", "help.copy"], ["/", "help.search"], ["e", "help.export"], ["o / l / s", "help.views"], ["Shift+↵", "help.all"], ["?", "help.title"]];
  Y.help = function () {
    const dialog = dialogOf(t("help.title"), null, el("table", { class: "keys" }, el("tbody", {}, KEYS.map(([key, text]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, key)), el("td", {}, t(text)))))), el("p", { class: "hint" }, t("help.kept")), el("div", { class: "ask-foot" }, el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("close"))));
    show(dialog);
  };
})();
