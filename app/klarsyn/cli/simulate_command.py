"""`klarsyn simulate`: exams of women who do not exist, with the truth beside them."""

import argparse
import json
from datetime import date
from pathlib import Path

from klarsyn.cli.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    kinds = parser.add_subparsers(dest="what", metavar="what", required=True)
    schema = kinds.add_parser("schema", help="print the JSON Schema of a list's truth.json")
    schema.set_defaults(act=_print_schema)
    one = kinds.add_parser("list", help="write a list of exams", description=_LIST)
    one.set_defaults(act=_make)
    one.add_argument("folder", type=Path, help="where the exams are written; whole ones there are kept")
    one.add_argument("--exams", type=int, default=20, help="how many exams to read (default 20)")
    sick = one.add_mutually_exclusive_group()
    sick.add_argument("--cancers", type=int, help="exams with a suspicious lesion (default: a fifth)")
    sick.add_argument("--prevalence", type=float, help="chance of one in each exam; screening has 0.006")
    one.add_argument("--dbt", type=int, default=0, help="exams with tomosynthesis (default 0)")
    one.add_argument(
        "--combo", type=int, default=0, help="of those, with FFDM in the place of synthetic 2D (default 0)"
    )
    one.add_argument("--priors", type=int, default=0, help="exams that have an earlier one (default 0)")
    one.add_argument(
        "--seed", type=int, default=1, help="the same seed and --today give the same bytes (default 1)"
    )
    one.add_argument(
        "--vendor", action="append", dest="vendors", type=str.upper, metavar="A|B|C", help="only this maker"
    )
    one.add_argument("--for-processing", action="store_true", help="also write For Processing images")
    one.add_argument("--projections", action="store_true", help="also write tomosynthesis projections")
    one.add_argument("--half-matrix", action="store_true", help="tomosynthesis with a quarter of the pixels")
    one.add_argument(
        "--slices", type=int, help="about how many 1 mm slices of each tomosynthesis view, 30 to 80"
    )
    one.add_argument("--today", type=date.fromisoformat, help="date exams before this day (YYYY-MM-DD)")
    one.add_argument("--workers", type=int, default=0, help="processes (default: one a core, three at most)")


_LIST = (
    "Write simulated exams as legal DICOM, one folder each, with truth.json beside them. A run that was cut "
    "off goes on where it stopped when the same command is given again."
)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for."""
    status: int = arguments.act(arguments)
    return status


def _print_schema(_: argparse.Namespace) -> int:
    from klarsyn.simulation.lists.truth import schema

    print(json.dumps(schema(), indent=1, ensure_ascii=False))
    return 0


def _make(arguments: argparse.Namespace) -> int:
    from klarsyn.simulation.lists.make import make_list
    from klarsyn.simulation.lists.request import ImpossibleRequest, ListRequest
    from klarsyn.simulation.xray.vendors import VENDORS

    if not arguments.folder.name:
        raise ImpossibleRequest("Name the folder for the exams; an empty name would mean the current one.")
    cancers = arguments.exams // 5 if arguments.cancers is None else arguments.cancers
    request = ListRequest(
        exams=arguments.exams,
        cancers=cancers,
        dbt=arguments.dbt,
        combo=arguments.combo,
        priors=arguments.priors,
        seed=arguments.seed,
        prevalence=arguments.prevalence,
        vendors=tuple(arguments.vendors or VENDORS),
        for_processing=arguments.for_processing,
        projections=arguments.projections,
        half_matrix=arguments.half_matrix,
        slices=arguments.slices,
    )
    with Progress("Simulating") as progress:
        exams = make_list(
            arguments.folder, request, workers=arguments.workers, progress=progress, today=arguments.today
        )
    current = [exam for exam in exams if not exam.is_prior]
    sick = sum(exam.suspicious for exam in current)
    print(f"Exams: {len(current)}, with a suspicious lesion: {sick}, priors: {len(exams) - len(current)}.")
    print(f"They are in {arguments.folder}; truth.json there says what is in each.")
    return 0
