// Expected against read: the characters that differ, coloured and named for those who do not see colours.
// Compares by characters, not by bytes; what a difference means is not asked here.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  // Characters of one text; longer ones are shown as they are.
  const MOST = 1200;

  // Runs of [kind, text] for both sides; kind is "same" or "differs".
  Y.compare = function (a, b) {
    const [x, y] = [Array.from(a), Array.from(b)];
    if (x.length > MOST || y.length > MOST) return null;
    // Longest common subsequence, from the end.
    const width = y.length + 1;
    const table = new Uint16Array((x.length + 1) * width);
    for (let i = x.length - 1; i >= 0; i -= 1)
      for (let j = y.length - 1; j >= 0; j -= 1) table[i * width + j] = x[i] === y[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    const left = [];
    const right = [];
    const put = (runs, kind, c) => (runs.length && runs[runs.length - 1][0] === kind ? (runs[runs.length - 1][1] += c) : runs.push([kind, c]));
    let [i, j] = [0, 0];
    while (i < x.length || j < y.length) {
      if (i < x.length && j < y.length && x[i] === y[j]) {
        put(left, "same", x[i++]);
        put(right, "same", y[j++]);
      } else if (j >= y.length || (i < x.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) put(left, "differs", x[i++]);
      else put(right, "differs", y[j++]);
    }
    const common = table[0];
    return { left, right, alike: common / Math.max(1, Math.max(x.length, y.length)) };
  };

  // Two lines, one under the other. Texts that have little in common are not taken apart.
  Y.difference = function (expected, observed, confidence) {
    [expected, observed] = [expected, observed].map((text) => (text === null ? null : Y.words(text)));
    const sure = Y.doubtful(confidence) ? el("span", { class: "unsure", title: Y.sure(confidence) }, " " + t("flag.unsure")) : null;
    if (expected === null && observed === null) return null;
    const plain = (text) => [["same", text]];
    const found = expected !== null && observed !== null ? Y.compare(expected, observed) : null;
    // Bounds and measures are no texts: 0.69 is not a misspelt "≥ 0.90".
    const apart = found && found.alike >= 0.34 && !/[≥≤–<>]|^…/.test(expected);
    const line = (name, text, runs, kind) => (text === null ? null : [el("dt", {}, name), el("dd", { class: kind }, runs.map(([k, run]) => (k === "same" ? Y.foreign(run) : Y.foreign(run, { class: kind === "expected" ? "lack" : "extra" }))), kind === "observed" ? sure : null)]);
    return el("dl", { class: "difference" }, line(t("flag.expected"), expected, apart ? found.left : plain(expected), "expected"), line(t("flag.observed"), observed, apart ? found.right : plain(observed), "observed"));
  };

  // What the alignment with the known text found: from … to …, each with its position from 1.
  Y.verified = function (verified) {
    if (!verified) return null;
    const one = (d) => t("differs." + d.kind, d.position + 1, Y.safe(d.expected || ""), Y.safe(d.written || ""));
    const rivals = (verified.r || []).map(([position, expected, rival]) => t("differs.rival", position + 1, Y.safe(expected), Y.safe(rival)));
    const places = [...verified.d.map(one), ...rivals];
    return el("p", { class: "hint" }, t("verified." + verified.o), places.length ? [t("colon"), places.join(t("comma"))] : null);
  };
})();
