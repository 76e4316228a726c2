// The timeline: spans of work and study against birthday, certificate, employers' lives and the years that the condition asks for.
// Draws months as they were read; what counts was counted by the rules.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, svg, t } = Y;
  const [WIDTH, LABEL, LINE] = [940, 168, 34];
  // Widths of characters at the size of the words under a bar.
  const [WIDE, NARROW] = [12, 6.8];
  const room = (text) => Array.from(text).reduce((sum, c) => sum + (c > "\u2e7f" ? WIDE : NARROW), 0);
  // Words begin where their bar does, as long as they fit before the edge.
  const start = (at, text) => Math.max(LABEL, Math.min(at, WIDTH - room(text)));

  // "2015-03" or "2015-03-09" to months since year 0, with a fraction for the day; null for what is no date.
  function month(text) {
    const m = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text || "");
    if (!m || m[2] < 1 || m[2] > 12) return null;
    return m[1] * 12 + (m[2] - 1) + (m[3] ? (m[3] - 1) / 31 : 0);
  }
  const said = (months) => ((months >= 12 ? t("time.years", Math.floor(months / 12)) : "") + (months % 12 || months < 12 ? t("time.months", months % 12) : "")).trimEnd();
  Y.months = said;

  Y.timeline = function (line) {
    const spans = line.spans.map((s) => ({ ...s, from: month(s.start), to: month(s.until) })).filter((s) => s.from !== null && s.to !== null);
    const marks = line.marks.map((m) => ({ ...m, at: month(m.on) })).filter((m) => m.at !== null);
    if (!spans.length) return null;
    const around = spans.flatMap((s) => [s.from, s.to + 1]).concat(marks.filter((m) => m.kind !== "birthday").map((m) => m.at));
    const first = Math.floor((Math.min(...around) - 6) / 12) * 12;
    const last = Math.ceil((Math.max(...around) + 6) / 12) * 12;
    const x = (at) => LABEL + ((Math.max(first, Math.min(last, at)) - first) / (last - first)) * (WIDTH - LABEL - 8);
    const body = [];
    let y = 26;
    const text = (place, at, content, kind) => body.push(svg("text", { x: place, y: at, class: kind || "" }, Y.safe(content)));
    for (const s of spans) {
      const low = s.from > s.to;
      const [a, b] = [x(Math.min(s.from, s.to)), x(Math.max(s.from, s.to) + 1)];
      text(0, y + 13, s.kind === "study" ? t("time.study") : s.kind === "letter" ? Y.document(s.d) : s.second ? t("time.second", s.n + 1) : t("time.first", s.n + 1), "label");
      for (const life of s.lives || []) {
        const [from, to] = [month(life[0]) === null ? first : month(life[0]), month(life[1]) === null ? last : month(life[1])];
        body.push(svg("rect", { x: x(from), y: y - 1, width: Math.max(2, x(to) - x(from)), height: 3, class: "life" }, svg("title", {}, t("time.life", life[0] || "…", life[1] || "…"))));
      }
      body.push(svg("rect", { x: a, y: y + 2, width: Math.max(2, b - a), height: 12, rx: 2, class: "span " + (low ? "wrong" : s.kind) + (s.sure ? "" : " unsure") }, svg("title", {}, Y.safe([s.start + " — " + (s.now ? t("time.now") : s.until), s.who].filter(Boolean).join("  ")))));
      // On a line of their own, so that they meet no bar, no mark and no other words.
      const words = Y.safe(s.start + "—" + (s.now ? t("time.now") : s.until) + (s.who ? "  " + s.who : ""));
      text(start(a, words), y + 27, words, "inside");
      y += LINE;
    }
    const years = [];
    const step = [1, 2, 5, 10].find((n) => (last - first) / 12 / n <= 14) || 20;
    for (let at = first; at <= last; at += 12) {
      if ((at / 12) % step) continue;
      years.push(svg("line", { x1: x(at), x2: x(at), y1: 22, y2: y, class: "grid" }));
      if (x(at) < WIDTH - 34) years.push(svg("text", { x: x(at) + 2, y: 14, class: "year" }, String(at / 12)));
    }
    let foot = y + 4;
    // The latest first: each line goes down to its own words and through no others.
    for (const m of marks.sort((a, b) => b.at - a.at)) {
      const outside = m.at < first;
      if (!outside) body.push(svg("line", { x1: x(m.at), x2: x(m.at), y1: 20, y2: foot + 4, class: "mark " + m.kind }));
      const words = t("mark." + m.kind) + " " + m.on;
      body.push(svg("text", { x: start(x(m.at) + 4, words), y: foot + 14, class: "mark-text " + m.kind }, words));
      foot += 17;
    }
    const picture = svg("svg", { viewBox: "0 0 " + WIDTH + " " + (foot + 6), class: "timeline", role: "img", "aria-label": t("time.title") }, years, body);
    return el("div", { class: "scroll" }, picture, el("p", { class: "hint" }, needed(line)));
  };

  function needed(line) {
    const counted = line.months === null ? t("time.none") : t("time.counted", said(line.months), line.months);
    if (line.needed === null) return counted;
    const ask = t(line.after ? "time.needed_after" : "time.needed", said(line.needed));
    // Whether it is enough the flags say: occupations, overlaps and the certificate's date count too.
    return [ask, counted].join(t("stop"));
  }
})();
