"""The other design, for comparison: a network of the same size that looks at one digit place (32 × 40, cut at the place's middle) and answers once. Given the true places, which the product
would first have to find; so what it shows is the most that the design can reach. Writes WORK/place.json, which digits.py takes into its report.

    python place.py --digits digits.npz --fonts FONTS --work WORK --model ../models/digits/digits-line.onnx"""
import argparse
import json
import multiprocessing
import os
import time

import cv2
import numpy as np
import torch

import digits
import judge
import net
import paper
from digits import SEED, Mean, rate

WIDE = 40  # columns
NONE = 0


def cut(x, middle):
    """32 × WIDE around a column of a normalised picture, paper beyond its ends."""
    a = int(round(middle)) - WIDE // 2
    out = np.zeros((paper.HEIGHT, WIDE), np.float32)
    lo, hi = max(0, a), min(x.shape[1], a + WIDE)
    if hi > lo:
        out[:, lo - a : hi - a] = x[:, lo:hi]
    return out


def places(line, rng=None):
    """(cut-outs, classes) of the digits of a line; with `rng` moved a little, and with places where no digit is."""
    grey, _, facts = line
    x = paper.normalised(grey)
    cuts, classes = [], []
    for c, left, right, _ in facts["places"]:
        digit = paper.ALPHABET[c] in judge.READ
        if not digit and rng is None:
            continue
        cuts.append(cut(x, (left + right) / 2 + (rng.normal(0, 1.5) if rng is not None else 0)))
        classes.append(c if digit else NONE)
    if rng is not None:
        middles = [(a + b) / 2 for c, a, b, _ in facts["places"] if paper.ALPHABET[c] in judge.READ]
        for m in rng.uniform(0, x.shape[1], 2):
            if all(abs(m - k) > 6 for k in middles):
                cuts.append(cut(x, m))
                classes.append(NONE)
        for k in (k for k, (a, b) in enumerate(zip(middles[:-1], middles[1:])) if 8 < b - a < 40 and rng.random() < 0.12):
            cuts.append(cut(x, (middles[k] + middles[k + 1]) / 2))
            classes.append(NONE)
    return cuts, classes


def group_of(index):
    cv2.setNumThreads(1)
    cuts, classes = [], []
    for i in range(192):
        rng = np.random.default_rng([SEED, 7, index, i])
        a, b = places(paper.line(rng, digits._shop), rng)
        cuts += a
        classes += b
    order = np.random.default_rng([SEED, 8, index]).permutation(len(cuts))
    return torch.from_numpy(np.stack(cuts)[order][:, None]), torch.tensor(classes)[order]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--digits", "--fonts", "--work", "--model"):
        ap.add_argument(name, required=True)
    ap.add_argument("--steps", type=int, default=1500, help="batches of 256 places")
    args = ap.parse_args()
    torch.set_num_threads(1)
    digits._shop = digits.shop(args, 0)
    torch.manual_seed(SEED)
    model = net.Place().to(memory_format=torch.channels_last)
    mean, o = Mean(model), torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=1e-3)
    step, started, losses = 0, time.time(), []
    with multiprocessing.get_context("fork").Pool(1) as pool:
        for x, y in pool.imap(group_of, range(args.steps)):
            for i in range(0, len(y) - 255, 256):
                if step >= args.steps:
                    break
                for g in o.param_groups:
                    g["lr"] = 3e-3 * rate(step, args.steps)
                model.train()
                loss = torch.nn.functional.cross_entropy(model(x[i : i + 256].to(memory_format=torch.channels_last)), y[i : i + 256])
                o.zero_grad(set_to_none=True)
                loss.backward()
                o.step()
                step += 1
                mean.add(model, step)
                losses.append(loss.item())
                if step % 50 == 0:
                    print(f"step {step}: loss {np.mean(losses[-50:]):.4f}, {time.time() - started:.0f} s", flush=True)
            if step >= args.steps:
                break
    model = mean.model.eval()
    torch.save(model.state_dict(), f"{args.work}/place.pt")
    made, run, rows = digits.shop(args, 2), digits.session(args.model), []
    for name in ("clean", "form"):
        seed = list(digits.SETS).index(name)
        _, _, kind, sources, clean, _ = digits.SETS[name]
        lines = digits.lines_of(made, 100 + seed, 1000, kind, sources, clean)
        found = [places(l) for l in lines]
        cuts, true = np.stack([c for f in found for c in f[0]])[:, None], np.array([c for f in found for c in f[1]])
        with torch.no_grad():
            probs = torch.cat([model(torch.from_numpy(cuts[i : i + 256])).softmax(-1) for i in range(0, len(cuts), 256)]).numpy()
        best, sure = probs.argmax(1), probs.max(1) >= 0.9
        rows.append(dict(name=f"places, {name}", accuracy=float((best == true).mean()), lost=int((best == NONE).sum()), sure=float((sure & (best != NONE)).mean()), wrong_sure=int((sure & (best != true) & (best != NONE)).sum())))
        d = judge.digits_figures(judge.symbols(digits.read(run, lines), lines))
        rows.append(dict(name=f"lines, {name}", accuracy=d["accuracy"], lost=d["lost"], sure=d["sure_0.9"]["share"], wrong_sure=d["sure_0.9"]["wrong"]))
    what = (f"A network of the same layers over 32 × {WIDE} columns at the *true* middles of the digits (which a program would have to find first), {step} steps of 256 places, "
            "against the line network on the same 1,000 lines each. Multiplications a digit: "
            f"{net.macs(model.body, WIDE) // 10**5 / 10} million here, about {net.macs(model.body, 26) // 10**5 / 10} million for a line's 26 columns a digit.")
    with open(f"{args.work}/place.json", "w") as f:
        json.dump(dict(what=what, rows=rows), f)
    print(rows)


if __name__ == "__main__":
    main()
