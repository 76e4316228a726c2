"""Trains, judges and exports the two networks that read digits. One command, fixed seeds:

    python digits.py --digits digits.npz --fonts FONTS --work WORK --out ../models/digits

What WORK already holds (`line.pt`, `place.pt`) is not trained again."""
import argparse
import copy
import hashlib
import json
import multiprocessing
import os
import pickle
import time

import cv2
import numpy as np
import onnxruntime
import torch

import hands
import judge
import net
import paper

SEED = 20240117
FIT, CALIBRATION = 0.70, 0.12  # shares of the writers; the rest judge
BATCH, GROUP = 32, 8  # lines a step; steps whose lines are sorted by width
LOOKS, LATER = 3, 6  # times that a group's lines are looked at, and groups between two looks
WARM, DECAY, PEAK = 150, 0.35, 3e-3  # steps of rising rate, share of the steps in which it falls, the rate between
DRAWN = 260  # drawn hands to fit on


def writers(path):
    """Three disjoint sets of writers: to fit, to calibrate, to judge."""
    names = np.unique(np.load(path)["writer"])
    names = np.random.default_rng(SEED).permutation(names)
    a, b = int(len(names) * FIT), int(len(names) * (FIT + CALIBRATION))
    return [set(int(w) for w in part) for part in (names[:a], names[a:b], names[b:])]


def shop(args, part):
    """Everything that is written with: part 0 to fit, 1 to calibrate, 2 to judge. Drawn habits and fonts are parted, too."""
    kept = f"{args.work}/shop{part}.pickle"
    if os.path.exists(kept):
        with open(kept, "rb") as f:
            return pickle.load(f)
    people = hands.people(args.digits, writers(args.digits)[part])
    drawn = hands.drawn(DRAWN if part == 0 else 60, SEED + part)
    fonts = {n: hands.font_hand(args.fonts, n) for n in (hands.FONTS_KEPT if part == 2 else hands.FONTS)}
    made = paper.Shop(people, drawn, {n: h for n, h in fonts.items() if h}, hands.han_glyphs(args.fonts, paper.HAN + "至"), hands.printed(args.fonts, paper.PRINTED))
    with open(kept, "wb") as f:
        pickle.dump(made, f, protocol=4)
    return made


def batch_of(lines):
    """Pictures side by side, padded with paper on the right to the widest (a multiple of 16)."""
    width = -(-max(p.shape[1] for p, *_ in lines) // 16) * 16
    x = np.zeros((len(lines), 1, paper.HEIGHT, width), np.float32)
    for row, (grey, *_) in zip(x, lines):
        row[0, :, : grey.shape[1]] = paper.normalised(grey)
    return torch.from_numpy(x)


# --- the lines' network ----------------------------------------------------------------------------------------------------

_shop, _work = None, None


def group_of(index):
    cv2.setNumThreads(1)
    lines = [paper.line(np.random.default_rng([SEED, 1, index, i]), _shop) for i in range(BATCH * GROUP)]
    lines.sort(key=lambda l: l[0].shape[1])
    batches = [lines[i : i + BATCH] for i in range(0, len(lines), BATCH)]
    order = np.random.default_rng([SEED, 2, index]).permutation(len(batches))
    return [(batch_of(batches[i]), [l[1] for l in batches[i]], [l[0].shape[1] for l in batches[i]], torch.from_numpy(steps_of(batches[i]))) for i in order]


def steps_of(lines):
    """What each step should say where that is plain, since the places are known: the class at the middle of a character, the blank between characters and beside them; -100 elsewhere.
    It spares the network CTC's long search for the places."""
    count = -(-max(l[0].shape[1] for l in lines) // 16) * 16 // net.STEP
    out = np.zeros((len(lines), count), np.int64)
    for row, (_, _, facts) in zip(out, lines):
        places = facts["places"]
        for _, a, b, _ in places:
            row[max(0, int(a / net.STEP - 0.5)) : int(np.ceil(b / net.STEP)) + 1] = -100
        for (_, _, b, _), (_, a, _, _) in zip(places[:-1], places[1:]):
            row[min(count - 1, max(0, round((a + b) / 2 / net.STEP - 0.5)))] = 0
        for c, a, b, _ in places:
            middle, half = (a + b) / 2 / net.STEP - 0.5, max(0.0, 0.18 * (b - a) / net.STEP)
            row[max(0, round(middle - half)) : round(middle + half) + 1] = c
    return out


def rate(step, steps, decay=DECAY):
    """Share of the peak rate: it rises, stays, falls. Until it falls it does not depend on how many steps there will be."""
    fallen = max(0.0, (step - (1 - decay) * steps) / (decay * steps))
    return min(1.0, (step + 1) / WARM) * (0.5 + 0.5 * np.cos(np.pi * min(1.0, fallen)) if fallen else 1.0)


CLASS_WEIGHTS = torch.ones(len(paper.ALPHABET))
CLASS_WEIGHTS[0] = 0.4  # most steps are blank


class Mean:
    """The running mean of a model's weights: what is kept of it."""

    def __init__(self, model, decay=0.998):
        self.model, self.decay = copy.deepcopy(model), decay

    @torch.no_grad()
    def add(self, model, step):
        k = min(self.decay, (1 + step) / (10 + step))
        for a, b in zip(self.model.state_dict().values(), model.state_dict().values()):
            a.mul_(k).add_(b, alpha=1 - k) if a.dtype.is_floating_point else a.copy_(b)


def groups(args, first):
    """The groups in order, each again LATER groups later, LOOKS times in all: drawing costs as much as fitting."""
    count = -(-args.steps // GROUP) // LOOKS + (LOOKS - 1) * LATER + 1
    waiting = []
    with multiprocessing.get_context("fork").Pool(args.makers) as pool:
        for index, group in zip(range(first, count), pool.imap(group_of, range(first, count), chunksize=1)):
            yield index, group
            waiting.append(group)
            yield from ((index, waiting[-1 - look * LATER]) for look in range(1, LOOKS) if len(waiting) > look * LATER)
            waiting = waiting[-LATER * (LOOKS - 1) :]


def train_line(args, path):
    """Fits the network; goes on from WORK/line.pt.part where there is one."""
    global _shop
    _shop = shop(args, 0)
    print(f"{len(_shop.names[0])} writers, {len(_shop.names[1])} drawn hands, {len(_shop.names[2])} fonts to fit on", flush=True)
    torch.manual_seed(SEED)
    model = net.Lines().to(memory_format=torch.channels_last)
    mean = Mean(model)
    o = torch.optim.AdamW(model.parameters(), PEAK, weight_decay=1e-3)
    step, first, seen = 0, 0, 0
    if os.path.exists(path + ".part"):
        held = torch.load(path + ".part")
        model.load_state_dict(held["model"])
        mean.model.load_state_dict(held["mean"])
        o.load_state_dict(held["optimiser"])
        step, first, seen = held["step"], held["group"] + 1, held["seen"]
    started, losses = time.time(), []
    for index, group in groups(args, first):
        for x, labels, widths, steps in group:
            if step >= args.steps:
                break
            for g in o.param_groups:
                g["lr"] = PEAK * rate(step, args.steps)
            model.train()
            logits = model(x.to(memory_format=torch.channels_last))
            lengths = torch.tensor([max(1, w // net.STEP) for w in widths]).clamp(max=logits.shape[1])
            logs = logits.log_softmax(-1)
            loss = torch.nn.functional.ctc_loss(
                logs.transpose(0, 1), torch.tensor([c for l in labels for c in l], dtype=torch.long), lengths,
                torch.tensor([len(l) for l in labels]), zero_infinity=True)
            placed = torch.nn.functional.nll_loss(logs.reshape(-1, logs.shape[-1]), steps[:, : logits.shape[1]].reshape(-1), weight=CLASS_WEIGHTS, ignore_index=-100)
            loss = loss * min(1.0, step / (4 * WARM)) + placed * (1.0 if step < (1 - DECAY) * args.steps else 0.3)
            o.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            o.step()
            step += 1
            mean.add(model, step)
            seen += sum(map(len, labels))
            losses.append(loss.item())
            if step % 50 == 0:
                print(f"step {step}: loss {np.mean(losses[-50:]):.4f}, {seen} characters, {time.time() - started:.0f} s", flush=True)
            if step % 200 == 0:
                torch.save(dict(model=model.state_dict(), mean=mean.model.state_dict(), optimiser=o.state_dict(), step=step, group=index, seen=seen), path + ".part")
        if step >= args.steps:
            break
    torch.save(mean.model.state_dict(), path)


# --- the places' network ---------------------------------------------------------------------------------------------------

PLACE_LINES, PLACE_BATCH, PLACE_PEAK, PLACE_DECAY = 60_000, 128, 3e-3, 0.5
JITTER = 1.2  # columns (standard deviation) between a character's middle and the window's: `Lines` finds places about that well
APART = 24  # columns of paper between two lines


def packed(lines):
    """Lines side by side as one uint8 picture, and the places in it: class, middle. Every line gives a place of nothing, too."""
    paper_grey = lambda w: np.full((paper.HEIGHT, w), 64, np.uint8)
    parts, places, x = [paper_grey(APART)], [], APART
    for i, (grey, _, facts) in enumerate(lines):
        for c, a, b, _ in facts["places"]:
            places.append((c, x + (a + b) / 2))
        empty = np.random.default_rng([7, i]).uniform(0, grey.shape[1])
        if all(not a - 1 < empty < b + 1 for _, a, b, _ in facts["places"]):
            places.append((0, x + empty))
        parts += [np.clip(np.round((paper.normalised(grey) + 0.5) * 127.5), 0, 255).astype(np.uint8), paper_grey(APART)]
        x += grey.shape[1] + APART
    return np.concatenate(parts, 1), np.array(places, np.float32)


def part_of_places(first):
    kept = f"{_work}/places{first}.npz"
    if not os.path.exists(kept):
        picture, places = packed([paper.line(np.random.default_rng([SEED, 1, i]), _shop) for i in range(first, first + 5000)])
        np.savez(kept, picture=picture, places=places)
    return kept


def windows(picture, middles):
    """float32 `N × 1 × 32 × WINDOW` around columns of a packed picture."""
    columns = np.round(middles[:, None] - net.WINDOW / 2 + np.arange(net.WINDOW)[None]).astype(int).clip(0, picture.shape[1] - 1)
    return torch.from_numpy((picture[:, columns].transpose(1, 0, 2)[:, None].astype(np.float32)) / 127.5 - 0.5)


def train_place(args, path):
    """Fits the network of places; goes on from WORK/place.pt.part where there is one."""
    global _shop, _work
    _shop, _work = shop(args, 0), args.work
    with multiprocessing.get_context("fork").Pool(args.makers) as pool:
        kept = pool.map(part_of_places, range(0, PLACE_LINES, 5000), chunksize=1)
    pictures, all_places, x = [], [], 0
    for file in kept:
        held = np.load(file)
        pictures.append(held["picture"])
        all_places.append(held["places"].astype(np.float64) + [0, x])
        x += held["picture"].shape[1]
    picture, places = np.concatenate(pictures, 1), np.concatenate(all_places)
    print(f"{len(places)} places to fit on", flush=True)
    torch.manual_seed(SEED)
    model = net.Places().to(memory_format=torch.channels_last)
    mean = Mean(model)
    o = torch.optim.AdamW(model.parameters(), PLACE_PEAK, weight_decay=1e-2)
    first = 0
    if os.path.exists(path + ".part"):
        held = torch.load(path + ".part")
        model.load_state_dict(held["model"])
        mean.model.load_state_dict(held["mean"])
        o.load_state_dict(held["optimiser"])
        first = held["step"]
    started, losses = time.time(), []
    for step in range(first, args.place_steps):
        rng = np.random.default_rng([SEED, 4, step])
        for g in o.param_groups:
            g["lr"] = PLACE_PEAK * rate(step, args.place_steps, PLACE_DECAY)
        chosen = places[rng.integers(0, len(places), PLACE_BATCH)]
        x = windows(picture, chosen[:, 1] + rng.normal(0, JITTER, PLACE_BATCH)).to(memory_format=torch.channels_last)
        model.train()
        loss = torch.nn.functional.cross_entropy(model(x), torch.from_numpy(chosen[:, 0].astype(np.int64)))
        o.zero_grad(set_to_none=True)
        loss.backward()
        o.step()
        mean.add(model, step)
        losses.append(loss.item())
        if (step + 1) % 250 == 0:
            print(f"step {step + 1}: loss {np.mean(losses[-250:]):.4f}, {time.time() - started:.0f} s", flush=True)
            torch.save(dict(model=model.state_dict(), mean=mean.model.state_dict(), optimiser=o.state_dict(), step=step + 1), path + ".part")
    torch.save(mean.model.state_dict(), path)


# --- what it is worth ----------------------------------------------------------------------------------------------------

SETS = {  # name: (how many lines, part, kind, sources, clean, what it is)
    "clean": (2000, 2, None, (1, 0, 0), True, "real digits of unseen writers; legible pen, no rules through them, none touching, little blur"),
    "form": (3000, 2, None, (1, 0, 0), False, "real digits of unseen writers as forms and cameras give them: faint pens, shadows, rules through the digits, touching digits, print beside them"),
    "drawn": (800, 2, None, (0, 1, 0), False, "drawn digits (crossed 7, slashed 0, feet, open 4 and 2), unseen habits, as `form`"),
    "fonts": (800, 2, None, (0, 0, 1), False, "two handwriting fonts that were kept back, as `form`"),
    "empty": (1500, 2, "empty", (1, 0, 0), False, "no digit: blank paper, print, rules, specks, slivers of print and rows above and below"),
    "year": (700, 2, "year", (1, 0, 0), False, "as `form`"),
    "month": (700, 2, "month", (1, 0, 0), False, "as `form`"),
    "phone": (500, 2, "phone", (1, 0, 0), False, "as `form`"),
    "id": (500, 2, "id", (1, 0, 0), False, "as `form`"),
    "year-clean": (500, 2, "year", (1, 0, 0), True, "as `clean`"),
    "phone-clean": (400, 2, "phone", (1, 0, 0), True, "as `clean`"),
    "id-clean": (400, 2, "id", (1, 0, 0), True, "as `clean`"),
}


def lines_of(made, seed, count, kind, sources, clean):
    return [paper.line(np.random.default_rng([SEED, seed, i]), made, kind, sources, clean) for i in range(count)]


def fit_temperature(model, lines):
    """The temperature under which the calibration writers' labels are likeliest."""
    model.eval()
    lines = sorted(lines, key=lambda l: l[0].shape[1])
    held = []
    with torch.no_grad():
        for i in range(0, len(lines), 16):
            part = lines[i : i + 16]
            held.append((model(batch_of(part)), part))
    best = None
    for t in np.arange(0.6, 3.01, 0.05):
        total = 0.0
        for logits, part in held:
            total += torch.nn.functional.ctc_loss(
                (logits / float(t)).log_softmax(-1).transpose(0, 1), torch.tensor([c for l in part for c in l[1]], dtype=torch.long),
                torch.tensor([max(1, l[0].shape[1] // net.STEP) for l in part]), torch.tensor([len(l[1]) for l in part]), reduction="sum", zero_infinity=True).item()
        if best is None or total < best[0]:
            best = (total, float(t))
    return round(best[1], 2)


def fit_place_temperature(model, picture, places):
    """The same for places, looked at as far from the middle as in the product."""
    model.eval()
    x = windows(picture, places[:, 1] + np.random.default_rng(SEED).normal(0, JITTER, len(places)))
    with torch.no_grad():
        logits = torch.cat([model(x[i : i + 256]) for i in range(0, len(x), 256)])
    label = torch.from_numpy(places[:, 0].astype(np.int64))
    loss = lambda t: torch.nn.functional.cross_entropy(logits / float(t), label).item()
    return round(float(min(np.arange(0.6, 3.01, 0.05), key=loss)), 2)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


POWER, SURE, FAINT, NEAR, LEAST = 0.5, 0.999, 0.1, 2, 1e-5  # as the product's pool of both networks (src/ocr/digits/places.rs)


def looked_again(post, picture, place):
    """A line's posterior (T × C) after `Places` looked at each place that is not beyond doubt, and where a character may have been passed over; `picture`: normalised."""
    inked, found = 1 - post[:, 0], np.zeros(len(post) + 1, bool)
    runs = []
    for _, sureness, a, b in judge.greedy(post):
        found[max(0, a - 1) : b + 1] = True
        if sureness < SURE:
            runs.append((a, b))
    last = -NEAR - 1
    for t in range(len(post)):
        if not found[t] and t - last > NEAR and inked[t] >= FAINT and inked[t] >= inked[max(0, t - NEAR) : t + NEAR + 1].max():
            runs.append((t, t + 1))
            last = t
    if not runs:
        return post
    wide = np.pad(picture, ((0, 0), (net.WINDOW, net.WINDOW)))
    cut = []
    for a, b in runs:
        part = inked[a:b]
        middle = a + (part * (np.arange(b - a) + 0.5)).sum() / max(LEAST, part.sum())
        first = int(np.floor(middle * net.STEP - net.WINDOW / 2 + 0.5)) + net.WINDOW
        cut.append(wide[:, first : first + net.WINDOW])
    second = place.run(None, {"image": np.stack(cut)[:, None]})[0][:, 0]
    post = post.copy()
    for (a, b), q in zip(runs, second):
        both = np.maximum(post[a:b], LEAST) ** (1 - POWER) * np.maximum(q, LEAST)[None] ** POWER
        post[a:b] = both / both.sum(1, keepdims=True)
    return post


def read(run, lines, place=None):
    """Posteriors (T × C) by the exported files, one picture at a time, as the product runs them."""
    out = []
    for grey, *_ in lines:
        picture = paper.normalised(grey)
        post = run.run(None, {"image": picture[None, None]})[0][0]
        out.append(looked_again(post, picture, place) if place else post)
    return out


def judged(args, models, onnx_paths, temperatures):
    """The report as data."""
    made, run, place = shop(args, 2), session(onnx_paths[0]), session(onnx_paths[1])
    parts = writers(args.digits)
    report = dict(
        models=[dict(model=os.path.basename(path), bytes=os.path.getsize(path), sha256=hashlib.sha256(open(path, "rb").read()).hexdigest(),
                     parameters=sum(p.numel() for p in model.parameters()), temperature=t) for model, path, t in zip(models, onnx_paths, temperatures)],
        macs_per_column=net.macs(models[0], 256) // 256, macs_per_place=net.macs(models[1], net.WINDOW), steps=args.steps, place_steps=args.place_steps,
        writers=dict(fit=len(parts[0]), calibration=len(parts[1]), judging=len(parts[2])), sets={})
    for seed, (name, (count, _, kind, sources, clean, what)) in enumerate(SETS.items()):
        lines = lines_of(made, 100 + seed, count, kind, sources, clean)
        alone, posts = read(run, lines), read(run, lines, place)
        out = dict(lines=count, what=what)
        if name in ("clean", "form"):
            out["digits_by_line"] = judge.digits_figures(judge.symbols(alone, lines))
        if name == "empty":
            out["digits_read"] = judge.empty_figures(posts)
        else:
            rows = judge.symbols(posts, lines)
            out["digits"] = judge.digits_figures(rows)
            if kind:
                out["numbers"] = judge.fields(posts, lines, allowed=judge.ALLOWED[kind])
                out["numbers_free"] = judge.fields(posts, lines)
            else:
                out["by_height_px"] = judge.parted(rows, "height", [17, 20, 24, 28, 32, 36, 41])
                out["by_contrast"] = judge.parted(rows, "contrast", [0, 50, 75, 100, 150, 255])
                out["touching"] = judge.parted(rows, "touching", [0, 1, 2])
                out["confusions"] = judge.confusions(rows)
        report["sets"][name] = out
        print(name, {k: v for k, v in out.get("digits", out.get("digits_read")).items() if k != "by_digit"}, out.get("numbers"), flush=True)
    grey = lines_of(made, 100, 1, "year", (1, 0, 0), True)[0][0]
    x = {"image": paper.normalised(cv2.resize(grey, (128, 32)))[None, None]}
    run.run(None, x)
    started = time.perf_counter()
    for _ in range(100):
        run.run(None, x)
    report["ms_for_128_columns"] = round((time.perf_counter() - started) * 10, 3)
    x = {"image": np.zeros((10, 1, paper.HEIGHT, net.WINDOW), np.float32)}
    started = time.perf_counter()
    for _ in range(20):
        place.run(None, x)
    report["ms_a_place"] = round((time.perf_counter() - started) * 5, 3)
    return report


def table(report):
    """The report for people."""
    pc = lambda v: f"{100 * v:.2f} %"
    first, second = report["models"]
    out = ["# Figures of digits-line.onnx and digits-place.onnx", "", "Made by `digits.py` with the files themselves, by ONNX Runtime, one picture at a time. Every line is synthetic paper with the digits of people, drawn habits or fonts that the network was not fitted on.",
           "A digit's certainty is the highest probability of its class within its steps; a number's is its share among the texts that the field allows (prefix beam). Bounds are one-sided 95 % (Clopper and Pearson).", "",
           f"digits-line: {first['parameters']:,} parameters, {first['bytes']:,} bytes, {report['macs_per_column']:,} multiplications a column of 32 px; {report['ms_for_128_columns']} ms for 128 columns on one thread. "
           f"digits-place: {second['parameters']:,} parameters, {second['bytes']:,} bytes, {report['macs_per_place']:,} multiplications a place; {report['ms_a_place']} ms. "
           f"Temperatures {first['temperature']} and {second['temperature']}, fitted on {report['writers']['calibration']} writers; {report['writers']['fit']} to fit the network, {report['writers']['judging']} to judge it.", "",
           "## Digits", "", "| set | digits | right | lost | false | ≥ .9 | wrong there | bound | ≥ .99 | wrong there | bound | ECE |", "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    rows = [(name, s["digits"]) for name, s in report["sets"].items() if "digits" in s]
    rows += [(f"{name}, digits-line alone", s["digits_by_line"]) for name, s in report["sets"].items() if "digits_by_line" in s]
    for name, d in rows:
        a, b = d["sure_0.9"], d["sure_0.99"]
        out.append(f"| {name} | {d['n']} | {pc(d['accuracy'])} | {d['lost']} | {d['false']} | {pc(a['share'])} | {a['wrong']} | {pc(a['bound95'])} | {pc(b['share'])} | {b['wrong']} | {pc(b['bound95'])} | {d['ece']:.4f} |")
    e = report["sets"]["empty"]["digits_read"]
    out += ["", f"Lines without a digit: {e['n']}; one was read in {e['read_0.0']['n']}, at ≥ .9 in {e['read_0.9']['n']} (bound {pc(e['read_0.9']['bound95'])}), at ≥ .99 in {e['read_0.99']['n']}.", "",
            "## Whole numbers", "", "| set | numbers | exact | sure (≥ .9) | wrong there | bound | exact without the field's grammar |", "|---|--:|--:|--:|--:|--:|--:|"]
    for name, s in report["sets"].items():
        if n := s.get("numbers"):
            out.append(f"| {name} | {n['n']} | {pc(n['exact'])} | {pc(n['sure'])} | {n['wrong_sure']} | {pc(n['bound95'])} | {pc(s['numbers_free']['exact'])} |")
    form = report["sets"]["form"]
    for title, key in (("By height of the digits (px at 8 px a mm; `form`)", "by_height_px"), ("By contrast (grey levels between paper and pen; `form`)", "by_contrast"), ("Touching digits (1) and others (0), `form`", "touching")):
        out += ["", f"## {title}", "", "| from | to | digits | right | ≥ .9 | wrong there | bound |", "|--:|--:|--:|--:|--:|--:|--:|"]
        out += [f"| {r['low']} | {r['high']} | {r['n']} | {pc(r['accuracy'])} | {pc(r['sure'])} | {r['wrong_sure']} | {pc(r['wrong_sure_bound95'])} |" for r in form[key]]
    out += ["", "## By digit", "", "| set | " + " | ".join(judge.READ) + " |", "|---|" + "--:|" * len(judge.READ)]
    out += [f"| {name} | " + " | ".join(pc(report["sets"][name]["digits"]["by_digit"][c]) for c in judge.READ) + " |" for name in ("clean", "form", "drawn", "fonts")]
    out += ["", "## What is taken for what (`form`, the most frequent)", "", "| is | read | times |", "|---|---|--:|"]
    out += [f"| {c['true']} | {c['read']} | {c['n']} |" for c in form["confusions"]]
    return "\n".join(out) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--digits", required=True, help=".npz with images (n × 28 × 28, white on black), label, writer")
    ap.add_argument("--fonts", required=True, help="folder with npm/node_modules/@fontsource and x/usr/share/fonts (README.md)")
    ap.add_argument("--work", required=True, help="folder for checkpoints")
    ap.add_argument("--out", default="../models/digits")
    ap.add_argument("--report", default="figures", help="where the figures go, without extension")
    ap.add_argument("--steps", type=int, default=6500, help=f"batches of {BATCH} lines")
    ap.add_argument("--place-steps", type=int, default=12000, help=f"batches of {PLACE_BATCH} places")
    ap.add_argument("--makers", type=int, default=1, help="processes that draw lines; the result does not depend on it")
    ap.add_argument("--threads", type=int, default=1)
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    os.makedirs(args.work, exist_ok=True)
    models = []
    for name, kind, train in (("line", net.Lines, train_line), ("place", net.Places, train_place)):
        path = f"{args.work}/{name}.pt"
        if not os.path.exists(path):
            train(args, path)
        models.append(kind())
        models[-1].load_state_dict(torch.load(path))
        models[-1].eval()
    held_out = lines_of(shop(args, 1), 50, 1200, None, (0.8, 0.12, 0.08), False)
    temperatures = [fit_temperature(models[0], held_out), fit_place_temperature(models[1], *packed(held_out))]
    os.makedirs(args.out, exist_ok=True)
    targets = [f"{args.out}/digits-{name}.onnx" for name in ("line", "place")]
    characters = {"character": "\n".join(paper.ALPHABET[1:]), "height": str(paper.HEIGHT)}
    net.export(models[0], temperatures[0], targets[0], {"name": "digits-line", **characters, "step": str(net.STEP)})
    net.export(models[1], temperatures[1], targets[1], {"name": "digits-place", **characters, "width": str(net.WINDOW)})
    report = judged(args, models, targets, temperatures)
    with open(f"{args.report}.json", "w") as f:
        json.dump(report, f, ensure_ascii=False, indent=1)
        f.write("\n")
    with open(f"{args.report}.md", "w") as f:
        f.write(table(report))


if __name__ == "__main__":
    main()
