// 退回补正通知: one A4 page for each submission that is sent back, to be printed and handed over.
// Says what was decided and what to hand in; nothing of other applicants, no doubt, no measure.
(function () {
  "use strict";
  const Y = window.Y;
  const { el } = Y;
  const R = Y.record;
  const zh = Y.zh;
  const N = (Y.notices = {});
  // Crops of a page, and characters from which its type is smaller.
  const [CROPS, LONG] = [4, 420];

  // What is told to the applicant: no id, number or phone of anybody else, nor the name of one that a flag names.
  N.clean = function (n, text, detail) {
    const own = Y.data.subs[n];
    const mine = new Set([own[0], own[10], own[11]]);
    const foreign = new Set(Y.data.subs.flatMap((s) => [s[0], s[10], s[11]]).filter((x) => x && !mine.has(x)));
    let said = text.replace(/[0-9A-Za-z_-]{6,}/g, (word) => (foreign.has(word) ? zh("notice.other") : word));
    const names = detail.flags.flatMap((f) => Y.evidence.partners(f)).map((m) => Y.data.subs[m][1]);
    for (const name of names) if (name && name !== own[1]) said = said.split(name).join(zh("notice.other"));
    return Y.safe(said);
  };

  // Flags that are certain, or that the decision names: each rule once.
  function told(n, detail) {
    const list = detail.flags.filter((f) => f.s === 2 && !f.w && !R.accepted(n, f) && Y.data.rules[f.r][0] !== "internal-error");
    return { list, rules: [...new Set(list.map((f) => f.r))] };
  }

  function sheet(n, detail) {
    const s = Y.data.subs[n];
    const decision = R.decision(n);
    const { list, rules } = told(n, detail);
    const reason = N.clean(n, (decision && decision.kind !== "accept" && decision.reason) || detail.reason || "", detail);
    const items = reason.split(/(?=\d+．)/).map((x) => x.trim()).filter(Boolean);
    const clears = [...new Set(rules.map((r) => Y.data.rules[r][3]).filter(Boolean))];
    const crops = list.map((f) => [f, Y.pictures.crop(detail, f, () => {})]).filter(([, picture]) => picture).slice(0, CROPS);
    const rejected = decision && decision.kind === "reject";
    const day = (decision ? decision.time : R.today()).slice(0, 10).split("-");
    const part = (title, ...content) => el("section", {}, el("h2", {}, title), content);
    return el("article", { class: "notice" + (reason.length > LONG ? " long" : ""), lang: "zh-CN", "data-submission": s[0] },
      el("h1", {}, zh(rejected ? "notice.rejected" : "notice.title")),
      el("p", { class: "notice-to" }, Y.foreign(s[1] || zh("none")), "：", el("span", { class: "grow" }), zh("notice.number", Y.safe(s[0]))),
      el("p", { class: "notice-text" }, zh(rejected ? "notice.intro_rejected" : "notice.intro", Y.safe([Y.data.occupations[s[2]], Y.data.levels[s[3]]].filter(Boolean).join(" ")))),
      part(zh("notice.reason"), items.map((x) => el("p", {}, x))),
      clears.length ? part(zh("notice.clears"), el("ol", {}, clears.map((x) => el("li", {}, Y.safe(x))))) : null,
      crops.length ? el("section", { class: "notice-crops" }, el("h2", {}, zh("notice.crops")), el("div", {}, crops.map(([f, picture]) => el("figure", {}, picture, el("figcaption", {}, [f.d === null ? "" : Y.data.documents[f.d][0], Y.data.rules[f.r][1]].filter(Boolean).join("："))))))
        : null,
      el("p", { class: "notice-end" }, zh("notice.end")),
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
    chosen.forEach((n, i) => Y.detail(n, (original, why) => {
      if (!original) return pages[i].append(el("p", { class: "missing" }, why));
      // A crop shows the applicant's own paper; its mark is enough.
      Y.judged(n, original, (detail) => Y.clear(pages[i]).append(sheet(n, detail)));
    }));
  };
})();
