"""A reader's desk and image loader over one installation."""

from typing import Any

from klarsyn.cli.context import Context
from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder


def seat(context: Context, **behind: Any) -> tuple[ReadingDesk, ImageLoader]:
    """Return the desk of the context's reader and the loader of its images; `behind` goes to the desk."""
    settings = context.settings
    desk = ReadingDesk(
        context.store,
        ImageFolder(settings.folders.images),
        load_policy(settings.policy),
        context.reader,
        context.clock,
        **behind,
    )
    cache = DisplayCache(settings.folders.cache, int(settings.cache_limit_gb * 2**30))
    return desk, ImageLoader(cache)
