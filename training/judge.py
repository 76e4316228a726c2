"""Decoding and figures: what a trained reader gets right on lines of hands it has never seen, how sure it is, and what its certainty is worth."""
import math
from collections import Counter

import numpy as np
from scipy.stats import beta

import paper
from hands import DIGITS
from paper import ALPHABET

READ = DIGITS + "X"
BEAM, LEAST = 48, 1e-4  # as the product's decoder (src/ocr/ctc/grammar.rs)


def bound(k, n, side="upper"):
    """Clopper and Pearson's one-sided 95 % bound."""
    if n == 0:
        return 1.0
    return float(beta.ppf(0.95, k + 1, n - k)) if side == "upper" and k < n else 1.0


def greedy(post):
    """[(character, highest probability, first step, step after the last)] of T × C."""
    out, last = [], 0
    best = post.argmax(1)
    for t, c in enumerate(best):
        if c and c == last:
            out[-1][1] = max(out[-1][1], float(post[t, c]))
            out[-1][3] = t + 1
        elif c:
            out.append([ALPHABET[c], float(post[t, c]), t, t + 1])
        last = c
    return out


def beam(post, letters=READ):
    """[(text, share)] over some characters, the others counted as blank; best first."""
    index = [ALPHABET.index(c) for c in letters]
    blank = 1 - post[:, index].sum(1)
    beams = {"": (1.0, 0.0)}
    for t in range(len(post)):
        live = [(c, float(post[t, i])) for c, i in zip(letters, index) if post[t, i] > LEAST]
        if not live:  # only blanks: the shares stay as they are
            beams = {x: (b + l, 0.0) for x, (b, l) in beams.items()}
            continue
        after = {}
        for text, (b, l) in beams.items():
            nb, nl = after.get(text, (0.0, 0.0))
            after[text] = (nb + (b + l) * blank[t], nl)
            for c, p in live:
                again = text[-1:] == c
                if again:
                    nb, nl = after[text]
                    after[text] = (nb, nl + l * p)
                if len(text) < 24:
                    nb, nl = after.get(text + c, (0.0, 0.0))
                    after[text + c] = (nb, nl + (b if again else b + l) * p)
        kept = sorted(after.items(), key=lambda a: (-sum(a[1]), a[0]))[:BEAM]
        total = sum(b + l for _, (b, l) in kept)
        beams = {x: (b / total, l / total) for x, (b, l) in kept}
    return sorted(((x, b + l) for x, (b, l) in beams.items()), key=lambda a: (-a[1], a[0]))


def aligned(true, read):
    """Pairs (true or None, index read or None) of the cheapest edit path."""
    n, m = len(true), len(read)
    cost = np.zeros((n + 1, m + 1), int)
    cost[:, 0], cost[0, :] = np.arange(n + 1), np.arange(m + 1)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost[i, j] = min(cost[i - 1, j] + 1, cost[i, j - 1] + 1, cost[i - 1, j - 1] + (true[i - 1] != read[j - 1]))
    pairs, i, j = [], n, m
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (true[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def symbols(posts, lines):
    """One row a digit that is there or was read: true, read, how sure (0–1), and the line's facts."""
    rows = []
    for post, (_, label, facts) in zip(posts, lines):
        true, read = paper.text_of(label), greedy(post)
        for i, j in aligned(true, [r[0] for r in read]):
            a, b = (true[i] if i is not None else ""), (read[j][0] if j is not None else "")
            if a and a in READ or b and b in READ:
                rows.append((a if a in READ else "", b if b in READ else "", read[j][1] if j is not None else 0.0, facts, a, b))
    return rows


def digits_figures(rows):
    """Of digits (and X) one by one."""
    there = [r for r in rows if r[0]]
    read = [r for r in rows if r[1]]
    right = sum(r[0] == r[1] for r in there)
    out = dict(n=len(there), right=right, accuracy=right / max(1, len(there)), lost=sum(not r[1] for r in there), false=sum(not r[0] for r in read))
    out["by_digit"] = {c: round(sum(r[1] == c for r in there if r[0] == c) / max(1, sum(r[0] == c for r in there)), 5) for c in READ}
    for level in (0.9, 0.95, 0.99):
        sure = [r for r in read if r[2] >= level]
        wrong = sum(r[0] != r[1] for r in sure)
        out[f"sure_{level}"] = dict(n=len(sure), share=len(sure) / max(1, len(there)), wrong=wrong, rate=wrong / max(1, len(sure)), bound95=bound(wrong, len(sure)))
    conf, ok = np.array([r[2] for r in read]), np.array([r[0] == r[1] for r in read], float)
    bins = np.minimum((conf * 15).astype(int), 14)
    out["ece"] = float(sum(abs(conf[bins == b].mean() - ok[bins == b].mean()) * (bins == b).mean() for b in range(15) if (bins == b).any()))
    return out


def parted(rows, key, edges):
    """Accuracy by a fact of the line."""
    out = []
    for lo, hi in zip(edges[:-1], edges[1:]):
        part = [r for r in rows if lo <= r[3][key] < hi]
        if part:
            f = digits_figures(part)
            out.append(dict(low=lo, high=hi, n=f["n"], accuracy=f["accuracy"], sure=f["sure_0.9"]["share"], wrong_sure=f["sure_0.9"]["wrong"], wrong_sure_bound95=f["sure_0.9"]["bound95"]))
    return out


def confusions(rows, most=25):
    c = Counter((r[0] or f"({r[4] or 'nothing'})", r[1] or f"({r[5] or 'nothing'})") for r in rows if r[0] != r[1])
    return [dict(true=a, read=b, n=n) for (a, b), n in c.most_common(most)]


def fields(posts, lines, letters=READ, allowed=None):
    """Whole numbers: exact, sure and wrong. `allowed`: whether a grammar would take a text."""
    exact = sure = wrong = rightly = 0
    for post, (_, label, _) in zip(posts, lines):
        true = "".join(c for c in paper.text_of(label) if c in letters)
        found = [(t, p) for t, p in beam(post, letters) if allowed is None or allowed(t)]
        text, share = found[0] if found else ("", 0.0)
        exact += text == true
        if share >= 0.9:
            sure += 1
            wrong += text != true
    n = len(lines)
    return dict(n=n, exact=exact / max(1, n), sure=sure / max(1, n), wrong_sure=wrong, wrong_sure_rate=wrong / max(1, sure), bound95=bound(wrong, sure))


def empty_figures(posts):
    """Of lines without any digit: in how many one was read, and surely."""
    most = [max((r[1] for r in greedy(p) if r[0] in READ), default=0.0) for p in posts]
    out = dict(n=len(posts))
    for level in (0.0, 0.5, 0.9, 0.99):
        k = sum(m > level if level == 0 else m >= level for m in most)
        out[f"read_{level}"] = dict(n=k, rate=k / max(1, len(most)), bound95=bound(k, len(most)))
    return out


ALLOWED = {
    "year": lambda t: len(t) == 4 and t.isdigit() and 1900 <= int(t) <= 2100,
    "month": lambda t: t.isdigit() and len(t) <= 2 and 1 <= int(t) <= 12,
    "phone": lambda t: len(t) == 11 and t.isdigit() and t[0] == "1",
    "id": lambda t: len(t) == 18 and t[:17].isdigit(),
}
