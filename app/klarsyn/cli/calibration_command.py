"""`klarsyn calibration`: how far each engine's scores may be trusted on each unit, and who has said so."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context, opened

if TYPE_CHECKING:
    from klarsyn.domain.calibration_history import CalibrationRecord

_ACTS = {
    "list": "list the calibrations and their states",
    "show": "say what a calibration rests on, and its history",
    "compare": "compare the exams of a new version with the sample in force",
    "sign": "sign the newest comparison, with a reason; two different persons must",
    "release": "let a calibration that two have signed decide on one reader again",
    "freeze": "stop single reading by a valid calibration, with a reason",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts and what each needs."""
    acts = parser.add_subparsers(dest="act", metavar="act")
    for name, words in _ACTS.items():
        act = acts.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        if name != "list":
            act.add_argument("calibration", help="the calibration's key or how it begins")
        if name in ("sign", "freeze"):
            act.add_argument("--reason", required=True, help="why, in a sentence")
        if name == "show":
            act.add_argument("--csv", type=Path, help="write the quantiles of its sample here")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked; 1 when it is refused or the key fits none or several."""
    from klarsyn.cli.calibration_words import list_line

    with opened() as context:
        records = context.store.calibrations.all()
        if arguments.act in (None, "list"):
            for record in records:
                print(list_line(record))
            print(f"{len(records)} calibration{'' if len(records) == 1 else 's'}.")
            return 0
        fitting = [r for r in records if r.calibration_id.startswith(arguments.calibration)]
        if len(fitting) != 1:
            found = "Several calibrations begin" if fitting else "No calibration begins"
            print(f"{found} with {arguments.calibration!r}. `klarsyn calibration list` shows the keys.")
            return 1
        return (
            _show(context, fitting[0], arguments.csv)
            if arguments.act == "show"
            else _act(context, fitting[0], arguments)
        )


def _show(context: Context, record: "CalibrationRecord", csv: Path | None) -> int:
    from klarsyn.cli.calibration_words import quantile_lines, told
    from klarsyn.intake.calibration_samples import DamagedSample, load_sample
    from klarsyn.intake.outcome_fitting import known_regions

    known = known_regions(context.store, record.calibration_id)
    print("\n".join(told(record, known.outcomes, known.cancers)))
    if csv is None:
        return 0
    if record.sample is None:
        print(f"Its sample is not whole yet ({record.taken} exams), so there is nothing to write.")
        return 1
    try:
        taken = load_sample(context.store.calibrations, record.sample)
    except DamagedSample as error:
        print(error)
        return 1
    csv.write_text("\n".join(quantile_lines(taken.raw)) + "\n", encoding="utf-8")
    print(f"The quantiles of its sample are in {csv}.")
    return 0


def _act(context: Context, record: "CalibrationRecord", arguments: argparse.Namespace) -> int:
    from klarsyn.cli.calibration_words import event_line
    from klarsyn.domain.release import ReleaseRefused
    from klarsyn.intake.calibration_release import CalibrationDesk
    from klarsyn.intake.calibration_samples import DamagedSample

    desk, by = CalibrationDesk(context.store, context.clock), context.reader
    try:
        if arguments.act == "compare":
            event = desk.compare(record, by)
        elif arguments.act == "sign":
            event = desk.sign(record, by, arguments.reason)
        elif arguments.act == "release":
            event = desk.release(record, by)
        else:
            event = desk.freeze(record, by, arguments.reason)
    except (ReleaseRefused, DamagedSample) as error:
        print(error)
        return 1
    print(event_line(event))
    after = context.store.calibrations.get(record.calibration_id)
    print(f"The calibration is {after.state.value if after else record.state.value}.")
    return 0
