"""`klarsyn policy`: which reading policy is in force, since when, and what another one would mean."""

import argparse
import json
from typing import TYPE_CHECKING

from klarsyn.cli.administrators import owner_of
from klarsyn.cli.context import Context, opened

if TYPE_CHECKING:
    from klarsyn.reading.what_if import WhatIf


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", metavar="action", required=True)
    show = actions.add_parser("show", help="print the policy in force, or one that is not")
    show.add_argument("policy", nargs="?", help="a file, or the name of a policy that comes with Klarsyn")
    actions.add_parser("versions", help="list who has put which policy in force, when and why")
    use = actions.add_parser("use", help="put a policy in force for exams that arrive from now on")
    use.add_argument("policy", help="a file, or the name of a policy that comes with Klarsyn")
    use.add_argument("--reason", default="", help="why; kept with the version")
    if_used = actions.add_parser("what-if", help="say what a policy would mean for the exams that are here")
    if_used.add_argument("policy", help="a file, or the name of a policy that comes with Klarsyn")
    if_used.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked; a file that cannot be used is a sentence, and changes nothing."""
    actions = {"show": _show, "versions": _versions, "use": _use, "what-if": _what_if}
    with opened() as context:
        return actions[arguments.action](context, arguments)


def _show(context: Context, arguments: argparse.Namespace) -> int:
    from klarsyn.reading.policies import policy_bytes, policy_in_force
    from klarsyn.reading.policy_change import policy_text

    if arguments.policy:
        print(policy_text(arguments.policy)[0].text, end="")
        return 0
    stands = policy_in_force(context.store, context.settings)
    for trouble in stands.trouble:
        print(trouble)
    if not stands.number:
        print(f"# {context.settings.policy}, by the setting `policy`; no version was ever put in force.")
        print(policy_bytes(context.settings.policy).decode("utf-8"), end="")
        return 0
    version = next(v for v in context.store.policy_versions.all() if v.number == stands.number)
    print(f"# {version.content.file}, version {version.number}, since {version.at:%Y-%m-%d %H:%M} UTC.")
    print(version.content.text, end="")
    return 0


def _versions(context: Context, _arguments: argparse.Namespace) -> int:
    from klarsyn.domain.policy_history import PolicyHistory

    history = PolicyHistory(context.store.policy_versions.all())
    if not history.versions:
        print(
            f"No version was ever put in force: the setting `policy` names {context.settings.policy!r}. "
            "`klarsyn policy use` makes the first."
        )
    newest = history.newest
    for version in history.versions:
        mark = "*" if newest is not None and version.number == newest.version.number else " "
        print(
            f"{mark}{version.number:>4}  {version.at:%Y-%m-%d %H:%M}  {version.by:<16}  "
            f"{version.content.file:<24}  {version.sha256[:12]}  {version.reason}"
        )
    for trouble in history.trouble:
        print(trouble)
    return 0


def _use(context: Context, arguments: argparse.Namespace) -> int:
    from klarsyn.reading.policy_change import administrators_only, use_policy

    settings = context.settings
    number = use_policy(
        context.store,
        context.clock,
        arguments.policy,
        by=context.reader,
        reason=arguments.reason,
        may_change=administrators_only(settings.administrators, owner_of(context)),
        set_so_far=settings.policy,
    )
    print(f"Version {number} of the reading policy is in force for exams that arrive from now on.")
    print("Exams that are here keep theirs. Windows that are open order their queue by it when next opened.")
    return 0


def _what_if(context: Context, arguments: argparse.Namespace) -> int:
    from klarsyn.reading.policies import policy_in_force
    from klarsyn.reading.policy_change import policy_text
    from klarsyn.reading.what_if import what_if

    now = context.clock.now()
    policy = policy_in_force(context.store, context.settings).policy
    other = policy_text(arguments.policy)[1]
    found = what_if(context.store, policy, other, now)
    if arguments.json:
        print(json.dumps(_as_json(found), indent=2))
    else:
        print(_as_text(found, policy.name, other.name))
    return 0


def _as_json(found: "WhatIf") -> dict[str, object]:
    return {
        "exams": found.exams,
        "reads": {"now": found.reads_now, "then": found.reads_then},
        "single": {"now": found.single_now, "then": found.single_then},
        "moved": [
            {
                "exam": move.exam_id,
                "now": {"readers": move.now.count, "reasons": list(move.now.reasons)},
                "then": {"readers": move.then.count, "reasons": list(move.then.reasons)},
            }
            for move in found.moved
        ],
        "reasons": [{"reason": r, "now": now, "then": then} for r, now, then in found.reasons],
    }


def _as_text(found: "WhatIf", name: str, other: str) -> str:
    lines = [
        "For the administrator. Do not show it to a reader: it holds what engines said.",
        f"{found.exams} exams. Now ({name}) {found.reads_now} reads, {found.single_now} exams by one reader; "
        f"then ({other}) {found.reads_then} reads, {found.single_then} exams by one reader.",
    ]
    if found.moved:
        lines.append(f"{len(found.moved)} exams get another number of readers:")
    for move in found.moved:
        why = "; ".join(move.then.reasons or move.now.reasons)
        lines.append(f"  {move.exam_id}  {move.now.count} -> {move.then.count}  {why}")
    if found.reasons:
        lines.append("Reasons for two readers that speak for more or fewer exams (now -> then):")
    lines += [f"  {now:>6} -> {then:<6}  {reason}" for reason, now, then in found.reasons]
    if not found.moved and not found.reasons:
        lines.append("Nothing changes.")
    return "\n".join(lines)
