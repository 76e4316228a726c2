"""Hands: every glyph that a hand can write, as a map of the distance to its pen's path, so that it can be inked with a nib of any width.

A hand is one person (NIST), one drawn habit or one handwriting font. The three kinds are told apart by the first letter of a hand's name: n, d, f."""
import glob
import math
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

EM = 56  # pixels: height of a digit on its map
MARGIN = 14  # pixels around it
STEPS = 8  # units of a map's values in a pixel
DIGITS = "0123456789"
# Drawn like digits in a line of writing; what else a hand writes is class `other`.
MARKS = "X-/."

# Fonts whose digits are written, not set; by package of npm. The last two are kept for the report.
FONTS = ["caveat", "kalam", "patrick-hand", "gochi-hand", "nanum-pen-script", "reenie-beanie", "indie-flower", "architects-daughter", "neucha", "handlee"]
FONTS_KEPT = ["covered-by-your-grace", "homemade-apple"]
# Handwritten Chinese characters beside digits.
FONTS_HAN = ["ma-shan-zheng", "long-cang"]


class Glyph:
    """`far`: uint8 map, distance to the pen's path in 1/STEPS px, EM px a digit's height with MARGIN around; `width`: px of the ink."""

    __slots__ = ("far", "width")

    def __init__(self, far, width):
        self.far, self.width = far, width


def of_mask(mask):
    """Glyph of a filled shape on its map (margins included): thinned, the path's distance divided by how hard the pen was pressed there; filled loops stay filled."""
    thin = cv2.ximgproc.thinning(mask.astype(np.uint8) * 255) > 0
    if not thin.any():
        thin = mask
    far, label = cv2.distanceTransformWithLabels((~thin).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    usual = max(0.7, float(np.median(inside[thin])))
    press = np.ones(int(label.max()) + 1, np.float32)
    soft = cv2.blur(np.where(thin, inside, 0), (7, 7)) / np.maximum(1e-3, cv2.blur(thin.astype(np.float32), (7, 7)))
    press[label[thin]] = np.clip(soft[thin] / usual, 0.7, 1.35)
    far = far / press[label]
    far = np.where(inside > 1.35 * usual + 1.0, 0.0, far)
    return finished(far, mask)


def of_path(mask, thin):
    """Glyph of a drawn path."""
    return finished(cv2.distanceTransform((~thin).astype(np.uint8), cv2.DIST_L2, 5), mask)


def finished(far, mask):
    columns = np.where(mask.any(0))[0]
    left, right = int(columns[0]), int(columns[-1]) + 1
    lo, hi = max(0, left - MARGIN), min(mask.shape[1], right + MARGIN)
    far = far[:, lo:hi]
    pad = (MARGIN - (left - lo), MARGIN - (hi - right))
    far = np.pad(far, ((0, 0), pad), mode="edge") if any(pad) else far
    return Glyph(np.clip(far * STEPS, 0, 255).astype(np.uint8), right - left)


# --- digits of people -------------------------------------------------------------------------------------------------


def of_tile(tile):
    """Glyph of a 28 × 28 digit, white on black."""
    ys, xs = np.where(tile > 60)
    if len(ys) < 8:
        return None
    y0, y1, x0, x1 = max(0, ys.min() - 1), ys.max() + 2, max(0, xs.min() - 1), xs.max() + 2
    cut = tile[y0:y1, x0:x1]
    k = min(EM / max(4, np.ptp(ys) + 1), 1.45 * EM / max(4, np.ptp(xs) + 1))
    big = cv2.resize(cut, None, fx=k, fy=k, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    big = cv2.GaussianBlur(big, (0, 0), 0.3 * k)
    best = None
    for bound in (105, 135, 165):  # the level at which small loops are open, but nothing falls apart
        mask = big > bound
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
        parts = sum(1 for s in stats[1:] if s[4] > 3 * k * k)
        holes = sum(1 for s in cv2.connectedComponentsWithStats((~np.pad(mask, 1)).astype(np.uint8), connectivity=4)[2][2:] if s[4] > 0.5 * k * k)
        if best is None or (holes > best[0] and parts <= best[1]):
            best = (holes, parts, mask)
    mask = best[2]
    if not mask.any():
        return None
    ys, xs = np.where(mask)
    mask = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    h, w = mask.shape
    if h < EM:
        mask = np.pad(mask, (((EM - h) // 2, EM - h - (EM - h) // 2), (0, 0)))
    elif h > EM:
        mask = cv2.resize(mask.astype(np.uint8), (w, EM), interpolation=cv2.INTER_NEAREST) > 0
    return of_mask(np.pad(mask, MARGIN))


def people(path, writers=None):
    """name → {digit: [Glyph …]} of the writers in an .npz with `images`, `label`, `writer`."""
    z = np.load(path)
    images, label, writer = z["images"], z["label"], z["writer"]
    out = {}
    for image, digit, who in zip(images, label, writer):
        if writers is not None and int(who) not in writers:
            continue
        glyph = of_tile(image)
        if glyph is not None:
            out.setdefault(f"n{int(who)}", {}).setdefault(str(int(digit)), []).append(glyph)
    return out


# --- drawn strokes -----------------------------------------------------------------------------------------------------


def arc(cx, cy, rx, ry, a, b, n=16):
    t = np.radians(np.linspace(a, b, n))
    return [(cx + rx * math.cos(x), cy + ry * math.sin(x)) for x in t]


def forms():
    """Character → its forms, each a list of strokes in a box of height 1 (x to the right, y down), about .6 wide."""
    f = {}
    f["0"] = [[arc(0.3, 0.5, 0.28, 0.5, -80, 290)], [arc(0.3, 0.5, 0.3, 0.48, -120, 250)], [arc(0.3, 0.5, 0.24, 0.5, -60, 280)], [arc(0.3, 0.52, 0.3, 0.46, -40, 265) + [(0.3, 0.02)]],
              [arc(0.3, 0.5, 0.28, 0.5, -80, 285), [(0.58, 0.05), (0.04, 0.95)]], [arc(0.3, 0.5, 0.28, 0.5, -80, 285), [(0.5, 0.2), (0.12, 0.8)]]]
    f["1"] = [[[(0.3, 0), (0.29, 1)]], [[(0.5, 0), (0.2, 1)]], [[(0.62, 0), (0.12, 1)]], [[(0.1, 0.26), (0.32, 0), (0.3, 1)]], [[(0.05, 0.3), (0.42, 0), (0.28, 1)]],
              [[(0.1, 0.22), (0.32, 0), (0.3, 1)], [(0.06, 1), (0.56, 0.98)]], [[(0.3, 0), (0.3, 1)], [(0.1, 1), (0.5, 0.99)]], [[(0.12, 0), (0.3, 0.02), (0.3, 1)]], [[(0.24, 0), (0.36, 1)]]]
    f["2"] = [[arc(0.3, 0.27, 0.27, 0.27, 190, 385) + [(0.02, 1), (0.6, 0.97)]], [arc(0.3, 0.27, 0.26, 0.27, 200, 390) + [(0.16, 0.84), (0.03, 1), (0.28, 0.92), (0.6, 1)]],
              [[(0.06, 0.14), (0.34, 0.01), (0.52, 0.2), (0.3, 0.6), (0.02, 0.98), (0.62, 0.94)]], [arc(0.3, 0.25, 0.25, 0.25, 215, 380) + [(0.1, 0.96)] + arc(0.14, 0.88, 0.1, 0.1, 120, 330, 8) + [(0.62, 0.98)]],
              [[(0.04, 0.1), (0.5, 0.06), (0.06, 0.96), (0.6, 0.94)]], [arc(0.3, 0.3, 0.28, 0.3, 180, 380) + [(0.2, 0.9), (0.1, 0.99), (0.6, 1)]]]
    f["3"] = [[arc(0.28, 0.25, 0.26, 0.25, 200, 440) + arc(0.28, 0.74, 0.31, 0.26, -80, 150)], [[(0.04, 0.03), (0.56, 0.02), (0.26, 0.4)] + arc(0.26, 0.7, 0.31, 0.3, -80, 150)],
              [arc(0.26, 0.25, 0.28, 0.25, 215, 430) + [(0.2, 0.48)] + arc(0.24, 0.73, 0.34, 0.27, -70, 130)], [[(0.02, 0.05), (0.5, 0.0), (0.46, 0.25), (0.14, 0.48), (0.54, 0.62), (0.4, 0.95), (0.02, 0.96)]]]
    f["4"] = [[[(0.36, 0), (0.02, 0.64), (0.64, 0.62)], [(0.45, 0.32), (0.43, 1)]], [[(0.2, 0), (0.06, 0.56), (0.62, 0.52)], [(0.5, 0.08), (0.44, 1)]], [[(0.12, 0.05), (0.08, 0.5), (0.58, 0.5)], [(0.56, 0), (0.5, 1)]],
              [[(0.46, 1), (0.46, 0), (0.02, 0.68), (0.66, 0.68)]], [[(0.08, 0), (0.06, 0.46), (0.5, 0.44)], [(0.52, 0.0), (0.52, 1)]], [[(0.3, 0), (0.02, 0.5), (0.6, 0.56)], [(0.5, 0.2), (0.3, 1)]]]
    f["5"] = [[[(0.1, 0.02), (0.07, 0.44)] + arc(0.27, 0.68, 0.31, 0.31, -120, 140), [(0.1, 0.03), (0.6, 0.02)]], [[(0.6, 0.02), (0.12, 0.04), (0.06, 0.46)] + arc(0.27, 0.7, 0.3, 0.3, -110, 145)],
              [[(0.12, 0.1), (0.06, 0.46)] + arc(0.26, 0.7, 0.3, 0.28, -115, 130), [(0.16, 0.06), (0.64, 0.0)]], [[(0.56, 0.02), (0.16, 0.06), (0.1, 0.4), (0.44, 0.5), (0.5, 0.78), (0.3, 0.98), (0.02, 0.92)]]]
    f["6"] = [[[(0.5, 0), (0.16, 0.3)] + arc(0.28, 0.71, 0.28, 0.29, 190, -180, 22)], [[(0.38, 0), (0.08, 0.44)] + arc(0.3, 0.72, 0.27, 0.28, 180, -190, 22)], [[(0.22, 0), (0.04, 0.6)] + arc(0.26, 0.76, 0.24, 0.23, 170, -170, 18)],
              [[(0.54, 0.05), (0.2, 0.2), (0.03, 0.6)] + arc(0.28, 0.75, 0.26, 0.25, 160, -150, 18)]]
    f["7"] = [[[(0.02, 0.04), (0.6, 0.03), (0.26, 1)]], [[(0.02, 0.14), (0.06, 0.03), (0.6, 0.04), (0.34, 0.5), (0.28, 1)]], [[(0.02, 0.04), (0.6, 0.03), (0.26, 1)], [(0.16, 0.5), (0.6, 0.46)]],
              [[(0.04, 0.05), (0.62, 0.02), (0.22, 1)], [(0.1, 0.54), (0.56, 0.48)]], [[(0.02, 0.1), (0.56, 0.34), (0.1, 1)]], [[(0.04, 0.02), (0.58, 0.22), (0.2, 0.98)]], [[(0.02, 0.0), (0.02, 0.2), (0.05, 0.04), (0.56, 0.02), (0.5, 0.3), (0.4, 1)]]]
    f["8"] = [[arc(0.32, 0.25, 0.24, 0.25, -30, -260, 14) + arc(0.28, 0.74, 0.29, 0.26, -95, 230, 18) + [(0.5, 0.1)]], [arc(0.3, 0.25, 0.23, 0.25, 90, 450, 18), arc(0.3, 0.75, 0.28, 0.26, -90, 270, 20)],
              [[(0.56, 0.08), (0.3, 0.0), (0.08, 0.2), (0.28, 0.48), (0.54, 0.76), (0.3, 1.0), (0.06, 0.78), (0.3, 0.46), (0.56, 0.12)]]]
    f["9"] = [[arc(0.28, 0.29, 0.27, 0.29, -10, -370, 20) + [(0.52, 0.62), (0.4, 1)]], [arc(0.28, 0.28, 0.27, 0.28, 0, -365, 20) + [(0.53, 1)]], [arc(0.28, 0.27, 0.26, 0.27, -20, -350, 18) + [(0.54, 0.2), (0.52, 0.7)] + arc(0.28, 0.76, 0.24, 0.24, 0, 130, 8)],
              [[(0.5, 0.08), (0.3, 0.0), (0.06, 0.2), (0.2, 0.46), (0.48, 0.3), (0.53, 0.1), (0.46, 0.6), (0.3, 1)]]]
    f["X"] = [[[(0.04, 0.02), (0.62, 1)], [(0.62, 0), (0.02, 1)]], [[(0.02, 0.0), (0.3, 0.5), (0.66, 0.98)], [(0.6, 0.02), (0.36, 0.45), (0.0, 1)]], [[(0.06, 0.25), (0.56, 0.95)], [(0.54, 0.25), (0.04, 0.97)]]]
    f["-"] = [[[(0.04, 0.54), (0.5, 0.52)]], [[(0.0, 0.55), (0.9, 0.5)]], [[(0.02, 0.5), (1.2, 0.52)]], [[(0.0, 0.58), (0.3, 0.55)]]]
    f["/"] = [[[(0.62, -0.02), (0.02, 1.05)]], [[(0.8, 0), (0.0, 1.0)]]]
    f["."] = [[[(0.1, 0.95), (0.13, 0.99)]], [[(0.08, 0.9), (0.1, 1.0), (0.12, 0.98)]]]
    return f


def rounded(points, times):
    p = np.asarray(points, float)
    for _ in range(times):  # Chaikin's corner cutting
        if len(p) < 3:
            break
        q = np.empty((2 * len(p), 2))
        q[0], q[-1] = p[0], p[-1]
        q[1:-1:2], q[2:-1:2] = 0.75 * p[:-1] + 0.25 * p[1:], 0.25 * p[:-1] + 0.75 * p[1:]
        p = q
    return p


def drawn_glyph(strokes, rng, loose):
    lean, wide = rng.normal(0, 0.1), rng.uniform(0.75, 1.25)
    f, ph = rng.uniform(2, 7, (2, 2)), rng.uniform(0, 6.28, (2, 2))
    lines = []
    for stroke in strokes:
        p = np.asarray(stroke, float)
        p = p + rng.normal(0, 0.022 * loose, p.shape) * (1 if len(p) < 9 else 0.35) + rng.normal(0, 0.02 * loose, 2)
        p = rounded(p, int(rng.integers(0, 3)) if len(p) < 9 else 1)
        dense = np.concatenate([np.linspace(a, b, 6, endpoint=False) for a, b in zip(p[:-1], p[1:])] + [p[-1:]])
        amp = 0.02 * loose
        dense = dense + amp * np.c_[np.sin(f[0, 0] * dense[:, 1] + ph[0, 0]), np.sin(f[1, 0] * dense[:, 0] + ph[1, 0])]
        dense[:, 0] = dense[:, 0] * wide - lean * (dense[:, 1] - 0.5)
        lines.append(dense)
    every = np.concatenate(lines)
    left = every[:, 0].min()
    w = int((every[:, 0].max() - left) * EM) + 3 + 2 * MARGIN
    thin = np.zeros((EM + 2 * MARGIN, w), np.uint8)
    for p in lines:
        q = np.round(((p - [left, 0]) * EM + MARGIN + 1) * 8).astype(np.int32)
        cv2.polylines(thin, [q.reshape(-1, 1, 2)], False, 255, 1, cv2.LINE_8, 3)
    thin = thin > 0
    return of_path(thin, thin)


def drawn(count, seed):
    """Hands that were never anybody's: for each character one form of the habit, drawn three times."""
    f, out = forms(), {}
    for i in range(count):
        rng = np.random.default_rng([seed, 11, i])
        loose, hand = rng.uniform(0.3, 1.6), {}
        for ch, many in f.items():
            form = many[int(rng.integers(len(many)))]
            hand[ch] = [drawn_glyph(form, rng, loose) for _ in range(3)]
        out[f"d{i}"] = hand
    return out


# --- fonts ---------------------------------------------------------------------------------------------------------------


def font_files(root, name):
    """The files of an npm package @fontsource/NAME, weight 400."""
    return sorted(p for p in glob.glob(f"{root}/npm/node_modules/@fontsource/{name}/files/*-400-normal.woff2"))


def font_glyph(font, ch, cap):
    """Glyph of a character of a font, `cap` the height (px at this font's size) that becomes EM, its foot on the digits' foot."""
    x0, y0, x1, y1 = font.getbbox(ch, anchor="ls")
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    im = Image.new("L", (int(x1 - x0) + 4, int(y1 - y0) + 4))
    ImageDraw.Draw(im).text((2 - x0, 2 - y0), ch, fill=255, font=font, anchor="ls")
    a = np.asarray(im)
    ys, xs = np.where(a > 127)
    if len(ys) < 12:
        return None
    a = a[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    top, k = y0 - 2 + ys.min() + 2, EM / cap
    h, w = max(2, round(a.shape[0] * k)), max(2, round(a.shape[1] * k))
    if h > EM + 2 * MARGIN - 4 or w > 3 * EM:
        return None
    a = cv2.resize(a, (w, h), interpolation=cv2.INTER_AREA) > 127
    if not a.any():
        return None
    y = int(np.clip(round(MARGIN + EM + top * k), 2, EM + 2 * MARGIN - h - 2))
    mask = np.zeros((EM + 2 * MARGIN, w + 2 * MARGIN), bool)
    mask[y : y + h, MARGIN : MARGIN + w] = a
    return of_mask(mask)


def font_hand(root, name):
    """The digits, the X, - / . and the unmistakable capitals of a handwriting font."""
    for path in font_files(root, name):
        if "-latin-400" not in path:
            continue
        font = ImageFont.truetype(path, 96)
        box = [font.getbbox(d, anchor="ls") for d in DIGITS]
        cap = float(np.median([b[3] - b[1] for b in box]))
        hand = {}
        for ch in DIGITS + MARKS + "ACEFKMNPRTW":
            glyph = font_glyph(font, ch, cap)
            if glyph is not None:
                hand[ch] = [glyph]
        return hand
    return {}


def han_glyphs(root, characters):
    """character → [Glyph …] written with a brush or a pen; EM is the em here."""
    out = {}
    from fontTools.ttLib import TTFont

    for name in FONTS_HAN:
        for path in font_files(root, name):
            held = set(map(chr, TTFont(path, lazy=True).getBestCmap() or {}))
            mine = [c for c in characters if c in held]
            if not mine:
                continue
            font = ImageFont.truetype(path, 96)
            for ch in mine:
                x0, y0, x1, y1 = font.getbbox(ch, anchor="ls")
                glyph = font_glyph(font, ch, max(y1 - y0, x1 - x0, 60)) if y1 - y0 > 8 else None
                if glyph is not None:
                    out.setdefault(ch, []).append(glyph)
    return out


def printed(root, characters, size=64):
    """[{character: alpha tile (size × size em box, float32)} …], one a printed font."""
    out = []
    for pattern, index in (("arphic/uming.ttc", 0), ("arphic/ukai.ttc", 0), ("wqy/wqy-zenhei.ttc", 0), ("wqy/wqy-microhei.ttc", 0)):
        for path in glob.glob(f"{root}/x/usr/share/fonts/truetype/{pattern}"):
            font = ImageFont.truetype(path, size, index=index)
            tiles = {}
            for ch in characters:
                width = max(8, math.ceil(font.getlength(ch)))
                im = Image.new("L", (width, int(size * 1.25)))
                ImageDraw.Draw(im).text((0, size * 0.62), ch, fill=255, font=font, anchor="lm")
                tiles[ch] = np.asarray(im)
            out.append(tiles)
    if not out:
        raise SystemExit(f"no printed font under {root}/x/usr/share/fonts: fetch the Debian packages as README.md says")
    return out
