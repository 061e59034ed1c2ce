"""One SQLite file serves one account: a file hides nothing from whoever can open it (invariant 5)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from klarsyn.store.database import Database
from klarsyn.store.models import ReadRow
from klarsyn.store.reader_view import ReaderView
from klarsyn.store.schema_version import StoreError


class SecondAccount(StoreError):
    """Another account has signed reads in this file."""


def refuse_second_account(session: Session, reader: str) -> None:
    """Do nothing where `reader` may sign here; on a shared database that is the database's business.

    Raises
    ------
    SecondAccount
        If this is a file in which somebody else has signed, and `reader` never has.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    if session.scalar(select(ReadRow.reader).where(ReadRow.reader == reader).limit(1)) is not None:
        # Also where others have: both signed before files were kept to one account, and go on.
        return
    other = session.scalar(select(ReadRow.reader).where(ReadRow.reader != reader).limit(1))
    if other is not None:
        raise SecondAccount(
            "Another account has signed reads on this workstation, and a file cannot hide them from you; "
            "nothing was signed. Two readers need a shared database: `klarsyn db move` moves this "
            "workstation's data to one (docs/database.md). If the account was only renamed, "
            "set `reader` to its former name."
        )


def shared_file(database: Database) -> str:
    """Return what to tell of a file in which several accounts have signed, else "" [store]."""
    if database.is_shared:
        return ""
    with database.reading() as session:
        count = session.scalar(select(func.count(ReadRow.reader.distinct()))) or 0
    if count < 2:
        return ""
    return (
        f"{count} accounts have signed reads in this workstation's file, as an older version let them. They "
        "can go on, and each is shown only its own reads, but a file hides nothing from whoever can open it. "
        "Move to a shared database: `klarsyn db move` (docs/database.md)."
    )


def check_account(database: Database, reader: str) -> None:
    """As `refuse_second_account`, by itself [store]; on a shared database the login must be the reader's.

    Raises
    ------
    StoreError
        If the reader is not whom the database knows.
    """
    account = ReaderView(database).account
    if account.is_blind and account.name != reader:
        raise StoreError(
            f"The database knows you as {account.name}, and this workstation as {reader}. A read is signed "
            f"by the account that logged in: set `reader` to {account.name}, or log in as {reader}."
        )
    with database.reading() as session:
        refuse_second_account(session, reader)
