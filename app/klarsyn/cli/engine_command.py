"""`klarsyn engine`: which engines there are, what they declare, and what each is for here."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context, opened
from klarsyn.cli.engine_command_imports import add_imports, made
from klarsyn.cli.engine_command_roles import enable, remove_engine, said_of, shadow

if TYPE_CHECKING:
    from klarsyn.intake.engine_set import EngineSet

_WORDS = {
    "list": "list the engines, their roles and what they declare",
    "check": "try an engine as its author should: the conformance kit",
    "install": "install an engine from a folder or wheel; nothing is fetched from a network",
    "enable": "make an engine the one that orders the queue",
    "shadow": "let an engine see exams, and show its results to no reader",
    "remove": "take an installed engine away; its results stay",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    doing = parser.add_subparsers(dest="doing", metavar="what", required=True)
    for name, words in _WORDS.items():
        sub = doing.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        if name == "install":
            sub.add_argument(
                "source", type=Path, help="folder with a pyproject.toml or engine.toml, or wheel (.whl)"
            )
            sub.add_argument("--as", dest="name", metavar="NAME", help="name to know it by here")
        elif name != "list":
            sub.add_argument("name", help="the engine's name, as `klarsyn engine list` shows it")
        if name == "shadow":
            sub.add_argument("--off", action="store_true", help="take it out of the shadow again")
        if name == "enable":
            sub.add_argument(
                "--unscored",
                action="store_true",
                help="also while no calibration makes scores of what it says, and no exam is scored",
            )
    add_imports(doing)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; 1 when it was refused or a check failed."""
    from klarsyn.intake.engine_set import EngineSet

    with opened() as context:
        engines = EngineSet(context.store, context.settings)
        if arguments.doing not in _DOING:
            with made(arguments) as folder:
                return _install(context, engines, folder)
        done: int = _DOING[arguments.doing](context, engines, arguments)
    return done


def _list(context: Context, engines: "EngineSet", _arguments: argparse.Namespace) -> int:
    from klarsyn.engine.failure import EngineFailure
    from klarsyn.engine.registry import available

    for name in available():
        try:
            words = said_of(engines.declared(name))
            changed = engines.change_since_choice(name)
        except EngineFailure as failure:
            words, changed = failure.sentence, ""
        print(f"{name}  [{_role(engines, name)}]  {words}")
        choice = engines.choices.get(name)
        if choice is not None:
            print(
                f"    {choice.role.value} since {choice.chosen_at:%Y-%m-%d %H:%M} UTC by {choice.chosen_by}"
            )
        if seen := context.store.shadow_results.count(name):
            print(f"    {seen} results in the shadow")
        if changed:
            print(f"    {changed}; its scores are provisional until its calibration is released")
    if engines.active not in available():
        print(f"{engines.active}  [active]  is not installed: exams stay unscored and are read by two")
    return 0


def _role(engines: "EngineSet", name: str) -> str:
    if name == engines.active:
        return "active" if name in engines.choices else "active, by the setting engine"
    return "in the shadow" if name in engines.shadows else "not in use"


def _check(context: Context, _engines: "EngineSet", arguments: argparse.Namespace) -> int:
    from klarsyn.engine.conformance import Limits, conformance

    settings = context.settings
    limits = Limits(
        settings.folders.engine_work,
        settings.engine_deadline_s,
        settings.engine_memory_mb,
        settings.engine_allow_unsealed,
    )
    failed = 0
    for check in conformance(arguments.name, limits):
        print(f"{'pass' if check.passed else 'FAIL'}  {check.title:<18}  {check.words}", flush=True)
        failed += not check.passed
    print(f"{arguments.name} {'conforms' if not failed else f'fails {failed} of the checks'}.")
    return 1 if failed else 0


def _install(context: Context, _engines: "EngineSet", arguments: argparse.Namespace) -> int:
    from klarsyn.base.only_one import only_one
    from klarsyn.engine.installing import install

    settings = context.settings
    with only_one(settings.folders.root / "engines.lock", "installing an engine"):
        record, manifest = install(
            arguments.source,
            settings.folders.engines,
            work_root=settings.folders.engine_work,
            memory_mb=settings.engine_memory_mb,
            allow_unsealed=settings.engine_allow_unsealed,
            by=context.reader,
            at=context.clock.now(),
            name=arguments.name,
        )
    print(said_of(manifest))
    print(
        f"Installed as {record.name}. It is not in use yet: `klarsyn engine check {record.name}`, then "
        f"`klarsyn engine shadow {record.name}` or `klarsyn engine enable {record.name}`."
    )
    return 0


_DOING = {
    "list": _list,
    "check": _check,
    "install": _install,
    "enable": enable,
    "shadow": shadow,
    "remove": remove_engine,
}
