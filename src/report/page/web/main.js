// The frame: head, the two views, what is asked before a decision is kept, keys and language.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const LANGUAGE = "yushen:lang";
  Y.route = { view: "overview", n: -1 };
  let main, detail, progress;

  function frame() {
    document.documentElement.lang = Y.lang === "zh" ? "zh-CN" : "en";
    document.title = t("title");
    const tab = (view, text) => el("a", { href: "#/" + view, class: "tab", "aria-current": Y.route.view === view ? "page" : null }, text);
    progress = el("span", { class: "progress", role: "status", title: t("progress.title") });
    Y.toast = el("div", { class: "toast", role: "status", "aria-live": "polite" });
    Y.clear(document.body);
    Y.add(document.body, [
      el("a", { class: "skip", href: "#main", onclick: (e) => (e.preventDefault(), main.focus()) }, t("skip")),
      el("header", { class: "top" },
        el("strong", {}, t("title")), el("span", { class: "dim run" }, Y.foreign(Y.data.run.batches.map((b) => b.name).join(" ")), " · ", Y.data.run.as_of),
        el("nav", { "aria-label": t("nav") }, tab("overview", t("tab.overview")), tab("list", t("tab.list"))),
        el("span", { class: "grow" }), progress,
        el("button", { type: "button", id: "who", onclick: askWho }, Y.decisions.who() ? Y.safe(Y.decisions.who()) : t("who.none")),
        el("button", { type: "button", id: "export", onclick: () => Y.decisions.download() }, t("export"), el("kbd", {}, "e")),
        el("button", { type: "button", id: "language", lang: Y.lang === "zh" ? "en" : "zh-CN", onclick: () => speak(Y.lang === "zh" ? "en" : "zh") }, t("language")),
        el("button", { type: "button", "aria-label": t("help.title"), onclick: help }, "?")),
      Y.decisions.kept ? null : el("p", { class: "warning", role: "alert" }, t("warning.store")),
      (main = el("main", { id: "main", tabindex: "-1" })), Y.toast]);
    count();
  }
  function count() {
    progress.textContent = t("progress", Y.number(Y.decisions.count()), Y.number(Y.data.subs.length));
    const done = document.getElementById("decided");
    if (done) done.textContent = Y.number(Y.decisions.count());
  }

  function view() {
    const match = /^#\/(overview|list)(?:\/(\d+))?$/.exec(location.hash);
    const before = Y.route;
    Y.route = match ? { view: match[1], n: match[2] === undefined ? -1 : Number(match[2]) } : { view: "overview", n: -1 };
    if (Y.route.n >= Y.data.subs.length) Y.route.n = -1;
    document.querySelectorAll(".tab").forEach((a) => (a.getAttribute("href") === "#/" + Y.route.view ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current")));
    if (Y.route.view === "list" && before.view === "list" && detail && detail.isConnected) return show();
    Y.clear(main).className = Y.route.view;
    if (Y.route.view === "overview") {
      detail = null;
      return Y.overview(main);
    }
    const side = el("aside", { class: "side" });
    detail = el("div", { class: "detail", tabindex: "-1", "aria-label": t("detail") });
    Y.add(main, [side, detail]);
    Y.list.render(side);
    show();
  }
  function show() {
    if (Y.route.n >= 0) {
      if (!Y.list.shown.includes(Y.route.n)) Y.list.apply(Y.route.n);
      Y.list.show(Y.route.n);
      Y.submission(detail, Y.route.n);
    } else if (Y.list.shown.length) Y.list.go(0);
    else Y.clear(detail).append(el("p", { class: "hint" }, t("list.empty")));
  }
  Y.open = (n) => {
    const hash = "#/list/" + n;
    if (location.hash === hash) return;
    // Going through the list leaves one entry in the history, not a thousand.
    if (Y.route.view === "list") history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    view();
  };
  Y.toList = (filter) => {
    Y.list.set(filter);
    location.hash = "#/list";
  };

  function speak(lang) {
    Y.lang = lang;
    Y.keep.set(LANGUAGE, lang);
    detail = null;
    frame();
    view();
  }

  // A form in a dialog; `done` gets the values, and may refuse by returning a sentence.
  function ask(title, fields, done, hint) {
    const inputs = {};
    const complaint = el("p", { class: "complaint", role: "alert" });
    const rows = fields.map(([key, label, value, options]) => {
      const input = options && options.long ? el("textarea", { rows: "4", value }) : el("input", { type: (options && options.type) || "text", value });
      input.id = "ask-" + key;
      if (options && options.need) input.required = true;
      inputs[key] = input;
      const quick = options && options.quick ? el("div", { class: "quick" }, options.quick.map((q) => el("button", { type: "button", class: "link", onclick: () => { input.value = q; input.focus(); } }, Y.safe(q)))) : null;
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
    const form = el("form", { onsubmit: send, novalidate: true }, el("h2", {}, title), hint ? el("p", { class: "hint" }, hint) : null, rows, complaint,
      el("div", { class: "ask-foot" }, el("button", { type: "button", onclick: () => dialog.close() }, t("cancel"), el("kbd", {}, "Esc")), el("button", { type: "submit", class: "primary" }, t("ok"), el("kbd", {}, "Ctrl+↵"))));
    const dialog = el("dialog", { class: "ask", "aria-label": title, onkeydown: (e) => e.key === "Enter" && (e.ctrlKey || e.metaKey) && send(e) }, form);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    const first = fields.find(([, , value]) => !value);
    (first ? inputs[first[0]] : Object.values(inputs)[0]).focus();
  }

  function askWho() {
    ask(t("who.title"), [["who", t("who.label"), Y.decisions.who(), { need: true }]], (v) => {
      Y.decisions.setWho(v.who);
      document.getElementById("who").textContent = Y.safe(v.who);
      return "";
    }, t("who.hint"));
  }

  // A decision on what is shown: asks for what must be known, keeps it and goes on.
  Y.act = function (what, flag) {
    const shown = Y.current();
    if (!shown) return;
    const { n, detail: d } = shown;
    const who = ["who", t("who.label"), Y.decisions.who(), { need: true }];
    const named = (v) => Y.decisions.setWho(v.who) && (document.getElementById("who").textContent = Y.safe(v.who));
    const after = (v, f) => {
      named(v);
      f();
      Y.redecide();
      if (what !== "flag") Y.list.next();
      return "";
    };
    const open = d.flags.filter((f) => f.s > 0 && !f.w);
    if (what === "flag" || what === "accept") {
      if (what === "accept" && open.some((f) => !Y.decisions.may(f))) return Y.say(t("act.internal"));
      const chosen = what === "flag" ? open.filter((f) => f === flag || Y.decisions.covers(flag, f)) : open.filter((f) => !Y.decisions.flag(f.i));
      if (!chosen.length && Y.decisions.who()) return after({ who: Y.decisions.who() }, () => Y.decisions.accept(n, [], "", "", true));
      const fields = chosen.length ? [["reason", t("ask.reason"), "", { need: true, long: true, quick: Y.data.reasons.accept }], ["until", t("ask.until"), Y.decisions.until(), { type: "date", need: true }], who] : [who];
      const listed = [...new Set(chosen.map((f) => Y.rule(f.r)))].join(t("comma"));
      return ask(t(what === "flag" ? "ask.accept_flag" : "ask.accept"), fields, (v) => {
        if (chosen.length && !/^\d{4}-\d{2}-\d{2}$/.test(v.until)) return t("ask.date");
        return after(v, () => Y.decisions.accept(n, chosen, v.reason || "", v.until || "", what === "accept"));
      }, chosen.length ? t("ask.accept_hint", chosen.length, listed) : null);
    }
    ask(t("ask." + what), [["reason", t("ask.reason_sent"), Y.safe(d.reason || ""), { need: true, long: true, quick: Y.data.reasons[what] }], who], (v) => after(v, () => Y.decisions.decide(n, what, v.reason)), t("ask." + what + "_hint"));
  };

  const KEYS = [["j / ↓", "help.next"], ["k / ↑", "help.previous"], ["n", "help.open"], ["a", "help.accept"], ["r", "help.reject"], ["b", "help.return"], ["x", "help.flag"], ["[ / ]", "help.flags"], ["u", "help.undo"], ["c", "help.copy"], ["/", "help.search"], ["e", "help.export"], ["o / l", "help.views"], ["?", "help.title"]];
  function help() {
    const dialog = el("dialog", { class: "ask", "aria-label": t("help.title") }, el("h2", {}, t("help.title")), el("table", {}, el("tbody", {}, KEYS.map(([key, text]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, key)), el("td", {}, t(text)))))), el("p", { class: "hint" }, t("help.kept")), el("div", { class: "ask-foot" }, el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("close"))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function acceptFocused() {
    const shown = Y.current();
    const f = shown && shown.detail.ordered && shown.detail.ordered[Math.max(0, Y.focus)];
    if (f && f.s > 0 && !f.w && Y.decisions.may(f) && !Y.decisions.flag(f.i)) Y.act("flag", f);
  }

  const ACTS = {
    j: () => Y.list.go(Y.list.at + 1), ArrowDown: () => Y.list.go(Y.list.at + 1), k: () => Y.list.go(Y.list.at - 1), ArrowUp: () => Y.list.go(Y.list.at - 1),
    n: () => Y.list.next(), a: () => Y.act("accept"), r: () => Y.act("reject"), b: () => Y.act("return"), x: acceptFocused, "]": () => Y.step(1), "[": () => Y.step(-1), c: () => Y.copyReason(),
  };
  const ANYWHERE = {
    u: () => { if (Y.decisions.undo()) { Y.redecide(); Y.say(t("undone")); } },
    "/": () => { if (Y.route.view !== "list") location.hash = "#/list"; setTimeout(() => document.getElementById("search").focus(), 0); },
    e: () => Y.decisions.download(), o: () => (location.hash = "#/overview"), l: () => (location.hash = "#/list"), "?": help,
  };
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target;
    if (target.closest("input, textarea, select")) {
      if (event.key === "Escape" || (event.key === "Enter" && target.id === "search")) target.blur();
      return;
    }
    const act = ANYWHERE[event.key] || (Y.route.view === "list" ? ACTS[event.key] : null);
    if (!act) return;
    event.preventDefault();
    act();
  }

  Y.lang = Y.keep.get(LANGUAGE) === "en" ? "en" : "zh";
  if (!Y.data) {
    document.body.textContent = "data.js?";
    return;
  }
  Y.decisions.onchange(() => {
    count();
    if (Y.route.view === "list") Y.list.apply();
    const shown = Y.current();
    if (shown) Y.redecide();
  });
  document.addEventListener("keydown", key);
  // What has not been scrolled to is printed too.
  window.addEventListener("beforeprint", () => document.querySelectorAll("img[loading=lazy]").forEach((image) => (image.loading = "eager")));
  window.addEventListener("hashchange", view);
  frame();
  view();
  document.documentElement.dataset.ready = "1";
})();
