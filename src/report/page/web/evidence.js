// What a flag rests on, as a person sees it: the place cut out, its readings, and the other side of what was compared.
// Which places belong together follows from the rule's own evidence in the index.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const P = Y.pictures;
  const V = (Y.evidence = {});
  const [MOST_READINGS, MOST_SIDES] = [8, 3];
  // Rules about another submission → the material that both hand in.
  const COMPARED = [["photo-", "个人照片"], ["certificate-", "上一级别证书"], ["identity-", "身份证人像面"]];

  V.facts = function (detail, flag) {
    const list = flag.facts.map((i) => detail.facts[i]).filter(Boolean);
    // Of a whole sentence the doubtful fields first; the rest is in the list of everything that was read.
    const order = [...list].sort((a, b) => Y.readings.doubtful(b) - Y.readings.doubtful(a));
    return order.slice(0, MOST_READINGS);
  };

  const leaf = (name) => String(name || "").split(".").pop().replace(/\[\d+\]$/, "");
  const alike = (a, b) => a && b && (a === b || a.endsWith("_" + b) || b.endsWith("_" + a));
  // Does the rule's evidence name this fact? `*` is any beginning, `[]` any number.
  function names(pattern, field) {
    const source = pattern.replace(/[.[\]]/g, "\\$&").replace(/\\\[\\\]/g, "\\[\\d+\\]").replace(/\*/g, "[a-z_]*");
    return new RegExp("^" + source + "(?:$|[.[])").test(field.replace(/^further\[\d+\]\./, ""));
  }
  V.others = function (detail, flag) {
    const evidence = Y.data.rules[flag.r][4] || [];
    const own = flag.facts.map((i) => detail.facts[i]).filter(Boolean);
    const last = leaf(flag.f);
    const facts = detail.facts.filter((x) => !own.includes(x) && x.d !== flag.d && alike(last, leaf(x.f)) && evidence.some((p) => names(p, x.f)));
    const columns = evidence.filter((p) => p.startsWith("registration.")).map((p) => p.slice(13));
    const registered = detail.registration.filter(([column]) => columns.includes(column) && alike(last, column));
    return { facts: facts.slice(0, MOST_SIDES), registered };
  };
  // Other submissions of this report that the flag names.
  V.partners = function (flag) {
    const found = new Set();
    for (const word of [flag.o, flag.e].join(" ").split(/[\s、，,;；（）()]+/)) if (Y.record.index.has(word)) found.add(Y.record.index.get(word));
    return [...found].slice(0, MOST_SIDES);
  };
  function compared(flag) {
    const rule = Y.data.rules[flag.r][0];
    const pair = COMPARED.find(([start]) => rule.startsWith(start));
    const d = pair ? Y.data.documents.findIndex((x) => x[0] === pair[1]) : flag.d;
    return d;
  }
  function whole(detail, d, open) {
    const page = P.pageOf(detail, d, 1) || P.pageOf(detail, d, null);
    if (!page || !P.source(page)) return el("p", { class: "missing" }, t("picture.none"));
    const shown = { ...page, alt: P.title(page) };
    return el("button", { class: "crop whole", type: "button", title: t("picture.enlarge"), onclick: () => open(shown, []) }, P.marked(shown, []));
  }

  function pair(n, detail, flag, open) {
    const partners = V.partners(flag).filter((m) => m !== n);
    if (!partners.length) return null;
    const d = compared(flag);
    const side = (caption, picture) => el("figure", { class: "side-of" }, el("figcaption", {}, caption), picture);
    const list = partners.map((m) => {
      const place = el("div", {}, el("p", { class: "hint" }, t("detail.loading")));
      Y.detail(m, (other, why) => Y.add(Y.clear(place), [other ? whole(other, d, (page) => P.view({ pages: [], flags: [] }, page, [])) : el("p", { class: "missing" }, why)]));
      return side(el("a", { href: "#/list/" + m }, Y.person(m)), place);
    });
    return el("div", { class: "sides" }, side(t("side.this"), whole(detail, d, open)), list);
  }
  function otherSide(detail, flag, open) {
    const { facts, registered } = V.others(detail, flag);
    if (!facts.length && !registered.length) return null;
    return el("div", { class: "sides" },
      facts.map((x) => el("figure", { class: "side-of" }, el("figcaption", {}, Y.document(x.d) + " · " + Y.field(Y.path(x.f)), t("colon"), Y.readings.value(x.st, x.t || x.free)), P.fact(detail, x, open))),
      registered.map(([column, value]) => el("p", { class: "side-of" }, t("registration.title") + " · " + t("column." + column), t("colon"), Y.foreign(value, { class: "registered" }))));
  }

  // What is expected and what was found: two texts compared by characters, or a measure against its bound in words.
  // Of another submission the picture beside says it.
  V.said = function (flag) {
    if (V.partners(flag).length) return null;
    // Neither of two people is right until one of them decides; the sentence says both.
    if (Y.data.rules[flag.r][0] === "decision-conflict") return null;
    // A single reading stands in its field.
    if (flag.e === null && flag.facts.length === 1) return null;
    const bound = /^([≥≤<>]) *(.+)$/.exec(flag.e || "");
    if (!Y.has("measure." + flag.f) || flag.o === null) return Y.difference(flag.e, flag.o, flag.c);
    const asked = !flag.e ? "" : bound ? t("bound." + { "≥": "least", "≤": "most", ">": "more", "<": "less" }[bound[1]], Y.safe(bound[2])) : Y.safe(flag.e);
    return el("p", { class: "difference" }, t("flag.measured", Y.field(flag.f), Y.safe(Y.words(flag.o))), asked ? t("flag.asked", asked) : "");
  };

  // Crop, readings and other side of one flag.
  V.show = function (n, detail, original, flag, open) {
    const facts = V.facts(detail, flag).map((x) => original.facts.find((o) => o.f === x.f) || x);
    const partners = pair(n, detail, flag, open);
    const single = facts.length === 1 && flag.crop;
    const crop = partners || (facts.length && !single) ? null : P.crop(detail, flag, open);
    const readings = facts.map((x) => Y.readings.block(n, original, x, open, single ? null : undefined, facts.length === 1 && flag.s === 1 && !flag.w));
    const pictured = readings.some((r) => r.querySelector(".crop"));
    return [crop || (pictured || partners ? null : P.crop(detail, flag, open)), readings, otherSide(detail, flag, open), partners];
  };
})();
