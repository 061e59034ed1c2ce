"""Lines of text as a PDF (ISO 32000-1): A4 pages in Courier, one of the fonts that every reader has.

The text can be selected and searched. Letters are those of WinAnsiEncoding, western Europe's; another one
is written as a question mark.
"""

from collections.abc import Sequence

_PAGE = (595, 842)
_MARGIN = 50
_SIZE, _LEADING = 8.75, 12
_LINES_A_PAGE = (_PAGE[1] - 2 * _MARGIN - 2 * _LEADING) // _LEADING
_CATALOG, _PAGES, _FONT, _INFO, _FIRST_PAGE = 1, 2, 3, 4, 5


def text_pdf(lines: Sequence[str], title: str) -> bytes:
    """Return a PDF of `lines`, each of at most 94 letters; the same lines give the same bytes."""
    parts = [lines[n : n + _LINES_A_PAGE] for n in range(0, len(lines), _LINES_A_PAGE)] or [[]]
    numbers = [_FIRST_PAGE + 2 * n for n in range(len(parts))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = {
        _CATALOG: f"<< /Type /Catalog /Pages {_PAGES} 0 R >>".encode(),
        _PAGES: f"<< /Type /Pages /Kids [{kids}] /Count {len(parts)} >>".encode(),
        _FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        _INFO: b"<< /Title (" + _escaped(title) + b") /Producer (Klarsyn) >>",
    }
    for place, (number, part) in enumerate(zip(numbers, parts, strict=True), start=1):
        stream = _content(part, f"Page {place} of {len(parts)}")
        objects[number] = (
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {_PAGE[0]} {_PAGE[1]}] "
            f"/Resources << /Font << /F {_FONT} 0 R >> >> /Contents {number + 1} 0 R >>"
        ).encode()
        objects[number + 1] = f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream"
    return _file(objects)


def _content(lines: Sequence[str], foot: str) -> bytes:
    shown = b"".join(b"(" + _escaped(line) + b") Tj T*\n" for line in lines)
    top = _PAGE[1] - _MARGIN - _SIZE
    return (
        f"BT /F {_SIZE} Tf {_LEADING} TL {_MARGIN} {top} Td\n".encode()
        + shown
        + f"ET\nBT /F {_SIZE} Tf {_MARGIN} {_MARGIN} Td (".encode()
        + _escaped(foot)
        + b") Tj ET"
    )


def _escaped(text: str) -> bytes:
    for special in "\\()":
        text = text.replace(special, "\\" + special)
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return printable.encode("cp1252", errors="replace")


def _file(objects: dict[int, bytes]) -> bytes:
    """Put objects one after the other, and where each begins behind them (7.5.4)."""
    written = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number in sorted(objects):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        written
        + (
            f"xref\n0 {count}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {count} /Root {_CATALOG} 0 R /Info {_INFO} 0 R >>\n"
            f"startxref\n{len(written)}\n%%EOF\n"
        ).encode()
    )
