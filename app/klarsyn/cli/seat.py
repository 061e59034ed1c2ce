"""A reader's desk and image loader over one installation."""

import sys
from datetime import timedelta
from typing import Any

from klarsyn.cli.context import Context
from klarsyn.cli.session_command import reading_times
from klarsyn.cli.states import arrival_rule
from klarsyn.domain.screen_check import CheckIntervals
from klarsyn.intake.explaining_for_window import ExplainerForWindow
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.displays import LIMITS, DisplayDesk
from klarsyn.reading.image_supply import ImageSupply
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.minimum_scores import FILE as MINIMUM_SCORES
from klarsyn.reading.policies import policy_in_force
from klarsyn.reading.site_windows import SiteWindowDesk
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.one_account import check_account, shared_file


def seat(context: Context, **behind: Any) -> tuple[ReadingDesk, ImageLoader]:
    """Return the desk of the context's reader and the loader of its images; `behind` goes to the desk."""
    settings = context.settings
    check_account(context.store.database, context.reader)
    context.store.reads.one_account = True
    if told := shared_file(context.store.database):
        print(told, file=sys.stderr)
    if context.store.database.is_shared:
        # Workers score while readers look: an exam that is not through its engine by then is read unscored.
        behind.setdefault("settling", timedelta(seconds=settings.engine_deadline_s))
    desk = ReadingDesk(
        context.store,
        ImageFolder(settings.folders.images),
        policy_in_force(context.store, settings).policy,
        context.reader,
        context.clock,
        protocols=settings.hanging_protocols,
        protocol=settings.hanging_protocol,
        minimum_scores=settings.data_folder / MINIMUM_SCORES,
        explains=ExplainerForWindow(context.store, settings),
        times=reading_times(settings),
        lease=timedelta(minutes=settings.claim_minutes),
        **behind,
    )
    desk.own_queue.hold = arrival_rule(context) if settings.hold_incoming else None
    limit_bytes = int(settings.cache_limit_gb * 2**30)
    return desk, ImageSupply(settings.folders.cache, limit_bytes, site_window_desk(context).for_image)


def site_window_desk(context: Context) -> SiteWindowDesk:
    """Return the desk at which this site's windows are saved."""
    return SiteWindowDesk(context.store, context.clock, context.reader)


def display_desk(context: Context) -> DisplayDesk:
    """Return the desk at which this installation's screens are checked."""
    settings = context.settings
    return DisplayDesk(
        context.store,
        context.clock,
        context.reader,
        intervals=CheckIntervals(settings.screen_visual_days, settings.screen_measurement_days),
        limits=LIMITS[settings.screen_limits],
        curve_folder=settings.curves,
    )
