// Work by problem: one kind of doubt after another as large crops on sheets, several confirmed at once;
// and cleared submissions as sheets that are passed after they were seen.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const R = Y.record;
  const S = (Y.streams = {});
  // Tiles of a sheet: as many as a person takes in, and as fit a window.
  const [DOUBTS, CLEARED] = [6, 8];
  const [FLAGS] = [7];
  const [RULE, SEVERITY, DOCUMENT, WAIVED, FIELD] = [0, 1, 2, 3, 4];
  let sheet = null;

  const kindOf = (f) => [f[RULE], f[DOCUMENT], f[FIELD]].join("/");
  const undecided = (n) => !R.decision(n) && Y.list.isMine(n);
  const said = (key) => {
    const [r, d, f] = key.split("/").map(Number);
    return [Y.rule(r), d < 0 ? "" : Y.document(d), f < 0 ? "" : Y.field(Y.data.fields[f])].filter(Boolean).join(" · ");
  };

  // Which kinds of doubt there are, with the submissions that have them.
  function kinds() {
    const by = new Map();
    Y.data.subs.forEach((s, n) => {
      if (!undecided(n)) return;
      for (const key of new Set(s[FLAGS].filter((f) => f[SEVERITY] > 0 && !f[WAIVED]).map(kindOf))) by.set(key, [...(by.get(key) || []), n]);
    });
    return [...by].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  }
  const cleared = () => Y.data.subs.map((_, n) => n).filter((n) => Y.verdictOf(n) === 0 && undecided(n));

  // The table of what can be worked off together.
  S.choose = function (host) {
    sheet = null;
    const rows = kinds().map(([key, list]) => el("tr", {}, el("th", { scope: "row" }, el("a", { href: "#/stream/" + key }, said(key))), el("td", { class: "n" }, Y.number(list.length))));
    const clean = cleared().length;
    Y.add(host, [
      el("section", { class: "panel" }, el("h2", {}, t("sheets.title")), el("p", { class: "hint" }, t("sheets.hint")), clean ? el("p", {}, el("a", { class: "button", href: "#/sheets" }, t("sheets.open", Y.number(clean)))) : el("p", {}, t("sheets.none"))),
      el("section", { class: "panel" }, el("h2", {}, t("streams.title")), el("p", { class: "hint" }, t("streams.hint")), rows.length ? el("table", { class: "streams" }, el("tbody", {}, rows)) : el("p", {}, t("streams.none")))]);
  };

  function frame(host, title, total, buttons) {
    const status = el("span", { class: "dim", role: "status" });
    const tiles = el("div", { class: "tile-cards" });
    Y.add(Y.clear(host), [el("header", { class: "head sheet-head" }, el("div", { class: "head-line" }, el("a", { href: "#/streams" }, "←"), el("h1", {}, title), status, el("span", { class: "grow" }), buttons)), tiles]);
    return { tiles, status, total };
  }
  const button = (key, label, act, kind) => el("button", { type: "button", class: "act " + (kind || ""), onclick: act }, label, el("kbd", {}, key));
  const hold = (tile) => {
    tile.held = !tile.held;
    tile.node.classList.toggle("held", tile.held);
    tile.node.setAttribute("aria-pressed", String(tile.held));
  };
  const name = (n) => el("a", { href: "#/list/" + n }, Y.foreign(Y.data.subs[n][1] || t("none")), " ", Y.foreign(Y.data.subs[n][0], { class: "dim" }));

  // One kind of doubt, `key`: rule, material and field.
  S.stream = function (host, key) {
    const list = (kinds().find(([k]) => k === key) || [key, []])[1];
    const parts = frame(host, said(key), list.length, [button("Shift+↵", t("streams.confirm_all"), () => S.all(), "accept"), button("x", t("streams.accept_all"), () => S.acceptAll()), button("n", t("streams.next"), () => S.next())]);
    sheet = { ...parts, kind: "stream", key, list, at: 0, shown: [] };
    S.next();
  };
  const matches = (flag, [r, d, f]) => flag.s > 0 && !flag.w && flag.r === r && (flag.d === null ? -1 : flag.d) === d && (f < 0 ? !flag.f : Boolean(flag.f) && flag.f.split(".").pop().split("[")[0] === Y.data.fields[f]);
  const settled = (n, original, flag) => R.accepted(n, flag) || (flag.facts.length > 0 && flag.facts.map((i) => original.facts[i]).filter((x) => x && Y.readings.doubtful(x)).every((x) => R.reading(n, x.f)) && flag.facts.some((i) => original.facts[i] && R.reading(n, original.facts[i].f)));

  S.next = function () {
    if (!sheet) return;
    const now = sheet;
    Y.clear(now.tiles);
    now.shown = [];
    const most = now.kind === "stream" ? DOUBTS : CLEARED;
    const wanted = now.kind === "stream" ? now.key.split("/").map(Number) : null;
    const more = () => {
      if (sheet !== now) return;
      if (now.shown.length >= most || now.at >= now.list.length) return done(now);
      const n = now.list[(now.at += 1) - 1];
      if (R.decision(n)) return more();
      Y.detail(n, (original) => {
        if (sheet !== now) return;
        if (original) Y.judged(n, original, (detail) => add(now, n, original, detail, wanted));
        more();
      });
    };
    more();
  };
  function add(now, n, original, detail, wanted) {
    if (now.kind === "sheets") return detail.flags.some((f) => f.s > 0 && !f.w) ? null : put(now, clearedTile(n, detail));
    for (const flag of detail.flags.filter((f) => matches(f, wanted) && !settled(n, original, f))) put(now, doubtTile(n, original, detail, flag));
  }
  function put(now, tile) {
    now.shown.push(tile);
    now.tiles.append(tile.node);
  }
  function done(now) {
    now.status.textContent = t("streams.status", Y.number(now.at), Y.number(now.total));
    if (!now.shown.length) now.tiles.append(el("p", { class: "empty" }, t("streams.finished")));
    if (now.kind === "stream") Y.readings.first();
  }

  function doubtTile(n, original, detail, flag) {
    const tile = { n, flag, original, detail, held: false };
    const open = (page, marks) => Y.pictures.view(detail, page, marks);
    tile.node = el("article", { class: "tile-card card " + Y.severity(flag.s) + (/condition/.test(flag.f || "") ? " wide" : ""), "data-flag": flag.i },
      el("div", { class: "card-head" }, name(n), el("span", { class: "grow" }), el("button", { type: "button", class: "link", onclick: () => hold(tile) }, t("sheets.hold")), R.may(flag) ? el("button", { type: "button", class: "link", onclick: () => Y.acceptAll([[n, flag]]) }, t("flag.accept")) : null),
      el("p", { class: "message" }, Y.foreign(Y.pick([flag.zh, flag.en]))), Y.evidence.said(flag), Y.evidence.show(n, detail, original, flag, open));
    return tile;
  }
  // Confirms as read whatever is open on this sheet and was not put aside.
  S.all = function () {
    if (!sheet) return;
    if (sheet.kind === "sheets") return passSeen();
    const open = sheet.shown.filter((tile) => !tile.held).flatMap((tile) => [...tile.node.querySelectorAll(".reading.open")].map((node) => [tile.n, node]));
    const read = open.filter(([, node]) => node.reading.fact.st === "read");
    if (!read.length) return Y.say(t("streams.nothing"));
    Y.named(() => {
      R.add(read.map(([n, node]) => [n, node.reading.asRead()]));
      Y.say(t("streams.confirmed", read.length));
    });
  };
  S.acceptAll = function () {
    if (!sheet || sheet.kind !== "stream") return;
    const list = sheet.shown.filter((tile) => !tile.held && R.may(tile.flag) && !R.accepted(tile.n, tile.flag)).map((tile) => [tile.n, tile.flag]);
    if (list.length) Y.acceptAll(list);
  };

  // Submissions that are proposed for passing: photo, signatures and the copied condition of each.
  S.sheets = function (host) {
    const list = cleared();
    const parts = frame(host, t("sheets.title"), list.length, [button("Shift+↵", t("sheets.pass"), () => S.all(), "accept"), button("n", t("streams.next"), () => S.next())]);
    sheet = { ...parts, kind: "sheets", list, at: 0, shown: [] };
    S.next();
  };
  const watcher = new IntersectionObserver((entries) => entries.forEach((e) => {
    // Whole, or as much of it as a low window holds.
    if (e.target.tile && (e.intersectionRatio >= 0.9 || e.intersectionRect.height > 0.7 * window.innerHeight)) e.target.tile.seen = true;
  }), { threshold: [0.25, 0.5, 0.9] });
  // A picture that has not arrived was not seen.
  const arrived = (node) => [...node.querySelectorAll("img")].every((image) => image.complete) && [...node.querySelectorAll(".crop")].every((crop) => !crop.whenSeen || crop.dataset.drawn);
  // What cannot be shown here, as a PDF, is seen once somebody has opened it.
  const opened = (node) => [...node.querySelectorAll(".missing")].every((place) => place.dataset.opened);
  function clearedTile(n, detail) {
    const tile = { n, held: false, seen: false };
    const open = (page, marks) => Y.pictures.view(detail, page, marks);
    const photo = Y.pictures.photoPage(detail);
    const written = detail.facts.filter((f) => /\.signature$/.test(f.f) && (f.st === "read" || f.st === "illegible")).slice(0, 2);
    const condition = detail.facts.find((f) => /\.condition$/.test(f.f));
    tile.node = el("article", { class: "tile-card cleared", "aria-pressed": "false" },
      el("div", { class: "card-head" }, name(n), el("span", { class: "grow" }), el("button", { type: "button", class: "link", onclick: () => hold(tile) }, t("sheets.hold"))),
      el("div", { class: "cleared-pictures" }, photo ? Y.pictures.marked({ ...photo, alt: t("photo.title") }, []) : el("p", { class: "missing" }, t("picture.none")),
        el("div", {}, written.map((f) => place(detail, f, open)), condition ? [place(detail, condition, open), el("p", { class: "dim" }, Y.foreign(condition.t || condition.free || ""))] : null)));
    tile.node.tile = tile;
    tile.node.addEventListener("click", (event) => {
      const link = event.target.closest(".missing a");
      if (link) link.closest(".missing").dataset.opened = "yes";
    });
    watcher.observe(tile.node);
    return tile;
  }
  // What a browser cannot show, as a PDF, is a link away.
  const place = (detail, f, open) => Y.pictures.fact(detail, f, open) || Y.pictures.missing(Y.pictures.pageOf(detail, f.d, f.p) || {});
  function passSeen() {
    const left = sheet.shown.filter((tile) => !tile.held && !R.decision(tile.n));
    const seen = left.filter((tile) => tile.seen && arrived(tile.node) && opened(tile.node));
    const elsewhere = left.filter((tile) => !opened(tile.node)).length;
    const unopened = elsewhere ? t("sheets.not_opened", elsewhere) : "";
    if (!seen.length) return Y.say(unopened || t("sheets.not_seen"));
    Y.named(() => {
      R.add(seen.map((tile) => [tile.n, { kind: "accept", reason: "" }]));
      Y.say([t("sheets.passed", seen.length), unopened].filter(Boolean).join(Y.pick(["；", "; "])));
      if (sheet.shown.every((tile) => tile.held || R.decision(tile.n))) S.next();
    });
  }

  // After an entry: what it settles is marked, and those concerned are judged again.
  S.refresh = function () {
    if (!sheet) return;
    for (const tile of sheet.shown) {
      tile.node.classList.toggle("accepted", Boolean(R.decision(tile.n) || (tile.flag && R.accepted(tile.n, tile.flag))));
      if (tile.original) Y.judged(tile.n, tile.original, () => {});
    }
    Y.readings.refresh();
  };
  S.leave = () => (sheet = null);
  S.key = function (event) {
    if (!sheet) return false;
    if (event.key === "Enter" && event.shiftKey) return S.all(), true;
    if (Y.readings.key(event.key)) return true;
    const acts = { n: S.next, x: S.acceptAll };
    if (acts[event.key]) return acts[event.key](), true;
    // On sheets of cleared ones a number puts one aside.
    const tile = sheet.kind === "sheets" && /^[1-8]$/.test(event.key) && sheet.shown[Number(event.key) - 1];
    if (tile) hold(tile);
    return Boolean(tile);
  };
})();
