// Judges a submission again in the page, and writes the notice for its applicant: the program's own code as WebAssembly, with the rule
// files of the run (law.js). Loaded when it is first asked for. Compares no submissions with one another; those flags stay as they were.
(function () {
  "use strict";
  const Y = window.Y;
  if (!Y.data || !Y.data.law) return;
  let law = null;
  let waiting = [];
  // Whom a notice to somebody else may not name was told to the module.
  let known = false;

  // done(detail): as the details' file has it, judged with the entries; done(null, why) if it cannot be judged here.
  Y.again = (n, detail, entries, done) => ask("again", detail, entries, done);
  // done(notice): the notice for the applicant, with the entries; done(null, why) if it cannot be written here.
  Y.written = (n, detail, entries, done) => ask("notice", detail, entries, done);
  function ask(what, detail, entries, done) {
    if (!detail.j) return done(null, Y.t("judge.no_facts"));
    ready((why) => {
      if (why) return done(null, why);
      try {
        const { facts, ...finding } = detail.j;
        if (what === "notice" && !known) law("others", Y.data.subs.map((s) => [s[0], [s[1], s[10], s[11]].filter(Boolean)]));
        known = known || what === "notice";
        const told = law(what, { finding: { ...finding, facts: facts || [] }, entries: lines(detail.j.record || [], entries) });
        done(told, "");
      } catch (error) {
        // A trap leaves the module's memory as it was then: the next one begins anew.
        law = null;
        done(null, Y.t("judge.failed", Y.safe(error.message)));
      }
    });
  }

  // What the run knew of the record, and what this page has: each entry once.
  function lines(known, own) {
    const text = (entry) => JSON.stringify(Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))));
    const all = new Map([...known, ...own].map((entry) => [text(entry), entry]));
    return [...all.values()].map((entry) => JSON.stringify(entry) + "\n").join("");
  }

  function ready(then) {
    if (law) return then("");
    waiting.push(then);
    if (waiting.length > 1) return;
    const all = (why) => {
      const list = waiting;
      waiting = [];
      list.forEach((f) => f(why));
    };
    const failed = (error) => all(Y.t("judge.failed", Y.safe(error && error.message ? error.message : "law.js")));
    // A browser without WebAssembly fails here, too.
    const begin = async () => {
      const bytes = Uint8Array.from(atob(window.YUSHEN_LAW.wasm), (c) => c.charCodeAt(0));
      const { instance } = await WebAssembly.instantiate(bytes, {});
      const ready_ = caller(instance.exports);
      ready_("load", window.YUSHEN_LAW.law);
      [law, known] = [ready_, false];
    };
    const start = () => begin().then(() => all(""), failed);
    if (window.YUSHEN_LAW) return start();
    const script = Y.el("script", { src: "law.js" });
    script.onload = start;
    script.onerror = failed;
    document.head.append(script);
  }

  // JSON in, JSON out, through the module's memory.
  function caller(wasm) {
    const encode = new TextEncoder();
    const decode = new TextDecoder();
    return function (name, request) {
      const bytes = encode.encode(JSON.stringify(request));
      const at = wasm.room(bytes.length);
      new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
      const length = wasm[name]();
      const told = JSON.parse(decode.decode(new Uint8Array(wasm.memory.buffer, wasm.answer(), length)));
      if (told.error !== undefined) throw new Error(told.error);
      return told.done;
    };
  }
})();
