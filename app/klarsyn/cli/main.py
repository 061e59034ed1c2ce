"""`klarsyn`: the command line. Without a command it opens the reading window.

Each command is a module with `add_arguments` and `run`; heavy libraries are imported inside `run`, so
that `klarsyn queue` starts without Qt and the window without the database driver.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence

from klarsyn import __version__

_COMMANDS = {
    "view": "open the queue and the reading window (the default)",
    "import": "read folders of DICOM files into exams",
    "quarantine": "list files that could not be read, and what to do",
    "score": "let the engine score what is waiting",
    "serve": "import what comes to a folder, and see that it is scored",
    "work": "score exams of a shared database, beside other workers",
    "db": "upgrade or check a shared database, or move a workstation's data to it",
    "engine": "list, check, install and choose the engines that score exams",
    "meter": "say what engines have run in a month, and what of it is billed",
    "calibration": "say how far scores may be trusted, compare versions, sign and release",
    "outcomes": "note what became of exams, from which finding scores become probabilities",
    "policy": "say which reading policy is in force, change it, or say what another would mean",
    "exam": "note what decides how an exam is read: declined AI, symptoms, a technical recall and more",
    "state": "say where exams stand; recall one for new images, or withdraw it",
    "patient": "merge patient numbers, or correct an identity",
    "prior": "list the exams that are kept as priors, or put one into the queue",
    "sr": "say what a report (CAD SR) holds, or write results as reports",
    "audit": "check and show the access log; do an exam's audit draw again; what single reading loses",
    "queue": "print the reading queue: the reader's, or with --full the administrator's",
    "letters": "list the letters of a day's batch, or export them, each once",
    "simulate": "make exams of women who do not exist, with known truth",
    "demo": "import, score and show the demonstration exams",
    "doctor": "say what is set, from where, and whether each part works",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="klarsyn", description="Breast-screening reading workstation.")
    parser.add_argument("--version", action="version", version=f"klarsyn {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, words in _COMMANDS.items():
        sub = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        sub.set_defaults(module=f"klarsyn.cli.{name}_command")
        importlib.import_module(f"klarsyn.cli.{name}_command").add_arguments(sub)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 well, 1 failed, 2 wrong arguments, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding must not turn a name into an error.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    given = list(sys.argv[1:] if arguments is None else arguments)
    parsed = _parser().parse_args(given or ["view"])
    if parsed.command is None:
        parsed = _parser().parse_args([*given, "view"])
    try:
        status: int = importlib.import_module(parsed.module).run(parsed)
    except KeyboardInterrupt:
        print(
            "\nInterrupted. What was finished is kept; the same command goes on from there.", file=sys.stderr
        )
        return 130
    except Exception as error:  # the user gets a sentence; an error without one keeps its traceback
        from klarsyn.cli.failures import sentence

        said = sentence(error)
        if said is None:
            raise
        print(f"klarsyn: {said}", file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
