"""Trains the network on the cache of generate.py, and writes it as ONNX beside the engine.

    python train.py CACHE WORK [--write] [--minutes 60] [--exams N]

Two processes of one thread each, one a head: faster than one of two threads, and its sums have one order.
The trained heads lie in WORK; those that are there already are not trained again. The same cache, versions
and processor give the same network.
"""

import argparse
import multiprocessing
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from draw import teaches
from eight_bits import chosen
from examples import Exam, examples, exams
from export import NAMES, graph_of, write
from harvest import TYPES
from judge import in_words, judgement
from learn import Course, area_of, judged, learn
from network import FAINT, ONE, Head, Judge
from scipy import optimize

from klarsyn.domain.finding import LesionType

FILES = {LesionType.CALCIFICATIONS: "specks.pt", LesionType.SOFT_TISSUE: "mass.pt"}


COURSES = {
    LesionType.CALCIFICATIONS: Course(epochs=7),
    # After the third epoch the net of masses begins to know its women by heart.
    LesionType.SOFT_TISSUE: Course(epochs=3, easy=2),
}


def teach(cache: Path, work: Path, lesion_type: LesionType, course: Course, most: int | None) -> None:
    """Train one head and keep it in `work`."""
    torch.set_num_threads(1)
    every = exams(cache, most)
    train = examples(
        lesion_type, [*(one for one in every if teaches(one.number)), *exams(cache, most, again=True)]
    )
    judge = examples(lesion_type, (one for one in every if not teaches(one.number)))
    name = FILES[lesion_type].removesuffix(".pt")

    def say(words: str) -> None:
        print(f"{name}: {words}", flush=True)

    by_filters = area_of(judge.evidence.astype(np.float64), judge)
    say(
        f"{len(train)} examples, {(train.hit & train.fair).sum()} hits; judged by {len(judge)}, "
        f"filters' area {by_filters:.4f}"
    )
    head, area = learn(train, judge, course, say)
    say(f"kept the epoch of area {area:.4f}")
    unfinished = work / f".{FILES[lesion_type]}.unfinished"
    torch.save(head.state_dict(), unfinished)
    unfinished.replace(work / FILES[lesion_type])


def trained(work: Path, cache: Path, most: int | None = None) -> tuple[dict[LesionType, Judge], list[str]]:
    """Return both heads on one scale, and lines that say how they do on exams that did not teach them."""
    kept = [one for one in exams(cache, most) if not teaches(one.number)]
    odds = {one.number: np.zeros(len(one.candidates)) for one in kept}
    nets: dict[LesionType, Judge] = {}
    for kind, name in FILES.items():
        head = Head()
        head.load_state_dict(torch.load(work / name, weights_only=True))
        nets[kind] = Judge(head.eval()).eval()
        judge = examples(kind, kept)
        seen = np.stack([judged(head, judge), np.log(judge.evidence + FAINT), np.ones(len(judge))], axis=1)
        used = judge.fair & ~judge.placed
        weights = _log_odds(seen[used], judge.hit[used])
        nets[kind].weights.copy_(torch.from_numpy(weights))
        for one in kept:
            odds[one.number][one.candidates["type"] == TYPES.index(kind)] = (
                seen[judge.exam == one.number] @ weights
            )
    usual = _usual(kept, odds)
    for net in nets.values():
        net.usual.fill_(usual)
    lines = [
        f"{kind.name}: weights of network, filters and 1: {net.weights.numpy().round(3)}"
        for kind, net in nets.items()
    ]
    for title, group in (
        ("validation", [one for one in kept if one.validation]),
        ("many lesions", [one for one in kept if not one.validation]),
    ):
        by_filters = [one.candidates["evidence"].astype(np.float64) for one in group]
        evidence = [np.logaddexp(0, odds[one.number] - usual + ONE) for one in group]
        lines.append(f"{title}, filters: {in_words(judgement(group, by_filters))}")
        lines.append(f"{title}, network: {in_words(judgement(group, evidence))}")
    return nets, lines


def _log_odds(seen: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """Fit weights of columns (logit, log of the filters' evidence, 1) that give log odds of a hit."""

    def loss(weights: np.ndarray) -> float:
        odds = seen @ weights
        return float(
            np.logaddexp(0, odds).sum() - (hit * odds).sum() + 2.0 * (weights[0] - 1) ** 2 + weights[1] ** 2
        )

    fitted = optimize.minimize(loss, np.array([1.0, 0.0, -2.0])).x
    return np.maximum(fitted, [0.1, 0.0, -np.inf])


def _usual(kept: list[Exam], odds: dict[int, np.ndarray]) -> float:
    """Log odds of the strongest place on one normal view in ten."""
    tops = [
        odds[one.number][~one.candidates["placed"] & (one.candidates["view"] == view)].max(initial=-20.0)
        for one in kept
        if not one.suspicious
        for view in range(one.views)
    ]
    return float(np.quantile(tops, 0.9)) if tops else 0.0


def exported(
    nets: dict[LesionType, Judge], work: Path, cache: Path, most: int | None
) -> dict[LesionType, bytes]:
    """Return each head as ONNX, in eight bits where that is faster and as good."""
    every = exams(cache, most)
    models = {}
    for kind, net in nets.items():
        taught, judge = (
            examples(kind, [one for one in every if teaches(one.number) is yes]) for yes in (True, False)
        )
        choice = chosen(graph_of(net, NAMES[kind].removesuffix(".onnx")), taught, judge, work)
        print(f"{kind.name}: {choice}")
        models[kind] = choice.model
    return models


def train(cache: Path, work: Path, minutes: float, most: int | None = None) -> None:
    """Train what is missing, both heads side by side."""
    work.mkdir(parents=True, exist_ok=True)
    missing = [kind for kind in FILES if not (work / FILES[kind]).exists()]
    context = multiprocessing.get_context("spawn")
    running = [
        context.Process(target=teach, args=(cache, work, kind, replace(COURSES[kind], minutes=minutes), most))
        for kind in missing
    ]
    for one in running:
        one.start()
    for one in running:
        one.join()
    if any(one.exitcode for one in running):
        raise SystemExit("Training failed; what is above says why. Heads that are whole are kept.")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cache", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--exams", type=int, default=None)
    options = parser.parse_args()
    train(options.cache, options.work, options.minutes, options.exams)
    nets, lines = trained(options.work, options.cache, options.exams)
    print("\n".join(lines))
    if options.write:
        print("\n".join(write(exported(nets, options.work, options.cache, options.exams))))


if __name__ == "__main__":
    main()
