"""Letters as the bytes of a file: CSV (RFC 4180), or HL7 v2.5 ORU^R01 by chapters 2 and 7 of the standard."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import hl7

from klarsyn.domain.decision import DecisionOutcome
from klarsyn.reading.letter import Letter
from klarsyn.reading.letter_template import Coded, CsvForm, Hl7Form

_HL7_CHARSETS = {
    "utf-8": "UNICODE UTF-8", "latin-1": "8859/1", "iso8859-15": "8859/15", "ascii": "ASCII",
}  # fmt: skip
_CONTROL_ID = 20
"""Characters of MSH-10."""


class NotWritable(Exception):
    """A letter cannot be written in the form's characters; the message says which and what to do."""


def csv_file(letters: Sequence[Letter], form: CsvForm) -> bytes:
    """Return a list with a head line and a line each.

    Raises
    ------
    NotWritable
        If a name has a letter that the charset lacks.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=form.separator, lineterminator=form.line_end)
    writer.writerow([head for head, _ in form.columns])
    for letter in letters:
        row = [
            form.words[letter.decision.outcome] if field == "outcome" else letter.field(field)
            for _, field in form.columns
        ]
        _encoded("".join(row), form.charset, letter)
        writer.writerow(row)
    return text.getvalue().encode(form.charset)


def hl7_file(letters: Sequence[Letter], form: Hl7Form, now: datetime) -> bytes:
    """Return one message a letter, in order; in the frame of a file and a batch (2.10.3) where wanted.

    Raises
    ------
    NotWritable
        If a name has a letter that the charset lacks.
    """
    messages = []
    for letter in letters:
        messages.append(_message(letter, form, now))
        _encoded(messages[-1], form.charset, letter)
    if form.batch:
        bar = form.separators[0]
        head = bar.join([form.separators[1:], *(_escaped(each, form) for each in form.head), _moment(now)])
        messages = [
            f"FHS{bar}{head}\rBHS{bar}{head}\r",
            *messages,
            f"BTS{bar}{len(letters)}\rFTS{bar}1\r",
        ]
    return "".join(messages).encode(form.charset)


def _message(letter: Letter, form: Hl7Form, now: datetime) -> str:
    message = hl7.parse(f"MSH{form.separators}{form.separators[0]}\r")
    del message[0][3:]  # the empty field that the library needs to tell the separators
    for name in ("PID", "OBR", "OBX"):
        message.append(message.create_segment([message.create_field([name])]))
    for (segment, field, component), value in _values(letter, form, now).items():
        message.assign_field(_escaped(value, form), segment, 1, field, 1, component)
    return "\r".join(str(segment) for segment in message) + "\r"


def _values(letter: Letter, form: Hl7Form, now: datetime) -> dict[tuple[str, int, int], str]:
    status = "C" if letter.corrects else "F"
    values: dict[tuple[str, int, int], str] = {
        ("MSH", 7, 1): _moment(now),
        ("MSH", 9, 1): "ORU",
        ("MSH", 9, 2): "R01",
        ("MSH", 9, 3): "ORU_R01",
        # The same for the same letter, so that a receiver knows one that it is sent again.
        ("MSH", 10, 1): letter.decision.decision_id.replace("-", "")[:_CONTROL_ID],
        ("MSH", 11, 1): form.processing,
        ("MSH", 12, 1): "2.5",
        ("MSH", 18, 1): _HL7_CHARSETS[form.charset],
        ("PID", 1, 1): "1",
        ("PID", 3, 1): letter.field("patient_id"),
        ("PID", 3, 4): letter.field("issuer"),
        ("PID", 5, 1): letter.field("family_name"),
        ("PID", 5, 2): letter.field("given_name"),
        ("PID", 7, 1): letter.field("birth_date").replace("-", ""),
        ("OBR", 1, 1): "1",
        ("OBR", 2, 1): letter.field("accession_number"),
        ("OBR", 3, 1): letter.field("letter_id"),
        ("OBR", 7, 1): letter.field("study_date").replace("-", ""),
        # The day of the batch: the moment of the decision would tell how it was reached.
        ("OBR", 22, 1): letter.field("batch").replace("-", ""),
        ("OBR", 25, 1): status,
        ("OBX", 1, 1): "1",
        ("OBX", 2, 1): "CE",
        ("OBX", 11, 1): status,
    }
    values |= {("MSH", 3 + number, 1): each for number, each in enumerate(form.head)}
    values |= _coded("OBR", 4, form.service) | _coded("OBX", 3, form.observation)
    values |= _coded("OBX", 5, _outcome(letter.decision.outcome, form))
    values |= {place: letter.field(field) for place, field in form.more}
    return {place: value for place, value in values.items() if value}


def _outcome(outcome: DecisionOutcome, form: Hl7Form) -> Coded:
    return form.outcomes[outcome]


def _coded(segment: str, field: int, coded: Coded) -> dict[tuple[str, int, int], str]:
    return {(segment, field, n): v for n, v in enumerate((coded.code, coded.text, coded.system), start=1)}


def _escaped(value: str, form: Hl7Form) -> str:
    """Escape the separators (2.7.1); what would end a segment, and other control signs, become spaces."""
    bar, caret, tilde, esc, ampersand = tuple(form.separators)
    letters = {bar: "F", caret: "S", tilde: "R", esc: "E", ampersand: "T"}
    return "".join(
        f"{esc}{letters[c]}{esc}" if c in letters else (c if c.isprintable() else " ") for c in value
    )


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


def _encoded(text: str, charset: str, letter: Letter) -> None:
    try:
        text.encode(charset)
    except UnicodeEncodeError as error:
        raise NotWritable(
            f"The letter of exam {letter.exam.exam_id[:8]} has a sign that {charset} lacks. Set `charset` in "
            "decisions.toml to utf-8, if the receiver reads it. Nothing was exported."
        ) from error
