"""`klarsyn audit`: the access log, checked and shown; an exam's audit draw; what single reading loses."""

import argparse
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context, opened

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam

_FOR_WHOM = "For the administrator. Do not show it to a reader: it tells of second readers in secret."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", metavar="action", required=True)
    actions.add_parser("verify", help="check that the access log is as it was written; 1 where it is not")
    show = actions.add_parser("show", help="say who saw which patient, when and from where")
    show.add_argument("--patient", default="", metavar="NUMBER", help="accesses to this patient's exams")
    show.add_argument("--reader", default="", metavar="ACCOUNT", help="accesses of this account")
    show.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="from this day on, as 2026-01-05"
    )
    draw = actions.add_parser("draw", help="do an exam's audit draw again, for administrators")
    draw.add_argument("exam", help="the accession number, or the exam's key or how it begins")
    estimate = actions.add_parser(
        "estimate", help="say what single reading loses against double reading, by the audited exams"
    )
    estimate.add_argument(
        "--a-year",
        type=int,
        metavar="EXAMS",
        help="single-read exams a year: say how long to go on",
    )
    estimate.add_argument(
        "--within", type=float, default=1.0, metavar="PER_MILLE", help="the precision wanted, per mille (1)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do one action; 1 where the log is not as it was written, or the account may not."""
    actions = {"verify": _verify, "show": _show, "draw": _draw, "estimate": _estimate}
    with opened() as context:
        if arguments.action != "verify" and not _may(context):
            return 1
        return actions[arguments.action](context, arguments)


def _may(context: Context) -> bool:
    from klarsyn.cli.administrators import may_administer

    if may_administer(context) or "auditor" in context.store.reader_view.account.roles:
        return True
    print(f"{context.reader} is no administrator here. The setting `administrators` names them.")
    return False


def _verify(context: Context, _arguments: argparse.Namespace) -> int:
    from klarsyn.store.access_check import check_log
    from klarsyn.store.access_keys import AccessKeys

    if context.store.reader_view.account.is_blind:
        print("Your account sees its own accesses only. An auditor or an administrator checks the log.")
        return 1
    found = check_log(context.store.database, AccessKeys(context.settings.folders.keys))
    print(f"{found.entries} entries in {found.chains} chains and {found.anchors} anchors were checked.")
    for trouble in found.troubles:
        print(trouble)
    print("The access log is not as it was written." if found.troubles else "All is as it was written.")
    return 1 if found.troubles else 0


def _show(context: Context, arguments: argparse.Namespace) -> int:
    from klarsyn.domain.access import Access

    asked = (
        f"patient {arguments.patient or 'any'}, reader {arguments.reader or 'any'}, since {arguments.since}"
    )
    context.store.access_log.note(Access.LOG_READ, detail=asked)
    since = datetime.combine(arguments.since, time(), UTC) if arguments.since is not None else None
    found = context.store.access_log.find(patient=arguments.patient, who=arguments.reader, since=since)
    for entry in found:
        if entry.what != Access.STARTED:
            about = "  ".join(filter(None, (entry.patient, entry.exam_id[:12], entry.detail)))
            print(f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.who}  {entry.workstation}  {entry.what}  {about}")
    if not found:
        print("No access is logged of that.")
    return 0


def _draw(context: Context, arguments: argparse.Namespace) -> int:
    from klarsyn.domain.access import Access
    from klarsyn.reading.audited import draw_of
    from klarsyn.reading.policies import policy_in_force

    exam = _named(context, arguments.exam)
    if exam is None:
        return 1
    context.store.access_log.note(Access.DRAW_SHOWN, [exam])
    policy = policy_in_force(context.store, context.settings).policy
    found = draw_of(context.store, exam, policy, context.clock.now())
    print(_FOR_WHOM)
    said = "below" if found.draw.drawn else "not below"
    print(
        f"HMAC-SHA-256 of exam {exam.exam_id} with the site's secret begins {found.draw.number:016x}, {said} "
        f"{found.draw.limit:016x} ({found.percent:g} %): {'drawn' if found.draw.drawn else 'not drawn'}."
    )
    print(f"{found.required.count} readers: {'; '.join(found.required.reasons) or 'in order'}")
    return 0


def _named(context: Context, words: str) -> "Exam | None":
    fitting = context.store.exam_notes.find(words)
    if len(fitting) == 1:
        try:
            return context.store.exams.get(fitting[0])
        except KeyError:
            print(f"Every image of the exam {words!r} was rejected: there is no draw to tell.")
            return None
    found = "Several exams fit" if fitting else "No exam fits"
    print(f"{found} {words!r}: give the accession number, or more letters of the exam's key.")
    return None


def _estimate(context: Context, arguments: argparse.Namespace) -> int:
    from klarsyn.quality.audit_estimate import AuditedExam, audit_estimate, years_of_audit
    from klarsyn.reading.audited import audited
    from klarsyn.reading.policies import policy_in_force

    policy = policy_in_force(context.store, context.settings).policy
    found = audited(context.store, policy, context.clock.now())
    print(_FOR_WHOM)
    print(f"{len(found.decided)} drawn exams are decided, {found.waiting} wait for a read or a decision.")
    rate = 0.0
    if found.decided:
        told = audit_estimate(AuditedExam(each.probability, each.lost) for each in found.decided)
        rate = told.rate
        print(
            f"Of {told.audited} audited exams {told.lost} were recalled though the first reader said normal: "
            f"{1000 * told.rate:.2f} per mille of the single-read exams "
            f"(95 % interval {1000 * told.low:.2f} to {1000 * told.high:.2f}), "
            f"about {told.lost_among_all:.0f} of {told.stands_for:.0f}."
        )
    if arguments.a_year is not None:
        try:
            years = years_of_audit(arguments.a_year, policy.audit_percent, rate, arguments.within / 1000)
        except ValueError as error:
            print(error)
            return 1
        print(
            f"For {arguments.within:g} per mille in both directions the audit must go on for {years:.1f} "
            f"years at {arguments.a_year} single-read exams a year and {policy.audit_percent:g} %."
        )
    return 0
