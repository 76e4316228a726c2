// The frame: head, the views, keys, language, and files that are dropped on the page.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const LANGUAGE = "yushen:lang";
  const R = Y.record;
  Y.route = { view: "overview", n: -1 };
  let main, detail, progress;

  function frame() {
    document.documentElement.lang = Y.lang === "zh" ? "zh-CN" : "en";
    document.title = t("title");
    const tab = (view, text) => el("a", { href: "#/" + view, class: "tab", "aria-current": Y.route.view === view ? "page" : null }, text);
    const chooser = el("input", { type: "file", class: "off", multiple: true, accept: ".jsonl,.csv", tabindex: "-1", "aria-hidden": "true", onchange: () => (Y.exchange.take([...chooser.files]), (chooser.value = "")) });
    progress = el("span", { class: "progress", role: "status", title: t("progress.title") });
    Y.toast = el("div", { class: "toast", role: "status", "aria-live": "polite" });
    Y.clear(document.body);
    Y.add(document.body, [
      el("a", { class: "skip", href: "#main", onclick: (e) => (e.preventDefault(), main.focus()) }, t("skip")),
      el("header", { class: "top" },
        el("strong", {}, t("title")), el("span", { class: "dim run" }, Y.foreign(Y.data.run.batches.map((b) => b.name).join(" ")), " · ", Y.data.run.as_of),
        el("nav", { "aria-label": t("nav") }, tab("overview", t("tab.overview")), tab("list", t("tab.list")), tab("streams", t("tab.streams"))),
        el("span", { class: "grow" }), progress,
        el("button", { type: "button", id: "who", onclick: () => Y.askWho() }, R.who() ? Y.safe(R.who()) : t("who.none")),
        el("button", { type: "button", id: "import", onclick: () => chooser.click() }, t("import")), chooser,
        el("button", { type: "button", id: "export", onclick: () => Y.exchange.saveRecord() }, t("export"), el("kbd", {}, "e")),
        el("button", { type: "button", id: "export-csv", onclick: () => Y.exchange.saveCsv() }, "CSV"),
        el("button", { type: "button", id: "language", lang: Y.lang === "zh" ? "en" : "zh-CN", onclick: () => speak(Y.lang === "zh" ? "en" : "zh") }, t("language")),
        el("button", { type: "button", "aria-label": t("help.title"), onclick: Y.help }, "?")),
      R.kept ? null : el("p", { class: "warning", role: "alert" }, t("warning.store")),
      (main = el("main", { id: "main", tabindex: "-1" })), Y.toast]);
    count();
  }
  function count() {
    progress.textContent = t("progress", Y.number(R.decided()), Y.number(Y.data.subs.length));
    const done = document.getElementById("decided");
    if (done) done.textContent = Y.number(R.decided());
  }

  const VIEWS = { overview: () => Y.overview(main), streams: () => Y.streams.choose(main), sheets: () => Y.streams.sheets(main), stream: (rest) => Y.streams.stream(main, rest), notices: (rest) => Y.notices.show(main, (rest.match(/\d+/g) || []).map(Number)) };
  function view() {
    const match = /^#\/(overview|list|streams|stream|sheets|notices)(?:\/([-\d/]+))?$/.exec(location.hash);
    const before = Y.route;
    const rest = (match && match[2]) || "";
    Y.route = { view: match ? match[1] : "overview", n: match && match[1] === "list" && /^\d+$/.test(rest) ? Number(rest) : -1 };
    if (Y.route.n >= Y.data.subs.length) Y.route.n = -1;
    const tab = { stream: "streams", sheets: "streams", notices: "list" }[Y.route.view] || Y.route.view;
    document.querySelectorAll(".tab").forEach((a) => (a.getAttribute("href") === "#/" + tab ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current")));
    if (Y.route.view === "list" && before.view === "list" && detail && detail.isConnected) return show();
    Y.streams.leave();
    Y.clear(main).className = Y.route.view;
    main.scrollTop = 0;
    if (Y.route.view !== "list") {
      detail = null;
      Y.leave();
      return VIEWS[Y.route.view](rest);
    }
    const side = el("aside", { class: "side" });
    detail = el("div", { class: "detail", tabindex: "-1", "aria-label": t("detail") });
    Y.add(main, [side, detail]);
    Y.list.render(side);
    show();
  }
  function show() {
    const n = Y.route.n;
    if (n < 0) return Y.list.shown.length ? Y.list.go(0) : Y.openNone();
    if (!Y.list.shown.includes(n)) Y.list.apply(n);
    // Whoever is opened by a link stands in the list, whatever was filtered.
    if (!Y.list.shown.includes(n)) Y.list.set({ part: "" });
    Y.list.show(n);
    Y.submission(detail, n);
  }
  Y.openNone = () => {
    Y.leave();
    Y.route.n = -1;
    history.replaceState(null, "", "#/list");
    Y.clear(detail).append(el("p", { class: "hint" }, t("list.empty")));
  };
  Y.open = (n) => {
    const hash = "#/list/" + n;
    if (location.hash === hash && Y.route.n === n) return;
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

  function acceptFocused() {
    const f = Y.flagInFocus();
    const shown = Y.current();
    if (f && f.s > 0 && !f.w && R.may(f) && !R.accepted(shown.n, f)) Y.act("flag", f);
  }
  function assignFocused() {
    const [f, shown] = [Y.flagInFocus(), Y.current()];
    const page = shown && ((f && Y.pictures.flagged(shown.detail, f)) || shown.detail.pages[0]);
    if (page) Y.assign(shown.n, shown.detail, page);
  }
  // Takes my last step back, and goes to whom it concerned.
  function undo() {
    const n = R.undo();
    if (n < 0) return;
    if (Y.route.view === "list" || Y.route.view === "overview") Y.open(n);
    Y.say(t("undone", Y.person(n)));
  }

  const ACTS = {
    j: () => Y.list.go(Y.list.at + 1), ArrowDown: () => Y.list.go(Y.list.at + 1), k: () => Y.list.go(Y.list.at - 1), ArrowUp: () => Y.list.go(Y.list.at - 1),
    n: () => Y.list.next(), a: () => Y.act("accept"), r: () => Y.act("reject"), b: () => Y.act("return"), x: acceptFocused, g: assignFocused, m: () => Y.openMaterials(),
    "]": () => Y.step(1), "[": () => Y.step(-1), c: () => Y.copyReason(), p: () => Y.current() && Y.notice([Y.current().n]),
  };
  const ANYWHERE = {
    u: undo, "/": () => { if (Y.route.view !== "list") location.hash = "#/list"; setTimeout(() => document.getElementById("search").focus(), 0); },
    e: () => Y.exchange.saveRecord(), o: () => (location.hash = "#/overview"), l: () => (location.hash = "#/list"), s: () => (location.hash = "#/streams"), "?": Y.help,
  };
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target;
    if (target.closest("input, textarea, select")) {
      if (event.key === "Escape" || (event.key === "Enter" && target.id === "search")) target.blur();
      return;
    }
    // What has the focus is what Enter presses.
    if ((event.key === "Enter" || event.key === " ") && !event.shiftKey && target.closest("button, a, summary")) return;
    const acts = Y.route.view === "list" && (Y.readings.key(event.key) || own(ACTS, event.key));
    const sheets = Y.streams.key(event) || (Y.route.view === "notices" && event.key === "p" && (Y.notices.print(), true));
    const act = acts || sheets || own(ANYWHERE, event.key);
    if (!act) return;
    event.preventDefault();
    if (typeof act === "function") act();
  }
  const own = (table, name) => (Object.prototype.hasOwnProperty.call(table, name) ? table[name] : null);

  Y.lang = Y.keep.get(LANGUAGE) === "en" ? "en" : "zh";
  if (!Y.data) {
    document.body.textContent = "data.js?";
    return;
  }
  R.onchange((changed) => {
    count();
    if (Y.route.view === "list") Y.list.apply();
    else Y.streams.refresh();
    const shown = Y.current();
    if (shown && (!changed || changed.includes(shown.n))) Y.rejudge();
  });
  for (const name of ["dragover", "drop"])
    document.addEventListener(name, (event) => {
      event.preventDefault();
      const files = name === "drop" && event.dataTransfer ? [...event.dataTransfer.files] : [];
      if (files.length) Y.exchange.take(files);
    });
  document.addEventListener("keydown", key);
  // What has not been scrolled to is printed too.
  window.addEventListener("beforeprint", () => Y.pictures.all(document));
  window.addEventListener("beforeprint", () => document.querySelectorAll("img[loading=lazy]").forEach((image) => (image.loading = "eager")));
  window.addEventListener("hashchange", view);
  frame();
  view();
  document.documentElement.dataset.ready = "1";
})();
