"""What `klarsyn engine enable`, `shadow` and `remove` do: a role is a row, and a person stands behind it."""

import argparse
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context

if TYPE_CHECKING:
    from klarsyn.engine.contract import Manifest
    from klarsyn.intake.engine_set import EngineSet


def said_of(manifest: "Manifest") -> str:
    """Return what an engine declares of itself in one line."""
    limits = f". {manifest.limits}" if manifest.limits else ""
    return (
        f"{manifest.name} {manifest.version} of {manifest.vendor}; intended use: "
        f"{manifest.intended_use.value}; model {manifest.model_sha256[:12]}; "
        f"{manifest.price_per_exam} {manifest.currency} an exam{limits}"
    )


def enable(context: Context, engines: "EngineSet", arguments: argparse.Namespace) -> int:
    """Make an engine the one that orders the queue; 1 when it could score nothing and nobody wants that."""
    from klarsyn.domain.engine_choice import EngineRole
    from klarsyn.intake.uncalibrated import why_nothing_is_scored

    before = engines.active
    if why := why_nothing_is_scored(context.store, engines.declared(arguments.name), arguments.name):
        print(why)
        if not arguments.unscored:
            print(
                f"Nothing is changed: {before} orders the queue. Let it collect first: `klarsyn engine "
                f"shadow {arguments.name}`. To do without scores until then: `klarsyn engine enable "
                f"{arguments.name} --unscored`."
            )
            return 1
    manifest = engines.choose(arguments.name, EngineRole.ACTIVE, context.clock, context.reader)
    assert manifest is not None  # noqa: S101 - only of one that goes
    print(said_of(manifest))
    replaced = f", in the place of {before}" if before != arguments.name else ""
    print(f"{arguments.name} orders the queue from now on{replaced}. {_use_words(manifest)}")
    print("Results that are there stay; `klarsyn score --again` scores those exams with it.")
    return 0


def _use_words(manifest: "Manifest") -> str:
    from klarsyn.domain.finding import IntendedUse

    if manifest.intended_use is IntendedUse.CLINICAL:
        return "Without a valid calibration its scores are provisional."
    return f"It is declared for {manifest.intended_use.value} only: no exam gets one reader by it."


def shadow(context: Context, engines: "EngineSet", arguments: argparse.Namespace) -> int:
    """Put an engine into the shadow, or take it out."""
    from klarsyn.domain.engine_choice import EngineRole

    name = arguments.name
    if arguments.off:
        if name not in engines.shadows:
            print(f"{name} is not in the shadow. `klarsyn engine list` shows the roles.")
            return 1
        engines.choose(name, EngineRole.OFF, context.clock, context.reader)
        print(f"{name} sees no more exams. What it said in the shadow stays.")
        return 0
    if name == engines.active:
        print(f"{name} orders the queue. Enable another engine first; then it can go into the shadow.")
        return 1
    manifest = engines.choose(name, EngineRole.SHADOW, context.clock, context.reader)
    assert manifest is not None  # noqa: S101
    print(said_of(manifest))
    print(
        f"{name} sees every exam that arrives from now on, after {engines.active}; no reader sees what it "
        "says. `klarsyn score --again` lets it see those that are there already."
    )
    return 0


def remove_engine(context: Context, engines: "EngineSet", arguments: argparse.Namespace) -> int:
    """Take an installed engine away; 1 when it is active, or none of the data folder's."""
    from klarsyn.domain.engine_choice import EngineRole
    from klarsyn.engine.installed import installed, remove
    from klarsyn.engine.registry import packaged

    name = arguments.name
    if name == engines.active:
        print(f"{name} orders the queue. Enable another engine first, then remove it.")
        return 1
    if name not in installed(context.settings.folders.engines):
        by_pip = name in packaged()
        print(
            f"{name} came as a Python package: uninstall that."
            if by_pip
            else f"No engine {name} is installed in the data folder. `klarsyn engine list` shows all."
        )
        return 1
    engines.choose(name, EngineRole.OFF, context.clock, context.reader)
    remove(context.settings.folders.engines, name)
    print(f"{name} is removed. Its results stay, and say who made them.")
    return 0
