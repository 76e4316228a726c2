// From a submission's flags to the reason for the applicant, joined as the program joins it (findings/reason.rs): what is certain,
// and of each document the advice once. The browser test compares both over all its submissions.
(function () {
  "use strict";
  const Y = window.Y;
  const HEAD = "您的申报存在以下问题，请更正后重新提交：";
  const bare = (sentence) => sentence.trim().replace(/[。；.;]+$/, "");

  // What the applicant is told of one flag, if he is told of it at all; findings of earlier versions have one sentence for both readers.
  const told = (flag) => (flag.ap === undefined || flag.ap === null ? flag.zh : flag.ap);
  // A doubt as it is told once a person has confirmed it.
  Y.confirmedReason = (flag) => (flag.ap ? [bare(flag.ap), flag.ad && bare(flag.ad)].filter(Boolean).join("，") : "");

  Y.reasonOf = function (flags) {
    const groups = [];
    for (const flag of flags.filter((f) => f.s === 2 && !f.w)) {
      const sentence = bare(told(flag));
      if (!sentence || groups.some((g) => g.sentences.includes(sentence))) continue;
      const shared = flag.ad && groups.find((g) => g.advice === flag.ad && g.document === flag.d);
      if (shared) shared.sentences.push(sentence);
      else groups.push({ document: flag.d, sentences: [sentence], advice: flag.ad });
    }
    const list = groups.map((g) => {
      const name = g.document === null ? "" : Y.data.documents[g.document][0];
      const parts = g.sentences.map((s, i) => (i && name && s.startsWith(name) ? s.slice(name.length) : s));
      return [...parts, ...(g.advice ? [bare(g.advice)] : [])].join("，");
    });
    if (!list.length) return "";
    return HEAD + (list.length === 1 ? list[0] : list.map((s, i) => i + 1 + "．" + s).join("；")) + "。";
  };
})();
