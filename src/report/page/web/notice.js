// 退回通知: one A4 page for each submission that is sent back, to be printed and handed over.
// Lays out what the program's own code says (law.js), or where that cannot run what the program wrote beforehand; makes no sentence of
// its own, and shows no place that the notice does not name.
(function () {
  "use strict";
  const Y = window.Y;
  const { el } = Y;
  const R = Y.record;
  const zh = Y.zh;
  const N = (Y.notices = {});
  // Crops of a page, and characters from which its type is smaller.
  const [CROPS, LONG] = [4, 360];

  // then(notice, why): the notice after what was decided; with `why` it is the one that was written beforehand, a draft. None where
  // what names the applicants was taken out.
  N.text = function (n, original, then) {
    R.know(n, original);
    if (!original.notice) return then(null, Y.t("notice.redacted"));
    const before = (why) => then(original.notice, [why, Y.t("notice.before")].filter(Boolean).join(" "));
    if (!Y.written) return before("");
    Y.written(n, original, R.of(n), (notice, why) => (notice ? then(notice, "") : before(why)));
  };

  function crops(notice, detail) {
    const seen = new Set();
    const flags = notice.places.map((place) => [place.caption, detail.flags.find((f) => f.i === place.flag)]);
    const distinct = flags.filter(([, f]) => {
      const key = f && (f.crop || JSON.stringify([f.d, f.p, f.box]));
      return key && !seen.has(key) && seen.add(key);
    });
    return distinct.map(([caption, f]) => [caption, Y.pictures.crop(detail, f, () => {})]).filter(([, picture]) => picture).slice(0, CROPS);
  }

  function sheet(n, notice, detail) {
    const decision = R.decision(n);
    const day = (decision && !notice.draft ? decision.time : R.today()).slice(0, 10).split("-");
    const list = (items) => el(items.length > 1 ? "ol" : "ul", {}, items.map((x) => el("li", {}, Y.foreign(x))));
    const length = [...notice.reasons, ...notice.hand_in].join("").length;
    const pictures = crops(notice, detail);
    return el("article", { class: "notice" + (length > LONG ? " long" : ""), lang: "zh-CN", "data-submission": Y.data.subs[n][0] },
      el("h1", {}, notice.title),
      notice.draft ? el("p", { class: "notice-draft" }, notice.draft) : null,
      el("table", { class: "notice-whose" }, el("tbody", {}, notice.whose.map(([head, value]) => el("tr", {}, el("th", { scope: "row" }, head), el("td", {}, Y.foreign(value)))))),
      el("p", { class: "notice-to" }, Y.foreign(notice.to)),
      el("p", { class: "notice-text" }, notice.lead),
      list(notice.reasons),
      notice.hand_in.length ? [el("p", { class: "notice-text" }, notice.hand_in_head), list(notice.hand_in)] : null,
      el("p", { class: "notice-text" }, notice.closing),
      pictures.length ? el("section", { class: "notice-crops" }, el("h2", {}, zh("notice.crops")), el("div", {}, pictures.map(([caption, picture]) => el("figure", {}, picture, el("figcaption", {}, Y.foreign(caption)))))) : null,
      el("p", { class: "notice-sign" }, zh("notice.office")),
      el("p", { class: "notice-sign" }, zh("notice.day", day[0], Number(day[1]), Number(day[2]))));
  }

  // Everything that is sent back, in order of the list.
  N.all = () => Y.data.subs.map((_, n) => n).filter((n) => (R.decision(n) || {}).kind === "return");
  Y.notice = (list) => (location.hash = "#/notices" + (list ? "/" + list.join("/") : ""));
  N.show = function (host, list) {
    const chosen = (list.length ? list : N.all()).filter((n) => n < Y.data.subs.length);
    const print = () => {
      Y.pictures.all(host);
      // Pictures that are only now asked for need a moment.
      setTimeout(() => window.print(), 300);
    };
    const pages = chosen.map(() => el("div", {}));
    Y.add(host, [el("header", { class: "head sheet-head" }, el("div", { class: "head-line" }, el("a", { href: chosen.length === 1 ? "#/list/" + chosen[0] : "#/list" }, "←"), el("h1", {}, Y.t("notice.view", chosen.length)), el("span", { class: "grow" }), chosen.length ? el("button", { type: "button", class: "act primary", onclick: print }, Y.t("notice.print"), el("kbd", {}, "p")) : null)),
      chosen.length ? null : el("p", { class: "empty" }, Y.t("notice.none")), pages]);
    N.print = print;
    chosen.forEach((n, i) => Y.detail(n, (original, missing) => {
      if (!original) return pages[i].append(el("p", { class: "missing" }, missing));
      N.text(n, original, (notice, why) => {
        const told = why ? el("p", { class: "hint notice-why", role: "status" }, why) : null;
        if (!notice) return Y.add(Y.clear(pages[i]), [told]);
        // A crop shows the applicant's own paper; its mark is enough.
        Y.judged(n, original, (detail) => Y.add(Y.clear(pages[i]), [told, sheet(n, notice, detail)]));
      });
    }));
  };
})();
