"""`klarsyn db roles` and `klarsyn db person`: who may do what on a shared database."""

import argparse
from typing import Any


def add_arguments(commands: Any) -> None:
    """Declare the arguments of both."""
    roles = commands.add_parser("roles", help="print, make anew or check what roles may do")
    roles.add_argument("url", nargs="?", help="address of a PostgreSQL; else the setting `database_url`")
    doing = roles.add_mutually_exclusive_group()
    doing.add_argument(
        "--apply", action="store_true", help="make groups and rights anew, as the tables' owner"
    )
    doing.add_argument("--superuser", action="store_true", help="print what a superuser runs once a database")
    doing.add_argument("--check", action="store_true", help="say what of the statistics is still open to all")
    person = commands.add_parser("person", help="add a person")
    person.add_argument("action", choices=["add"])
    person.add_argument("name", help="account with which the person logs in")
    person.add_argument("--roles", required=True, help="e.g. reader,arbiter")
    person.add_argument("--url", help="address of a PostgreSQL; else the setting `database_url`")
    person.add_argument("--print", action="store_true", help="print the SQL instead of running it")


def roles(arguments: argparse.Namespace, url: str) -> int:
    """Print or do; 1 when a check finds something open."""
    from klarsyn.store.people import inside, role_statements, set_up, superuser_statement, what_is_open

    if arguments.superuser:
        print(f"{superuser_statement()};")
        return 0
    if arguments.check:
        found = inside(url, what_is_open)
        for name in found:
            print(f"open to everybody: {name}")
        if found:
            print("Let a superuser run what `klarsyn db roles --superuser` prints, in this database.")
        else:
            print("Statistics, locks and sessions are closed to readers.")
        return 1 if found else 0
    if arguments.apply:
        inside(url, set_up, writing=True)
        print("Groups, rights and the readers' schema are made anew.")
        return 0
    for statement in inside(url, role_statements):
        print(f"{statement};")
    return 0


def person(arguments: argparse.Namespace, url: str) -> int:
    """Add a person, or print how."""
    from klarsyn.store.people import add_person, database_of, inside, person_statements

    names = [role.strip() for role in arguments.roles.split(",") if role.strip()]
    if arguments.print:
        for statement in person_statements(arguments.name, names, database_of(url)):
            print(f"{statement};")
        return 0
    inside(url, lambda connection: add_person(connection, arguments.name, names), writing=True)
    print(f"{arguments.name} may log in as {', '.join(sorted(names))}. docs/database.md says how to sign on.")
    return 0
