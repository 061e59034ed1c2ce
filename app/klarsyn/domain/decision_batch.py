"""When decisions and letters leave: once a day, all together, so that a delay tells nothing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BatchRule:
    """The time of day, where the site is, at which a day's batch leaves.

    Raises
    ------
    ValueError
        If the zone is not one of the IANA time zone database.
    """

    at: time = time(16, 0)
    zone: str = "Europe/Stockholm"

    def __post_init__(self) -> None:
        """Refuse a zone that nobody knows before the first letter needs it."""
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"There is no time zone {self.zone!r}. Name one as Europe/Stockholm is named."
            ) from error

    def leaves(self, batch: date) -> datetime:
        """Return the moment, in UTC, from which a day's batch may leave."""
        return datetime.combine(batch, self.at, ZoneInfo(self.zone)).astimezone(UTC)

    def batch_of(self, decided: datetime) -> date:
        """Return the first batch that leaves after the moment of a decision."""
        day = decided.astimezone(ZoneInfo(self.zone)).date()
        return day if self.leaves(day) > decided else day + _DAY
