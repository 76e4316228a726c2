// Elements, texts and small helpers that all parts of the page share.
// Every text goes through textContent; no part of the page parses markup.
(function () {
  "use strict";
  const Y = (window.Y = {});
  const TEXTS = window.YUSHEN_TEXTS;
  Y.data = window.YUSHEN_DATA;

  // What acts on the line instead of being seen: controls, directional and zero-width marks, tags.
  const ACTS = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

  Y.lang = "zh";
  Y.keep = store();

  // The page's words; {0}, {1} … are filled in.
  Y.t = function (key, ...values) {
    const pair = TEXTS[key];
    if (!pair) throw new Error("no text " + key);
    return pair[Y.lang].replace(/\{(\d)\}/g, (_, i) => String(values[i]));
  };
  // For what an applicant is handed, whatever language the page speaks.
  Y.zh = function (key, ...values) {
    const spoken = Y.lang;
    Y.lang = "zh";
    const text = Y.t(key, ...values);
    Y.lang = spoken;
    return text;
  };
  Y.has = (key) => Object.prototype.hasOwnProperty.call(TEXTS, key);

  // el("div", {class: "x", onclick: f, "aria-label": "…"}, child, "text", [more])
  Y.el = function (tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "value") node.value = value;
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    return Y.add(node, children);
  };
  Y.add = function (node, children) {
    for (const child of children.flat(9)) {
      if (child === null || child === undefined || child === false) continue;
      node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return node;
  };
  Y.svg = function (tag, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, String(value));
    return Y.add(node, children);
  };
  Y.clear = function (node) {
    node.replaceChildren();
    return node;
  };

  // Text that a stranger wrote: isolated, and characters that act are written out by their number.
  Y.foreign = function (text, attributes) {
    const node = Y.el("bdi", attributes || null);
    let plain = "";
    const flush = () => {
      if (plain) node.append(plain);
      plain = "";
    };
    for (const c of String(text)) {
      if (!ACTS.test(c)) {
        plain += c;
        continue;
      }
      flush();
      node.append(Y.el("span", { class: "acts" }, Y.code(c)));
    }
    flush();
    return node;
  };
  Y.code = (c) => "<U+" + c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + ">";
  Y.safe = (text) => Array.from(String(text), (c) => (ACTS.test(c) ? Y.code(c) : c)).join("");

  Y.pick = (pair) => (Y.lang === "zh" ? pair[0] : pair[1]);
  Y.number = (n) => Number(n).toLocaleString("en-US");
  Y.percent = (part, whole) => (whole ? ((100 * part) / whole).toFixed(1) + "%" : "—");
  Y.sure = (c) => (c === null || c === undefined ? "" : Number(c).toFixed(2));
  Y.doubtful = (c) => c !== null && c !== undefined && c < Y.data.doubt_below;

  const SEVERITIES = ["note", "review", "reject"];
  const VERDICTS = ["pass", "review", "reject"];
  Y.severity = (n) => SEVERITIES[n];
  Y.verdict = (n) => VERDICTS[n];
  Y.chip = (kind, text) => Y.el("span", { class: "chip " + kind }, text);

  // A field's name as a clerk says it: 第 1 段 · 工作单位.
  Y.field = function (name) {
    if (!name) return "";
    // Registration columns and file names are said as they are.
    if (!/^[a-z_]+(\[\d+\])?(\.[a-z_]+(\[\d+\])?)*$/.test(name)) return Y.safe(name);
    const parts = String(name).split(".");
    const said = [];
    for (const part of parts) {
      const indexed = /^(\w+)\[(\d+)\]$/.exec(part);
      const word = indexed ? indexed[1] : part;
      if (indexed) said.push(Y.has("part." + word) ? Y.t("part." + word, Number(indexed[2]) + 1) : part);
      else said.push(Y.has("field." + word) ? Y.t("field." + word) : Y.has("measure." + word) ? Y.t("measure." + word) : word);
    }
    return said.join(" · ");
  };
  // `application_form.work[0].start` → `work[0].start`.
  Y.path = (name) => String(name || "").replace(/^(?:further\[\d+\]\.)?[a-z_]+\./, "");
  Y.document = (index) => (index === null || index === undefined || index < 0 ? "" : Y.pick(Y.data.documents[index]));
  Y.rule = (index) => {
    const r = Y.data.rules[index];
    return (Y.lang === "zh" ? r[1] : r[2]) || r[0];
  };

  // Whose submission it is, in every question about it.
  Y.person = (n) => Y.safe((Y.data.subs[n][1] || Y.t("none")) + " " + Y.data.subs[n][0]);
  Y.clock = (time) => Y.safe(String(time).slice(0, 16).replace("T", " "));
  // Words of the tool that stand in a flag's values, as a clerk says them.
  Y.words = (text) => String(text).replace(/\(([a-z ]+)\)|^[a-z]+(?:[ _][a-z]+)*$/g, (all, inner) => {
    const key = "word." + (inner || all).replace(/ /g, "_");
    return Y.has(key) ? (inner ? "（" + Y.t(key) + "）" : Y.t(key)) : all;
  });

  Y.copy = function (text, done) {
    const fallback = () => {
      const area = Y.el("textarea", { class: "off", "aria-hidden": "true", value: text });
      document.body.append(area);
      area.select();
      let worked = false;
      try {
        worked = document.execCommand("copy");
      } catch (_) {
        worked = false;
      }
      area.remove();
      done(worked);
    };
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text).then(() => done(true), fallback);
    else fallback();
  };

  let said = null;
  // A line at the foot of the page, also for screen readers.
  Y.say = function (text) {
    if (!Y.toast) return;
    Y.toast.textContent = text;
    Y.toast.classList.add("on");
    clearTimeout(said);
    said = setTimeout(() => Y.toast.classList.remove("on"), 2600);
  };

  // The browser's store, or memory where there is none (then the page says so).
  function store() {
    try {
      const probe = "yushen:probe";
      window.localStorage.setItem(probe, "1");
      window.localStorage.removeItem(probe);
      return {
        lasts: true,
        get: (k) => window.localStorage.getItem(k),
        set: (k, v) => {
          try {
            window.localStorage.setItem(k, v);
            return true;
          } catch (_) {
            return false;
          }
        },
      };
    } catch (_) {
      const memory = new Map();
      return { lasts: false, get: (k) => memory.get(k) || null, set: (k, v) => Boolean(memory.set(k, v)) };
    }
  }

  // Details of a submission, loaded when it is looked at: one script for a few submissions.
  const chunks = new Map();
  const waiting = new Map();
  window.YUSHEN_DETAIL = function (key, chunk, list) {
    const done = waiting.get(chunk) || [];
    waiting.delete(chunk);
    const right = key === Y.data.key;
    if (right) chunks.set(chunk, list);
    done.forEach((f) => f(right ? "" : Y.t("detail.other")));
  };
  Y.detail = function (n, then) {
    const chunk = Math.floor(n / Y.data.chunk);
    const give = (why) => (why ? then(null, why) : then(chunks.get(chunk)[n - chunk * Y.data.chunk], ""));
    if (chunks.has(chunk)) return give("");
    if (waiting.has(chunk)) {
      waiting.get(chunk).push(give);
      return;
    }
    waiting.set(chunk, [give]);
    const script = Y.el("script", { src: "detail/" + String(chunk).padStart(4, "0") + ".js" });
    script.onerror = () => {
      const done = waiting.get(chunk) || [];
      waiting.delete(chunk);
      done.forEach((f) => f(Y.t("detail.missing")));
    };
    script.onload = () => script.remove();
    document.head.append(script);
  };
})();
