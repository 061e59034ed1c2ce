"""What a reader is told when something cannot be done."""


class ReadingError(Exception):
    """The reader asked for something that cannot be done now; the message says what to do."""
