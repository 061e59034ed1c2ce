"""How a document is called in lists and on its page."""

from klarsyn.domain.document import Document, DocumentKind

_KINDS = {DocumentKind.PDF: "PDF", DocumentKind.PICTURE: "picture"}
LONGEST = 64


def document_words(document: Document) -> str:
    """Return title, maker, kind and date in one line."""
    made = document.made_at
    # What names its zone is told by the clock of this place.
    made = made.astimezone() if made is not None and made.tzinfo is not None else made
    when = f"{made:%Y-%m-%d %H:%M}" if made is not None else "date unknown"
    parts = (document.title or "no title", document.maker or "maker unknown", _KINDS[document.kind], when)
    return " · ".join(_cut(part) for part in parts)


def documents_words(count: int) -> str:
    """Return the heading of a list of so many, e.g. "Documents (2)"."""
    return f"Documents ({count})"


def page_words(number: int, of: int) -> str:
    """Return which page it is; empty where there is one."""
    return f"page {number} of {of}" if of > 1 else ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
