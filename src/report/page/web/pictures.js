// Pictures: crops of places on pages, the photo with its face box, all materials side by side, and one large view.
// A picture that is not in reach says so; nothing is fetched but files beside the page and the batch.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const P = (Y.pictures = {});
  // Pixels of a crop that is drawn here: as wide as those that the program cuts.
  const CROP = 960;
  // Times its own pixels that a crop is shown at most.
  const ENLARGED = 3;

  // The picture of a page: the copy beside this page, else the original.
  P.source = (page) => page.img[0] || null;
  P.pageOf = (detail, d, p) => detail.pages.find((x) => x.d === d && (p === null || p === undefined || x.p === p)) || null;
  P.title = (p) => (Y.document(p.d) || Y.safe(p.f)) + (p.p > 1 ? " " + t("page", p.p) : "");

  // An image with boxes on it, in pixels of the upright original.
  P.marked = function (page, boxes, attributes) {
    const source = P.source(page);
    const frame = el("div", { class: "marked" });
    if (!source) return Y.add(frame, [missing(page)]);
    const image = el("img", { src: source, loading: "lazy", decoding: "async", alt: page.alt || "", ...attributes });
    let tried = 0;
    image.onerror = () => {
      // The batch may have been moved away; a copy may have been removed.
      tried += 1;
      if (page.img[tried]) image.setAttribute("src", page.img[tried]);
      else Y.add(Y.clear(frame), [missing(page, true)]);
    };
    image.onload = () => {
      const width = page.size ? page.size[0] : image.naturalWidth;
      const height = page.size ? page.size[1] : image.naturalHeight;
      if (!width || !height) return;
      frame.querySelectorAll(".box").forEach((b) => b.remove());
      for (const [x, y, w, h, kind, label] of boxes) {
        const mark = el("span", { class: "box " + kind, title: label || null });
        Object.assign(mark.style, { left: (100 * x) / width + "%", top: (100 * y) / height + "%", width: (100 * w) / width + "%", height: (100 * h) / height + "%" });
        frame.append(mark);
      }
    };
    frame.append(image);
    if (!page.turn) return frame;
    // Lying or upside down in its file: shown as it is read.
    frame.style.transform = "translate(-50%, -50%) rotate(" + 90 * page.turn + "deg)";
    return el("div", { class: "square" }, frame);
  };

  P.missing = missing;
  function missing(page, failed) {
    const why = page.why ? Y.safe(page.why) : failed ? t("picture.gone") : page.url ? t("picture.unshown") : t("picture.none");
    return el("div", { class: "missing" }, why, page.url ? el("div", {}, el("a", { href: page.url, target: "_blank", rel: "noopener noreferrer" }, t("picture.open"))) : null);
  }

  const boxesOn = (detail, page) => detail.flags.filter((f) => f.box && f.d === page.d && f.p === page.p).map((f) => [...f.box, Y.severity(f.s), Y.rule(f.r)]);

  // A place cut out of its page here, upright, with its mark, for places of which the program cut no picture.
  P.cut = function (page, box, alt, open) {
    const source = page && P.source(page);
    if (!source || !box) return null;
    const canvas = el("canvas", { role: "img", "aria-label": alt });
    const whole = { ...page, alt };
    const button = el("button", { class: "crop", type: "button", title: t("picture.enlarge"), onclick: () => open(whole, [[...box, "review", alt]]) }, canvas);
    const image = new Image();
    let tried = 0;
    image.onload = () => draw(canvas, image, page, box, button);
    image.onerror = () => {
      tried += 1;
      if (page.img[tried]) image.src = page.img[tried];
      else button.replaceWith(el("p", { class: "missing" }, t("picture.gone")));
    };
    // As tall as it will be, so that nothing moves when the picture arrives.
    const [w, h] = page.turn % 2 ? [box[3], box[2]] : [box[2], box[3]];
    canvas.width = 480;
    canvas.height = Math.max(24, Math.min(480, Math.round((480 * (h + h)) / (w + 2 * h))));
    whenSeen(button, () => (image.src = source));
    return button;
  };
  function draw(canvas, image, page, [x, y, w, h], button) {
    const scale = page.size ? image.naturalWidth / page.size[0] : 1;
    const margin = Math.max(16, Math.min(image.naturalWidth / scale / 8, Math.max(h / 2, image.naturalWidth / scale / 40)));
    const [left, top] = [Math.max(0, x - 2 * margin), Math.max(0, y - margin)];
    const width = Math.min(image.naturalWidth / scale, x + w + 2 * margin) - left;
    const height = Math.min(image.naturalHeight / scale, y + h + margin) - top;
    if (!(width > 0 && height > 0)) return button.replaceWith(el("p", { class: "missing" }, t("picture.none")));
    const by = Math.min(scale, CROP / width);
    const [cw, ch] = [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))];
    const turn = page.turn || 0;
    [canvas.width, canvas.height] = turn % 2 ? [ch, cw] : [cw, ch];
    const pen = canvas.getContext("2d");
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate((turn * Math.PI) / 2);
    pen.translate(-cw / 2, -ch / 2);
    pen.drawImage(image, left * scale, top * scale, width * scale, height * scale, 0, 0, cw, ch);
    pen.lineWidth = Math.max(2, cw / 320);
    pen.strokeStyle = "#c2410c";
    pen.strokeRect((x - left) * by - pen.lineWidth / 2, (y - top) * by - pen.lineWidth / 2, w * by + pen.lineWidth, h * by + pen.lineWidth);
    // A small place is not blown up until nothing can be read in it.
    canvas.style.maxWidth = ENLARGED * canvas.width + "px";
    button.dataset.drawn = "1";
  }
  // Runs when the element comes near the window, so that 80 places do not load 20 pages at once.
  const seen = new IntersectionObserver((list) => list.forEach((e) => {
    if (!e.isIntersecting) return;
    seen.unobserve(e.target);
    if (e.target.whenSeen) e.target.whenSeen();
  }), { rootMargin: "600px" });
  function whenSeen(node, then) {
    node.whenSeen = then;
    seen.observe(node);
  }
  // What has not been scrolled to is printed, too.
  P.all = (host) => host.querySelectorAll(".crop").forEach((node) => node.whenSeen && !node.dataset.drawn && node.whenSeen());

  // The place of a reading.
  P.fact = (detail, fact, open) => P.cut(P.pageOf(detail, fact.d, fact.p), fact.box, t("picture.crop", Y.document(fact.d), Y.field(Y.path(fact.f))), open);

  // The page that a flag is about: by material and page, else by the file or the material that it names.
  P.flagged = function (detail, flag) {
    const named = (text) => text && detail.pages.find((p) => p.f === text || Y.document(p.d) === text || (p.d !== null && Y.data.documents[p.d][0] === text));
    return (flag.d === null ? null : P.pageOf(detail, flag.d, flag.p)) || named(flag.f) || named(flag.o) || null;
  };
  P.crop = function (detail, flag, open) {
    const page = P.flagged(detail, flag);
    const alt = t("picture.crop", Y.document(flag.d), Y.field(flag.f) || Y.rule(flag.r));
    if (!flag.crop && flag.box) return P.cut(page, flag.box, alt, open);
    // No place on the page: the page as a whole.
    if (!flag.crop) return page && P.source(page) ? el("button", { class: "crop whole", type: "button", title: t("picture.enlarge"), onclick: () => open({ ...page, alt }) }, P.marked({ ...page, alt }, [])) : null;
    const image = el("img", { src: flag.crop, alt, loading: "lazy", decoding: "async" });
    const button = el("button", { class: "crop", type: "button", title: t("picture.enlarge"), onclick: () => open(page ? { ...page, alt } : { img: [flag.crop], alt }) }, image);
    image.onerror = () => button.replaceWith(el("p", { class: "missing" }, t("picture.gone")));
    return button;
  };

  const worst = (detail, page) => Math.max(-1, ...detail.flags.filter((f) => f.d === page.d && (f.p === null || f.p === page.p)).map((f) => f.s));
  // All materials in one row under the head: one click away, wherever the page is scrolled to.
  P.strip = (detail, open) => el("div", { class: "strip", role: "group", "aria-label": t("materials.title", detail.files.length) }, detail.pages.map((p, i) => {
    const page = { ...p, alt: P.title(p) };
    const kind = worst(detail, p);
    return el("button", { type: "button", class: "thumb" + (kind > 0 ? " " + Y.severity(kind) : ""), title: t("picture.enlarge"), onclick: () => open(page) }, P.source(page) && !page.turn ? el("img", { src: P.source(page), alt: "", loading: "lazy", decoding: "async" }) : null, el("span", {}, P.title(p)), i === 0 ? el("kbd", {}, "m") : null);
  }));
  P.materials = function (detail, open, assign) {
    const pages = detail.pages.map((p) => ({ ...p, alt: P.title(p) }));
    const loose = detail.files.filter((f) => !detail.pages.some((p) => p.f === f.n));
    const figure = (page) => {
      const kind = worst(detail, page);
      const link = page.url ? el("a", { href: page.url, target: "_blank", rel: "noopener noreferrer", title: t("picture.original") }, "↗") : null;
      const shown = P.source(page) ? el("button", { class: "page", type: "button", title: t("picture.enlarge"), onclick: () => open(page) }, P.marked(page, boxesOn(detail, page))) : el("div", { class: "page" }, P.marked(page, []));
      return el("figure", { class: "material" + (kind > 0 ? " " + Y.severity(kind) : "") }, el("figcaption", {}, el("b", {}, Y.document(page.d) || t("none")), page.p > 1 ? " " + t("page", page.p) : "", " ", Y.foreign(page.f, { class: "dim" }), " ", link, " ", el("button", { class: "link", type: "button", onclick: () => assign(page) }, t("assign")), page.o === "read" ? null : el("div", { class: "why" }, t("outcome." + page.o), page.why ? [t("colon"), Y.foreign(page.why)] : null), page.a === false ? el("div", { class: "why" }, t("assign.unread")) : null), shown);
    };
    const rest = loose.map((f) => el("li", {}, Y.foreign(f.n), " ", el("span", { class: "dim" }, Y.number(f.b) + " B", f.why ? [" · ", Y.foreign(f.why)] : null), f.url ? [" ", el("a", { href: f.url, target: "_blank", rel: "noopener noreferrer" }, t("picture.open"))] : null));
    return [pages.length ? el("div", { class: "materials" }, pages.map(figure)) : el("p", { class: "hint" }, t("picture.no_pages")), rest.length ? el("ul", { class: "plain" }, rest) : null];
  };

  const measure = (name) => (Y.has("measure." + name) ? t("measure." + name) : name);
  P.photoPage = (detail) => (detail.photo && detail.pages.find((p) => p.f === detail.photo.file)) || null;
  P.photo = function (detail, open) {
    const photo = detail.photo;
    if (!photo) return null;
    const page = { ...(P.photoPage(detail) || { img: [], url: null }), alt: t("photo.title") };
    const boxes = photo.faces.map((f) => [...f.slice(0, 4), "face", t("photo.face", Y.sure(f[4]))]);
    const found = detail.flags.filter((f) => Y.data.rules[f.r][0].startsWith("photo-"));
    return el("section", { class: "panel photo" }, el("h2", {}, t("photo.title")), el("button", { class: "page", type: "button", title: t("picture.enlarge"), onclick: () => open(page) }, P.marked(page, boxes)),
      found.length ? el("ul", { class: "plain" }, found.map((f) => el("li", {}, Y.chip(Y.severity(f.s), Y.rule(f.r)), " ", Y.foreign(Y.pick([f.zh, f.en]))))) : el("p", { class: "hint" }, t("photo.clean")));
  };
  P.measures = function (detail) {
    if (!detail.photo) return null;
    const measured = detail.photo.measures.filter((m) => m[2] === null);
    const not = detail.photo.measures.filter((m) => m[2] !== null);
    return [el("h3", {}, t("photo.title")), el("table", { class: "facts" }, el("tbody", {}, measured.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, measure(name)), el("td", {}, Y.foreign(value)))))),
      not.length ? el("p", { class: "hint" }, t("photo.not_assessed"), t("colon"), not.map((m, i) => [i ? t("comma") : "", el("span", { title: Y.safe(m[2]) }, measure(m[0]))])) : null];
  };

  // One picture large, with its marks; arrows go through the materials, Esc closes.
  P.view = function (detail, page, marks) {
    let at = detail.pages.findIndex((p) => p.f === page.f && p.d === page.d && p.p === page.p);
    const dialog = el("dialog", { class: "viewer" });
    const show = (shown, boxes) => {
      const big = P.marked(shown, boxes || (shown.d === undefined ? [] : boxesOn(detail, shown)), { loading: "eager" });
      let zoom = 1;
      const set = (z) => {
        zoom = Math.max(1, Math.min(6, z));
        // At first the whole picture, then as wide as the window and wider.
        big.classList.toggle("fit", zoom === 1 && !shown.turn);
        big.style.width = shown.turn ? 86 * zoom + "vh" : zoom === 1 ? "auto" : 67 * zoom + "%";
      };
      dialog.setAttribute("aria-label", shown.alt || t("picture.view"));
      Y.add(Y.clear(dialog), [
        el("div", { class: "viewer-head" }, el("b", {}, Y.safe(shown.alt || "")), el("span", { class: "grow" }),
          at >= 0 && detail.pages.length > 1 ? [el("button", { type: "button", "aria-label": t("picture.previous"), onclick: () => go(-1) }, "←"), el("button", { type: "button", "aria-label": t("picture.next"), onclick: () => go(1) }, "→")] : null,
          el("button", { type: "button", "aria-label": t("picture.smaller"), onclick: () => set(zoom / 1.5) }, "−"),
          el("button", { type: "button", "aria-label": t("picture.larger"), onclick: () => set(zoom * 1.5) }, "+"),
          shown.url ? el("a", { class: "button", href: shown.url, target: "_blank", rel: "noopener noreferrer" }, t("picture.original")) : null,
          el("button", { type: "button", onclick: () => dialog.close() }, t("close"), el("kbd", {}, "Esc"))),
        el("div", { class: "viewer-body" }, big)]);
      set(1);
    };
    const go = (by) => {
      at = (at + by + detail.pages.length) % detail.pages.length;
      show({ ...detail.pages[at], alt: P.title(detail.pages[at]) });
    };
    dialog.addEventListener("keydown", (e) => at >= 0 && (e.key === "ArrowRight" || e.key === "ArrowLeft") && go(e.key === "ArrowRight" ? 1 : -1));
    dialog.addEventListener("close", () => dialog.remove());
    show(page, marks);
    document.body.append(dialog);
    dialog.showModal();
  };
})();
