"""`klarsyn doctor`: what is set, from where, and whether each part works."""

import argparse
import os
import shutil

from klarsyn.base.settings import SettingsError
from klarsyn.cli.context import Context, opened
from klarsyn.cli.doctor_meter import meter
from klarsyn.cli.doctor_screens import screens


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(_arguments: argparse.Namespace) -> int:
    """Print the settings and the checks; 1 when a check fails."""
    with opened() as context:
        _print_settings(context)
        checks = [
            _disk(context),
            _engine_folder(context),
            *_engines(context),
            _isolation(context),
            _policy(context),
            *_policy_dates(context),
            *_makers(context),
            *_accounts(context),
            *meter(context),
            *screens(context),
        ]
    for well, words in checks:
        print(f"{'ok  ' if well else 'FAIL'}  {words}")
    return 0 if all(well for well, _ in checks) else 1


def _print_settings(context: Context) -> None:
    settings = context.settings
    for name, field in type(settings).model_fields.items():
        if f"KLARSYN_{name.upper()}" in os.environ:
            origin = "environment"
        elif name in settings.model_fields_set:
            origin = "klarsyn.toml"
        else:
            origin = "default"
        print(f"{name} = {getattr(settings, name)}  [{origin}]  {field.description}")


def _disk(context: Context) -> tuple[bool, str]:
    free = shutil.disk_usage(context.settings.data_folder).free / 2**30
    return free > 2, f"{free:.1f} GiB free where images and cache lie"


def _engine_folder(context: Context) -> tuple[bool, str]:
    left = [p for p in context.settings.folders.engine_work.iterdir() if p.is_dir()]
    return not left, f"{len(left)} working folders of engines present (0 whenever no engine runs)"


def _engines(context: Context) -> list[tuple[bool, str]]:
    """Let each engine in use say what it is, as it does before an exam: a name alone scores nothing."""
    from klarsyn.engine.failure import EngineFailure
    from klarsyn.engine.registry import available
    from klarsyn.intake.engine_set import EngineSet

    engines = EngineSet(context.store, context.settings)
    roles = {engines.active: "orders the queue"} | dict.fromkeys(engines.shadows, "runs in the shadow")
    checks = [(True, f"engines installed: {', '.join(available()) or 'none'}")]
    for name, role in roles.items():
        try:
            manifest, changed = engines.declared(name), engines.change_since_choice(name)
        except EngineFailure as failure:
            checks.append((False, f"engine {name} {role} and cannot be used: {failure.sentence}"))
            continue
        words = f"engine {name} {role}: {manifest.name} {manifest.version} of {manifest.vendor}"
        checks.append((not changed, f"{words}. {changed}" if changed else words))
    return checks


def _isolation(context: Context) -> tuple[bool, str]:
    from klarsyn.engine.asking import probe

    isolation = probe(context.settings.folders.engine_work)
    words = f"engines are sealed by: {', '.join(isolation.applied) or 'nothing'}"
    if isolation.missing:
        words += (
            f"; missing here: {', '.join(isolation.missing)}. Only the built-in engine runs unless "
            "engine_allow_unsealed is set"
        )
    return True, words


def _policy(context: Context) -> tuple[bool, str]:
    from klarsyn.reading.policies import policy_in_force

    try:
        stands = policy_in_force(context.store, context.settings)
    except SettingsError as error:
        return False, str(error)
    which = f"version {stands.number}" if stands.number else "by the setting `policy`"
    words = f"reading policy, {which}: {stands.policy.title}"
    return not stands.trouble, " ".join((words, *stands.trouble))


def _accounts(context: Context) -> list[tuple[bool, str]]:
    """Say of a file that several accounts read in that it cannot keep them blind (invariant 5)."""
    from klarsyn.store.one_account import shared_file

    told = shared_file(context.store.database)
    return [(False, told)] if told else []


def _policy_dates(context: Context) -> list[tuple[bool, str]]:
    """Say which versions of the policy were signed while a clock was ahead."""
    from klarsyn.domain.policy_history import PolicyHistory

    history = PolicyHistory(context.store.policy_versions.all())
    return [
        (
            False,
            f"Version {good.version.number} of the reading policy is dated {good.version.at:%Y-%m-%d %H:%M} "
            "UTC, which is still to come: a clock was ahead when it was signed, or this one is slow. Exams "
            "for which it may or may not count get the strictest of the policies in question. Set the clocks "
            "right; if this version is the newest, put its policy in force again (`klarsyn policy use`).",
        )
        for good in history.ahead_of(context.clock.now())
    ]


def _makers(context: Context) -> list[tuple[bool, str]]:
    """Say whose reports the site has rules for, and which files of its own cannot be used."""
    from klarsyn.intake.vendor_rules import SITE_FOLDER, load_vendor_rules

    rules = load_vendor_rules(context.settings.data_folder / SITE_FOLDER)
    known = ", ".join(rule.name for rule in rules.rules)
    return [(True, f"makers whose reports have rules: {known}"), *((False, told) for told in rules.problems)]
