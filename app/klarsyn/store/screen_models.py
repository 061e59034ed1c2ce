"""The tables of a site's screens, and of the windows that it has saved.

Rows of `screen_check` and `screen_ruler` are append-only, by triggers in the database like those of reads.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class ScreenCheckRow(Base):
    """One check of one monitor; `curve` is what was measured, and NULL for a look at the pattern."""

    __tablename__ = "screen_check"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    monitor: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    done_on: Mapped[date]
    done_by: Mapped[str] = mapped_column(String(200))
    passed: Mapped[bool]
    remarks: Mapped[list[str]] = mapped_column(JSON)
    curve: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    own_gsdf: Mapped[bool]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by: Mapped[str] = mapped_column(String(200))


class ScreenRulerRow(Base):
    """The true size of a monitor's device pixels at one resolution, as somebody found with a ruler."""

    __tablename__ = "screen_ruler"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    monitor: Mapped[str] = mapped_column(String(200), index=True)
    columns: Mapped[int]
    rows: Mapped[int]
    mm_per_pixel: Mapped[float]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by: Mapped[str] = mapped_column(String(200))


class SiteWindowRow(Base):
    """A window that the site has saved for one device, software and kind of view."""

    __tablename__ = "site_window"
    device: Mapped[str] = mapped_column(String(200), primary_key=True)
    software: Mapped[str] = mapped_column(String(200), primary_key=True)
    view: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    center: Mapped[float]
    width: Mapped[float]
    function: Mapped[str] = mapped_column(String(40))
    is_default: Mapped[bool]
    saved_by: Mapped[str] = mapped_column(String(200))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
