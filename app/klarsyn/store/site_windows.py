"""The windows that a site has saved."""

from sqlalchemy import ColumnElement, delete, select, update

from klarsyn.domain.display import VoiFunction, Window
from klarsyn.domain.exam import Image
from klarsyn.domain.site_window import SiteWindow, key_of
from klarsyn.store.database import Database
from klarsyn.store.screen_models import SiteWindowRow


class SiteWindowRepository:
    """Saved windows; one of the same name and kind is replaced."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def save(self, saved: SiteWindow) -> None:
        """Keep a window; when it is the default, no other of its kind is any longer."""
        kind = _kind(saved.device, saved.software, saved.view)
        with self._database.writing() as session:
            if saved.is_default:
                session.execute(update(SiteWindowRow).where(*kind).values(is_default=False))
            session.merge(
                SiteWindowRow(
                    device=saved.device,
                    software=saved.software,
                    view=saved.view,
                    name=saved.name,
                    center=saved.window.center,
                    width=saved.window.width,
                    function=saved.window.function.value,
                    is_default=saved.is_default,
                    saved_by=saved.saved_by,
                    saved_at=saved.saved_at,
                )
            )

    def remove(self, saved: SiteWindow) -> None:
        """Forget a window."""
        kind = _kind(saved.device, saved.software, saved.view)
        with self._database.writing() as session:
            session.execute(delete(SiteWindowRow).where(*kind, SiteWindowRow.name == saved.name))

    def all(self) -> tuple[SiteWindow, ...]:
        """Return every saved window, by device, view and name."""
        query = select(SiteWindowRow).order_by(
            SiteWindowRow.device, SiteWindowRow.software, SiteWindowRow.view, SiteWindowRow.name
        )
        with self._database.reading() as session:
            return tuple(_window(row) for row in session.scalars(query))

    def for_image(self, image: Image) -> tuple[SiteWindow, ...]:
        """Return the windows saved for images like this one, by name."""
        query = select(SiteWindowRow).where(*_kind(*key_of(image))).order_by(SiteWindowRow.name)
        with self._database.reading() as session:
            return tuple(_window(row) for row in session.scalars(query))


def _kind(device: str, software: str, view: str) -> tuple[ColumnElement[bool], ...]:
    row = SiteWindowRow
    return row.device == device, row.software == software, row.view == view


def _window(row: SiteWindowRow) -> SiteWindow:
    window = Window(row.center, row.width, VoiFunction(row.function), row.name)
    return SiteWindow(row.device, row.software, row.view, window, row.is_default, row.saved_by, row.saved_at)
