"""What the keys in force do at the list of findings, in its last line."""

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.documents.document_words import documents_words


def key_words(keys: KeySet, *, findings: bool, others: bool, documents: int) -> str:
    """Return the line; `others` says whether there are other results, `documents` how many documents."""
    does = (
        (Command.NEXT_FINDING, "next" if findings else ""),
        (Command.NEXT_RESULT, "other result" if others else ""),
        (Command.DOCUMENTS, documents_words(documents) if documents else ""),
        (Command.WHY, "why this score"),
        (Command.FINDINGS, "hide list"),
        (Command.HIDE_AI, "hide AI"),
    )
    hints = [(keys.hint(each), words) for each, words in does if words]
    return " · ".join(f"{hint} {words}" for hint, words in hints if hint)
