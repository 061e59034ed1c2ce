"""`klarsyn db`: the shared database's schema, its check, and the move of a workstation's data to it."""

import argparse
from pathlib import Path
from urllib.parse import unquote, urlsplit

from klarsyn.base.database_url import place_of, without_password
from klarsyn.base.settings import SettingsError, load_settings
from klarsyn.cli import db_roles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="what")
    url = "address of a PostgreSQL, without a password; else the setting `database_url`"
    upgrade = commands.add_parser("upgrade", help="bring the shared database's schema up to date")
    upgrade.add_argument("url", nargs="?", help=url)
    check = commands.add_parser("check", help="compare schema, refusals of changes, and ledger")
    check.add_argument("url", nargs="?", help=url)
    password = commands.add_parser("password", help="keep the account's password in the system's keyring")
    password.add_argument("url", nargs="?", help=url)
    move = commands.add_parser("move", help="move a workstation's data to an empty shared database")
    move.add_argument("source", help="sqlite:///PATH, or the path of the file")
    move.add_argument("url", metavar="target", help="address of a PostgreSQL, without a password")
    db_roles.add_arguments(commands)


def run(arguments: argparse.Namespace) -> int:
    """Do one of them; 1 when the check finds something."""
    if arguments.what in ("roles", "person"):
        return getattr(db_roles, arguments.what)(arguments, _address(arguments.url))  # type: ignore[no-any-return]
    doing = {"upgrade": _upgrade, "check": _check, "password": _password, "move": _move}
    return doing[arguments.what](arguments)


def _address(given: str | None) -> str:
    settings = load_settings()
    try:
        return without_password(given) if given else settings.database_url
    except ValueError as error:
        raise SettingsError(f"The address of the database cannot be used: {error}.") from error


def _upgrade(arguments: argparse.Namespace) -> int:
    from klarsyn.store.upgrading import upgrade_at

    url = _address(arguments.url)
    if not url:
        print("This installation's file brings itself up to date; only a shared database needs this.")
        return 0
    before, after = upgrade_at(url)
    place = place_of(url)
    if before == after:
        print(f"The database {place} is at schema version {after} already.")
    else:
        print(f"The database {place} went from schema version {before or 'none'} to {after}.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from klarsyn.store.checking import check
    from klarsyn.store.database import Database

    url = _address(arguments.url)
    if url:
        database = Database(url, shared=True)
    else:
        database = Database.file(load_settings().folders.database)
    try:
        lines = check(database)
    finally:
        database.close()
    for line in lines:
        print(f"{'ok  ' if line.well else 'FAIL'}  {line.words}")
    return 0 if all(line.well for line in lines) else 1


def _password(arguments: argparse.Namespace) -> int:
    import getpass

    from klarsyn.store.postgresql_access import keep_password

    url = _address(arguments.url)
    if not url:
        raise SettingsError("Name the database's address, or set `database_url` first.")
    keep_password(url, getpass.getpass(f"Password for {place_of(url)}: "))
    print("It is in the keyring of this account on this machine.")
    return 0


def _move(arguments: argparse.Namespace) -> int:
    from klarsyn.base.only_one import only_one
    from klarsyn.store.database import Database
    from klarsyn.store.moving import move

    url = _address(arguments.url)
    path = _file(arguments.source)
    if not path.is_file():
        print(f"There is no such file: {path}")
        return 1
    folder = path.parent
    with only_one(folder / "import.lock", "an import"), only_one(folder / "score.lock", "scoring"):
        source = Database.file(path)
        try:
            held = move(source, url, lambda table, rows: print(f"{rows:>9}  {table}"))
        finally:
            source.close()
    total = sum(content.rows for content in held.values())
    print(
        f"{total} rows of {len(held)} tables are in {place_of(url)}; counts and hashes are the same there. "
        f"{path} can only be looked at from now on; keep it as a backup."
    )
    print(
        f"Image files were not moved: copy {folder / 'images'} to a folder that all machines reach, and "
        "set `image_folder` and `database_url` in each machine's klarsyn.toml."
    )
    return 0


def _file(source: str) -> Path:
    if not source.startswith("sqlite:"):
        return Path(source)
    # sqlite:///relative and sqlite:////absolute, as SQLAlchemy has it.
    return Path(unquote(urlsplit(source).path[1:]))
