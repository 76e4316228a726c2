// Pictures: crops of flagged places, the photo with its face box, all materials side by side, and one large view.
// A picture that is not in reach says so; nothing is fetched but files beside the page and the batch.
(function () {
  "use strict";
  const Y = window.Y;
  const { el, t } = Y;
  const P = (Y.pictures = {});

  // The picture of a page: the copy beside this page, else the original.
  P.source = (page) => page.img[0] || null;

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

  function missing(page, failed) {
    const why = page.why ? Y.safe(page.why) : failed ? t("picture.gone") : page.url ? t("picture.unshown") : t("picture.none");
    return el("div", { class: "missing" }, why, page.url ? el("div", {}, el("a", { href: page.url, target: "_blank", rel: "noopener noreferrer" }, t("picture.open"))) : null);
  }

  const boxesOn = (detail, page) => detail.flags.filter((f) => f.box && f.d === page.d && f.p === page.p).map((f) => [...f.box, Y.severity(f.s), Y.rule(f.r)]);

  P.crop = function (detail, flag, open) {
    const page = detail.pages.find((p) => p.d === flag.d && (p.p === flag.p || flag.p === null));
    const alt = t("picture.crop", Y.document(flag.d), Y.field(flag.f) || Y.rule(flag.r));
    // No place on the page: the page as a whole.
    if (!flag.crop) return page && P.source(page) ? el("button", { class: "crop whole", type: "button", title: t("picture.enlarge"), onclick: () => open({ ...page, alt }) }, P.marked({ ...page, alt }, [])) : null;
    const image = el("img", { src: flag.crop, alt, loading: "lazy", decoding: "async" });
    const button = el("button", { class: "crop", type: "button", title: t("picture.enlarge"), onclick: () => open(page ? { ...page, alt } : { img: [flag.crop], alt }) }, image);
    image.onerror = () => button.replaceWith(el("p", { class: "missing" }, t("picture.gone")));
    return button;
  };

  P.materials = function (detail, open) {
    const pages = detail.pages.map((p) => ({ ...p, alt: title(p) }));
    const loose = detail.files.filter((f) => !detail.pages.some((p) => p.f === f.n));
    const figure = (page) => {
      const boxes = boxesOn(detail, page);
      const worst = Math.max(-1, ...detail.flags.filter((f) => f.d === page.d && (f.p === null || f.p === page.p)).map((f) => f.s));
      const link = page.url ? el("a", { href: page.url, target: "_blank", rel: "noopener noreferrer", title: t("picture.original") }, "↗") : null;
      const shown = P.source(page) ? el("button", { class: "page", type: "button", title: t("picture.enlarge"), onclick: () => open(page) }, P.marked(page, boxes)) : el("div", { class: "page" }, P.marked(page, boxes));
      return el("figure", { class: "material" + (worst > 0 ? " " + Y.severity(worst) : "") }, el("figcaption", {}, el("b", {}, Y.document(page.d) || t("none")), page.p > 1 ? " " + t("page", page.p) : "", " ", Y.foreign(page.f, { class: "dim" }), " ", link, page.o === "read" ? null : el("div", { class: "why" }, t("outcome." + page.o), page.why ? [t("colon"), Y.foreign(page.why)] : null)), shown);
    };
    const rest = loose.map((f) => el("li", {}, Y.foreign(f.n), " ", el("span", { class: "dim" }, Y.number(f.b) + " B", f.why ? [" · ", Y.foreign(f.why)] : null), f.url ? [" ", el("a", { href: f.url, target: "_blank", rel: "noopener noreferrer" }, t("picture.open"))] : null));
    return [pages.length ? el("div", { class: "materials" }, pages.map(figure)) : el("p", { class: "hint" }, t("picture.no_pages")), rest.length ? el("ul", { class: "plain" }, rest) : null];
  };
  const title = (p) => (Y.document(p.d) || p.f) + (p.p > 1 ? " " + t("page", p.p) : "");

  P.photo = function (detail) {
    const photo = detail.photo;
    if (!photo) return null;
    const page = detail.pages.find((p) => p.f === photo.file) || { img: [], url: null };
    const boxes = photo.faces.map((f) => [...f.slice(0, 4), "face", t("photo.face", Y.sure(f[4]))]);
    const title_ = (name) => (Y.has("measure." + name) ? t("measure." + name) : name);
    const line = ([name, value]) => el("tr", {}, el("th", { scope: "row" }, title_(name)), el("td", {}, Y.foreign(value)));
    const measured = photo.measures.filter((m) => m[2] === null);
    const not = photo.measures.filter((m) => m[2] !== null);
    return el("section", { class: "panel photo" }, el("h2", {}, t("photo.title")), P.marked({ ...page, alt: t("photo.title") }, boxes), el("table", { class: "facts" }, el("tbody", {}, measured.map(line))),
      not.length ? el("p", { class: "hint" }, t("photo.not_assessed"), t("colon"), not.map((m, i) => [i ? t("comma") : "", el("span", { title: Y.safe(m[2]) }, title_(m[0]))])) : null);
  };

  // One picture large, with its marks; Esc or a click closes it.
  P.view = function (detail, page) {
    const big = P.marked(page, page.d === undefined ? [] : boxesOn(detail, page), { loading: "eager" });
    let zoom = 1;
    const set = (z) => {
      zoom = Math.max(1, Math.min(6, z));
      // At first the whole picture, then as wide as the window and wider.
      big.classList.toggle("fit", zoom === 1 && !page.turn);
      big.style.width = page.turn ? 86 * zoom + "vh" : zoom === 1 ? "auto" : 67 * zoom + "%";
    };
    const dialog = el("dialog", { class: "viewer", "aria-label": page.alt || t("picture.view") },
      el("div", { class: "viewer-head" }, el("b", {}, Y.safe(page.alt || "")), el("span", { class: "grow" }),
        el("button", { type: "button", "aria-label": t("picture.smaller"), onclick: () => set(zoom / 1.5) }, "−"),
        el("button", { type: "button", "aria-label": t("picture.larger"), onclick: () => set(zoom * 1.5) }, "+"),
        page.url ? el("a", { class: "button", href: page.url, target: "_blank", rel: "noopener noreferrer" }, t("picture.original")) : null,
        el("button", { type: "button", onclick: () => dialog.close() }, t("close"))),
      el("div", { class: "viewer-body" }, big));
    dialog.addEventListener("close", () => dialog.remove());
    set(1);
    document.body.append(dialog);
    dialog.showModal();
  };
})();
