"""Paper: from hands to grey pictures of number fields on a form, with what stands around the digits, and with what a camera and the page's flattening do to them.

A picture is what the product cuts out of its flat sheet: dark on light, one line high, not yet normalised (`normalised` is what comes next, there as here)."""
import cv2
import numpy as np

import hands
from hands import DIGITS, EM, MARGIN, STEPS

HEIGHT = 32  # pixels: the network's input
# Class 0 is CTC's blank; `#` is any other character. U+5E74, U+6708, U+65E5: the printed or written 年, 月, 日.
ALPHABET = "\0" + "0123456789X年月日-/.#"
CLASS = {c: i for i, c in enumerate(ALPHABET)}

BEFORE = "于自共计累满至，：—年月第号在、）"
AFTER = "年月日年月学时，。周岁—至共本起（"
HAN = "年月日"
PRINTED = sorted(set(BEFORE + AFTER + HAN + DIGITS + "累计从事本人签名身份证号编联系电话手机级职业工作单位承诺以上信息真实有效，。：；（）—-/."))
SILENT = set("，。：；、（）")  # print too small or too like a pen's slip to be told apart: no class, the network says blank


def normalised(grey):
    """uint8 `32 × W` → float32 about 0 (paper) … 1 (the darkest ink): paper = the value that three quarters of the pixels do not exceed, ink = the mean of the darkest 2 %."""
    flat = np.sort(grey, axis=None)
    paper = float(flat[min(flat.size - 1, flat.size * 3 // 4)])
    ink = float(flat[: max(1, flat.size // 50)].mean())
    return np.clip((paper - grey.astype(np.float32)) / max(48.0, paper - ink), -0.5, 1.5)


class Shop:
    """All glyphs: hands by name, printed fonts, written Chinese characters."""

    def __init__(self, people, drawn, fonts, han, printed):
        self.people, self.drawn, self.fonts, self.han, self.printed = people, drawn, fonts, han, printed
        self.names = [[n for n in sorted(kind) if kind[n]] for kind in (people, drawn, fonts)]
        # Who wrote few digits borrows the others from one who wrote all ten.
        self.names[0] = [n for n in self.names[0] if len(people[n]) >= 5]
        self.whole = [n for n in self.names[0] if len(people[n]) == 10]


def content(rng, kind=None):
    """(kind, [(text, by hand?)], how near the parts stand). Parts stand apart; within a part the characters follow one another."""
    d = lambda n: "".join(rng.choice(list(DIGITS), n))
    year = lambda: str(int(rng.integers(1950, 2033))) if rng.random() < 0.75 else d(4)
    month = lambda: str(int(rng.integers(1, 13)))
    pr = lambda s: "".join(rng.choice(list(s), int(rng.integers(1, 3))))
    kinds = ["year", "month", "total", "span", "date", "phone", "id", "code", "free", "ones", "empty"]
    weights = [0.13, 0.11, 0.11, 0.13, 0.1, 0.09, 0.1, 0.07, 0.06, 0.04, 0.06]
    kind = kind or str(rng.choice(kinds, p=weights))
    b = lambda s: [(pr(s), False)] if rng.random() < 0.6 else []
    written = rng.random() < 0.25  # 年 and 月 by hand as well
    if kind == "year":
        return kind, b("于自至，—月") + [(year(), True)] + ([("年", written)] if rng.random() < 0.75 else [])
    if kind == "month":
        return kind, ([("年", written)] if rng.random() < 0.7 else []) + [(month() if rng.random() < 0.85 else "0" + d(1), True)] + ([("月", written)] if rng.random() < 0.75 else [])
    if kind == "total":
        n = str(int(rng.integers(1, 41))) if rng.random() < 0.5 else d(int(rng.integers(1, 4)))
        if rng.random() < 0.15:
            n = f"{rng.integers(0, 20)}.{'5' if rng.random() < 0.7 else d(1)}"
        return kind, b("共计累满，") + [(n, True)] + b("年学周")
    if kind in ("span", "date"):
        one = [(year(), True), ("年", written), (month(), True), ("月", written)]
        if kind == "date":
            if rng.random() < 0.3:
                sep = str(rng.choice(list(".-/")))
                return kind, [(sep.join([year(), month()] + ([d(1)] if rng.random() < 0.5 else [])), True)]
            return kind, one + [(str(int(rng.integers(1, 32))), True), ("日", written)]
        two = [(str(rng.choice(["—", "至", "-"])), bool(written))] + [(year(), True), ("年", written), (month(), True), ("月", written)] if rng.random() < 0.35 else []
        return kind, b("于自") + one + two
    if kind == "phone":
        return kind, b("：机") + [("1" + d(10), True)]
    if kind == "id":
        n = d(6) + str(int(rng.integers(1950, 2009))) + f"{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}" + d(3) + ("X" if rng.random() < 0.3 else d(1))
        return kind, b("：号") + [(n, True)] + b("，")
    if kind == "code":
        n = d(int(rng.integers(5, 21)))
        if rng.random() < 0.4:
            n = str(rng.choice(list("ACEFKMNPRTW"))) + n
        if rng.random() < 0.3:
            n = n[:4] + str(rng.choice(list("-/"))) + n[4:]
        return kind, [(n, True)]
    if kind == "ones":
        return kind, b(BEFORE) + [("".join(rng.choice(list("1117047"), int(rng.integers(2, 7)))), True)] + b(AFTER)
    if kind == "empty":
        return kind, [(pr(BEFORE), False)] * int(rng.random() < 0.5) + [("", False)] + [(pr(AFTER), False)] * int(rng.random() < 0.6)
    return "free", b(BEFORE) + [(d(int(rng.integers(1, 8))) + ("X" if rng.random() < 0.1 else ""), True)] + b(AFTER)


def bent(far, rng):
    """A map displaced by a smooth field: the same hand, another time."""
    h, w = far.shape
    a = rng.uniform(0.6, 2.4)
    field = cv2.resize(rng.normal(0, a, (3, 3, 2)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
    xx, yy = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    return cv2.remap(far, xx + field[..., 0], yy + field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def inked(glyph, height, nib, lean, turn, wide, rng, rough=0.5):
    """Alpha of a glyph `height` px high (margins on top), and its ink's width in px."""
    far = bent(glyph.far, rng) if rng.random() < rough else glyph.far
    k = height / EM
    h, w = far.shape
    out_h, out_w = int(np.ceil(h * k)), int(np.ceil(w * k * wide + abs(lean) * h * k)) + 1
    c, s = np.cos(turn) * k, np.sin(turn) * k
    m = np.array([[c * wide, -s - lean * k, 0], [s * wide, c, 0]])
    m[:, 2] = np.array([out_w / 2, out_h / 2]) - m[:, :2] @ [w / 2, h / 2]
    t = cv2.warpAffine(far, m, (out_w, out_h), flags=cv2.INTER_LINEAR if k > 0.6 else cv2.INTER_AREA, borderValue=255).astype(np.float32)
    return np.clip((nib / 2 - t * (k / STEPS)) + 0.5, 0, 1)


def paste(page, tile, x, y):
    h, w = tile.shape
    x0, y0, x1, y1 = max(0, x), max(0, y), min(page.shape[1], x + w), min(page.shape[0], y + h)
    if x1 > x0 and y1 > y0:
        np.maximum(page[y0:y1, x0:x1], tile[y0 - y : y1 - y, x0 - x : x1 - x], out=page[y0:y1, x0:x1])


def line(rng, shop, kind=None, sources=(0.74, 0.15, 0.11), clean=False):
    """One picture: (grey uint8 32 × W, label as classes, facts). `clean`: no faint pen, no rules through it, no touching, little blur: what anybody would call legible."""
    r = rng
    hard = lambda p: (not clean) and r.random() < p
    source = int(r.choice(3, p=sources))
    pool = (shop.people, shop.drawn, shop.fonts)[source]
    name = shop.names[source][int(r.integers(len(shop.names[source])))]
    hand, spare = pool[name], shop.drawn[shop.names[1][int(r.integers(len(shop.names[1])))]]
    lender = shop.people[shop.whole[int(r.integers(len(shop.whole)))]] if source == 0 else {}
    font = shop.printed[int(r.integers(len(shop.printed)))]
    kind, parts = content(r, kind)

    size = r.uniform(20, 38) if clean else np.exp(r.uniform(np.log(17), np.log(40)))
    share = r.uniform(0.5, 0.88)
    H = int(round(size / share))
    mid = H / 2 + r.uniform(-0.5, 0.5) * (H - size) * 0.8
    nib = max(1.3, size * r.uniform(0.05, 0.13))
    lean0, wide0 = r.normal(0, 0.09), r.uniform(0.85, 1.15)
    gap0 = r.uniform(0.1, 0.4) if clean else (r.uniform(-0.14, 0.05) if hard(0.16) else r.uniform(0.02, 0.5))
    care = r.uniform(0.2, 1.0)
    rise = r.normal(0, 0.015)
    em = size * r.uniform(0.85, 1.45)
    print_mid = H / 2 + r.uniform(-0.1, 0.1) * H if r.random() < 0.5 else mid + r.normal(0, 0.06) * size
    room = int(sum(len(t) * (max(em, size * 1.3) + size) for t, _ in parts) + 12 * size + 60)
    ink, prn = np.zeros((H, room), np.float32), np.zeros((H, room), np.float32)
    x = 2.2 * size
    label, spots = [], []  # spots: class, left, right of what was placed, by hand?
    last_hand = None
    for text, by_hand in parts:
        if text == "":
            x += size * r.uniform(0.5, 4)
            continue
        if last_hand is not None:
            tight = last_hand != by_hand and hard(0.14)
            x += size * (r.uniform(-0.1, 0.04) if tight else (r.uniform(0.1, 1.2) if r.random() < 0.8 else r.uniform(1.2, 3)))
        for i, ch in enumerate(text):
            if by_hand:
                own = hand.get(ch) or lender.get(ch) or spare.get(ch)
                if ch in "—":
                    own = spare["-"]
                han = own is None
                if han:
                    own = shop.han.get(ch)
                    if not own:
                        continue
                glyph = own[int(r.integers(len(own)))]
                h = size * (1 + r.normal(0, 0.03 + 0.05 * care))
                if han:
                    h = size * r.uniform(0.95, 1.35)
                tile = inked(glyph, h, nib * (0.55 if han else 1) * r.uniform(0.92, 1.08), lean0 + r.normal(0, 0.04 * care), r.normal(0, 0.03 + 0.04 * care), wide0 * (1 + r.normal(0, 0.05 * care)), r)
                cols = np.where(tile.max(0) > 0.3)[0]
                if len(cols) == 0:
                    continue
                left, right = int(cols[0]), int(cols[-1]) + 1
                if i:
                    x += size * (gap0 + r.normal(0, 0.05 * care)) * (0.6 if ch in ".-/" else 1)
                y = mid - tile.shape[0] / 2 + size * r.normal(0, 0.035 * care) + rise * (x - 2.2 * size)
                paste(ink, tile * r.uniform(0.85, 1.0), int(round(x)) - left, int(round(y)))
            else:
                if ch not in font:
                    continue
                raw = font[ch]
                k = em / 64
                tile = cv2.resize(raw, (max(2, round(raw.shape[1] * k)), max(2, round(raw.shape[0] * k))), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
                cols = np.where(tile.max(0) > 0.3)[0]
                if len(cols) == 0:
                    continue
                left, right = int(cols[0]), int(cols[-1]) + 1
                if i:
                    x += left
                paste(prn, tile, int(round(x)) - left, int(round(print_mid - tile.shape[0] / 2)))
            known = "-" if ch == "—" else ch
            cls = CLASS.get(known, None if ch in SILENT else CLASS["#"])
            spots.append((cls, int(round(x)), int(round(x)) + right - left, by_hand))
            x += right - left
            if not by_hand:
                x += em * 0.06
        last_hand = by_hand

    # where the picture is cut: beside everything, or through print at an end (a sliver of it is no character)
    lo = spots[0][1] - size * r.uniform(0.03, 1.5) if spots else 2.0 * size - size * r.uniform(0.1, 1)
    hi = spots[-1][2] + size * r.uniform(0.03, 1.5) if spots else x + size * r.uniform(0.1, 1)
    kept = list(spots)
    if len(kept) > 1 and not kept[0][3] and r.random() < 0.4:
        c, a, b, _ = kept.pop(0)
        lo = b - (b - a) * r.uniform(0, 0.4)
    if len(kept) > 1 and not kept[-1][3] and r.random() < 0.4:
        c, a, b, _ = kept.pop()
        hi = a + (b - a) * r.uniform(0, 0.4)
    label = [s[0] for s in kept if s[0] is not None]
    lo, hi = int(max(0, lo)), int(min(room, max(hi, lo + 0.6 * H)))
    ink, prn = ink[:, lo:hi], prn[:, lo:hi]
    H, W = ink.shape
    places = [(c, (a - lo) / H * HEIGHT, (b - lo) / H * HEIGHT, by) for c, a, b, by in kept if c is not None]

    # what is not the field's: rows above and below, specks, slips of the pen
    if hard(0.22):
        below, other = r.random() < 0.5, np.zeros((H, W), np.float32)
        xx = -r.uniform(0, 40)
        reach = r.uniform(0.02, 0.16) * H
        while xx < W:
            raw = font[PRINTED[int(r.integers(len(PRINTED)))]] if r.random() < 0.6 else None
            if raw is not None:
                tile = cv2.resize(raw, (max(2, round(raw.shape[1] * em / 64)), max(2, round(raw.shape[0] * em / 64))), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
            else:
                g = (hand if source else lender).get(DIGITS[int(r.integers(10))]) or spare["3"]
                tile = inked(g[0], size, nib, lean0, 0, wide0, r, 0)
            rows = np.where(tile.max(1) > 0.3)[0]
            if len(rows):
                paste(other, tile, int(xx), int(H - reach) - rows[0] if below else int(reach) - rows[-1])
            xx += tile.shape[1] * r.uniform(0.9, 1.6)
        prn = np.maximum(prn, other)
    if hard(0.2):
        for _ in range(int(r.integers(1, 5))):
            cv2.circle(ink if r.random() < 0.7 else prn, (int(r.integers(W)), int(r.integers(H))), int(r.integers(1, 3)) if size > 26 else 1, float(r.uniform(0.3, 1)), -1, cv2.LINE_AA)

    # rules: the blank's underline, the table's lines, and what is left where the program took them out
    thick = lambda: int(max(1, round(r.uniform(0.8, 2.4) * size / 30)))
    if hard(0.42) or (clean and r.random() < 0.25):
        y0 = mid + size * (r.uniform(0.55, 0.75) if clean else r.uniform(0.36, 0.8))
        a, b = sorted(r.uniform(-0.3, 1.3, 2) * W) if r.random() < 0.3 else (-5, W + 5)
        tilt, dark = r.normal(0, 0.006) * W, r.uniform(0.35, 1.0)
        if y0 < H + 2:
            if hard(0.25):  # taken out: a bite out of what stood there, but where a stroke was seen to cross
                band = np.zeros((H, W), np.uint8)
                cv2.line(band, (int(a), int(y0)), (int(b), int(y0 + tilt)), 255, thick() + 1)
                keep = cv2.resize((r.random((1, max(2, W // 6))) < 0.5).astype(np.uint8), (W, 1), interpolation=cv2.INTER_NEAREST)
                ink[(band > 0) & (keep == 0)] = 0
            else:
                cv2.line(prn, (int(a), int(y0)), (int(b), int(y0 + tilt)), float(dark), thick(), cv2.LINE_AA)
    for side in range(4):
        if hard(0.06):
            dark = float(r.uniform(0.5, 1.0))
            if side < 2:
                xx = int(r.uniform(0, 0.25 * size)) if side == 0 else int(W - 1 - r.uniform(0, 0.25 * size))
                if all(not (s[1] - 0.3 <= xx * HEIGHT / H <= s[2] + 0.3) for s in places):
                    cv2.line(prn, (xx, -2), (xx + int(r.normal(0, 1)), H + 2), dark, thick(), cv2.LINE_AA)
            else:
                yy = int(r.uniform(0, 0.08 * H)) if side == 2 else int(H - 1 - r.uniform(0, 0.08 * H))
                cv2.line(prn, (-2, yy), (W + 2, yy + int(r.normal(0, 1))), dark, thick(), cv2.LINE_AA)

    # on paper, lit
    pen = r.uniform(0.14, 0.4) if hard(0.16) else r.uniform(0.4, 0.95)
    black = r.uniform(0.55, 0.97)
    pool_ = cv2.resize(r.uniform(0.75, 1.0, (2, max(2, W // 24))).astype(np.float32), (W, H))
    page = (1 - black * prn) * (1 - pen * ink * pool_)
    paper = r.uniform(205, 252)
    shade = cv2.resize(r.uniform(1 - (0.03 if clean else r.uniform(0.02, 0.2)), 1.0, (2, 3)).astype(np.float32), (W, H), interpolation=cv2.INTER_LINEAR)
    page = page * shade * paper

    # seen by a camera or a scanner, then laid flat by the program
    blur = r.uniform(0.3, 0.7) if clean else r.uniform(0.3, 1.15)
    page = cv2.GaussianBlur(page, (0, 0), blur * max(0.7, size / 28))
    if hard(0.4):
        k = r.uniform(0.62, 0.95)
        small = cv2.resize(page, (max(8, int(W * k)), max(8, int(H * k))), interpolation=cv2.INTER_AREA)
        page = cv2.resize(small + r.normal(0, r.uniform(0.5, 4), small.shape), (W, H), interpolation=cv2.INTER_LINEAR)
    noise = r.uniform(0.5, 2) if clean else r.uniform(0.5, 5.5)
    page = page + r.normal(0, noise, page.shape)
    grey = np.clip(page, 0, 255).astype(np.uint8)
    if r.random() < 0.55:
        grey = cv2.imdecode(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(r.uniform(70, 96) if clean else r.uniform(38, 96))])[1], cv2.IMREAD_GRAYSCALE)
    w = max(16, round(W * HEIGHT / H))
    grey = cv2.resize(grey, (w, HEIGHT), interpolation=cv2.INTER_AREA if H > HEIGHT else cv2.INTER_LINEAR)
    facts = dict(kind=kind, hand=name, height=size, share=share, contrast=pen * paper, touching=gap0 < 0.05, places=places)
    return grey, label, facts


def text_of(label):
    return "".join(ALPHABET[c] for c in label)
