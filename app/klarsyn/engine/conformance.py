"""The conformance kit: what an engine's author, and a site before it trusts one, lets it go through.

Each check runs the engine as an exam does: in a process of its own, behind the seal, with the memory that
it declares itself.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from klarsyn.engine import conformance_inputs as made
from klarsyn.engine.asking import manifest_of
from klarsyn.engine.contract import CONTRACT, EngineExam, Manifest, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.sealed import run_sealed
from klarsyn.engine.wire_result import result_to_wire

SIZES = (((2294, 1914), 0.094), ((1664, 1280), 0.14))
"""(rows, columns) and pixel spacing in mm of the two kinds of images that an engine must be able to read."""

LEAST_MEMORY_MB = 256


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table: what was tried, whether it went well, and a sentence."""

    title: str
    passed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a site grants engines, and where they work."""

    work_root: Path
    deadline_s: float
    memory_mb: int
    allow_unsealed: bool = False


def conformance(
    name: str, limits: Limits, sizes: tuple[tuple[tuple[int, int], float], ...] | None = None
) -> Iterator[Check]:
    """Try an engine and give one check after the other; when its manifest cannot be had, that one only."""
    try:
        root, memory, unsealed = limits.work_root, limits.memory_mb, limits.allow_unsealed
        manifest = manifest_of(name, work_root=root, memory_mb=memory, allow_unsealed=unsealed)
    except EngineFailure as failure:
        yield Check("manifest", False, failure.sentence)
        return
    yield _manifest(manifest, limits)
    kit = _Kit(name, manifest, limits)
    if not made.positions(manifest.accepts):
        yield Check(
            "views", False, "It reads neither CC nor MLO views, so no screening exam ever reaches it."
        )
        return
    exam, other = (made.four_views(manifest.accepts, shape, mm) for shape, mm in sizes or SIZES)
    yield kit.twice(exam)
    yield kit.try_("another size", other)
    yield kit.try_("black image", made.filled(other, 0), _marks_nothing)
    yield kit.try_("white image", made.filled(other, made.WHITE), _marks_nothing)
    yield kit.try_("one view", made.single_view(other))
    yield kit.try_("12 views", made.repeated(other))
    yield kit.tomosynthesis(made.tomosynthesis(other))
    yield kit.marks()
    yield kit.time()
    yield kit.memory()


def _manifest(manifest: Manifest, limits: Limits) -> Check:
    faults = []
    for word, what in ((manifest.name, "name"), (manifest.vendor, "vendor"), (manifest.version, "version")):
        if not word.strip():
            faults.append(f"has no {what}")
    if not manifest.lesion_types:
        faults.append("names no lesion type")
    if manifest.memory_mb < LEAST_MEMORY_MB:
        faults.append(
            f"declares {manifest.memory_mb} MiB of memory, and Python alone takes {LEAST_MEMORY_MB}"
        )
    if manifest.memory_mb > limits.memory_mb:
        faults.append(f"needs {manifest.memory_mb} MiB, and engine_memory_mb grants {limits.memory_mb}")
    if not manifest.threads:
        faults.append("declares no thread")
    if manifest.needs_priors:
        faults.append("needs images of earlier exams, which are not given to engines yet")
    if faults:
        return Check("manifest", False, f"It {'; it '.join(faults)}.")
    files = len(manifest.model_files)
    return Check(
        "manifest",
        True,
        f"{manifest.name} {manifest.version} of {manifest.vendor}, contract {CONTRACT}, intended use "
        f"{manifest.intended_use.value}, {files} model file{'' if files == 1 else 's'} as declared.",
    )


class _Kit:
    """The runs of one engine and what is remembered of them."""

    def __init__(self, name: str, manifest: Manifest, limits: Limits) -> None:
        self._name, self._manifest, self._limits = name, manifest, limits
        self._memory_mb = min(max(manifest.memory_mb, LEAST_MEMORY_MB), limits.memory_mb)
        self._slowest = 0.0
        self._kinds: dict[FailureKind, str] = {}
        self._marks = 0

    def twice(self, exam: EngineExam) -> Check:
        title = "same bytes twice"
        try:
            first, second = (_bytes_of(self._run(title, exam)) for _ in range(2))
        except EngineFailure as failure:
            return Check(title, False, failure.sentence)
        if first != second:
            return Check(title, False, "Two runs on the same exam differ: no result could be reproduced.")
        return Check(
            title, True, f"Two runs on the same {len(exam.views)} views gave the same {len(first)} bytes."
        )

    def try_(
        self, title: str, exam: EngineExam, judge: Callable[[RawResult], str] = lambda result: ""
    ) -> Check:
        try:
            result = self._run(title, exam)
        except EngineFailure as failure:
            return Check(title, False, failure.sentence)
        fault = judge(result)
        return Check(title, not fault, fault or _what(result))

    def tomosynthesis(self, exam: EngineExam) -> Check:
        title = "tomosynthesis only"
        if not self._manifest.accepts.volumes:
            return Check(title, True, "It reads none and is never given any: such an exam is not for it.")
        return self.try_(title, exam)

    def marks(self) -> Check:
        for kind in (FailureKind.INVALID_RESULT, FailureKind.WRONG_EXAM):
            if kind in self._kinds:
                return Check(
                    "marks", False, f"On the try {self._kinds[kind]!r} its result had to be refused."
                )
        return Check("marks", True, f"All {self._marks} marks lie inside their images.")

    def time(self) -> Check:
        deadline = self._limits.deadline_s
        if FailureKind.DEADLINE in self._kinds:
            where = self._kinds[FailureKind.DEADLINE]
            return Check("time", False, f"On the try {where!r} it passed the deadline of {deadline:g} s.")
        return Check("time", True, f"The slowest run took {self._slowest:.1f} s of {deadline:g} s.")

    def memory(self) -> Check:
        if FailureKind.MEMORY in self._kinds:
            where = self._kinds[FailureKind.MEMORY]
            return Check("memory", False, f"On the try {where!r} it needed more than {self._memory_mb} MiB.")
        return Check("memory", True, f"It never needed more than the {self._memory_mb} MiB that it declares.")

    def _run(self, title: str, exam: EngineExam) -> RawResult:
        started = time.monotonic()
        try:
            result, manifest = run_sealed(
                self._name,
                exam,
                work_root=self._limits.work_root,
                deadline_s=self._limits.deadline_s,
                memory_mb=self._memory_mb,
                allow_unsealed=self._limits.allow_unsealed,
            )
        except EngineFailure as failure:
            self._kinds.setdefault(failure.kind, title)
            raise
        finally:
            self._slowest = max(self._slowest, time.monotonic() - started)
        if manifest != self._manifest:
            raise EngineFailure(
                FailureKind.INVALID_RESULT,
                "It declares itself otherwise with a result than when it is asked.",
            )
        self._marks += len(result.regions)
        return result


def _bytes_of(result: RawResult) -> bytes:
    message, maps = result_to_wire(result)
    return json.dumps(message, sort_keys=True).encode() + b"".join(heat.tobytes() for heat in maps)


def _marks_nothing(result: RawResult) -> str:
    count = len(result.regions)
    return f"It marks {count} places on images that show nothing." if count else ""


def _what(result: RawResult) -> str:
    count = len(result.regions)
    return f"A sound result with {count} mark{'' if count == 1 else 's'}, evidence {result.raw:.3g}."
