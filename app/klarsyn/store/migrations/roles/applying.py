"""All statements in their order. A later migration that adds a table or a column calls `apply` again."""

from sqlalchemy import Connection, text

from klarsyn.store.migrations.roles.asking import claiming, knowing, queueing
from klarsyn.store.migrations.roles.catalogue import closing_if_allowed
from klarsyn.store.migrations.roles.rights import BLIND, KEEPER, closing, granting, groups, policies
from klarsyn.store.migrations.roles.sights import SIGHTS, Kind
from klarsyn.store.migrations.roles.windows import window

_ALL_CALL = r"p.proname LIKE 'rows\_of\_%' OR p.proname IN ('known', 'pg_advisory_xact_lock')"
_READERS_CALL = r"p.proname LIKE 'klarsyn\_%'"


def tables_of(connection: Connection) -> dict[str, list[str]]:
    """Return the tables of the program's schema with their columns."""
    rows = connection.execute(
        text(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
            "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"
        )
    )
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def apply(connection: Connection) -> None:
    """Make groups, rights, policies and the schema `reader` anew, in the caller's transaction."""
    for statement in statements(connection):
        # The driver takes a percent sign for the place of a value.
        connection.exec_driver_sql(statement.replace("%", "%%"))


def statements(connection: Connection) -> list[str]:
    """Return everything that `apply` runs on this database."""
    here, database = connection.execute(
        text("SELECT quote_ident(current_schema()), quote_ident(current_database())")
    ).one()
    tables = tables_of(connection)
    blind = ", ".join(BLIND)
    made = [*groups(), *closing(here, database), *granting(list(tables), here), *policies(list(tables), here)]
    made += [
        "DROP SCHEMA IF EXISTS reader CASCADE",
        "CREATE SCHEMA reader",
        f"GRANT USAGE, CREATE ON SCHEMA reader TO {KEEPER}",
        f"GRANT USAGE ON SCHEMA reader TO {blind}",
    ]
    if any("klarsyn_claim" in name for name in _functions(connection)):
        # Under the policies only the keeper sees whose claims there are.
        made += [
            f"GRANT CREATE ON SCHEMA {here} TO {KEEPER}",
            f"ALTER FUNCTION {here}.klarsyn_claim(text, text, integer, text[], interval, boolean) "
            f"OWNER TO {KEEPER}",
            f"REVOKE CREATE ON SCHEMA {here} FROM {KEEPER}",
        ]
    made += [f"SET LOCAL ROLE {KEEPER}", *knowing(here), *queueing(here), *claiming(here)]
    for table, sight in SIGHTS.items():
        if table in tables and sight.kind is not Kind.NOBODY and table != "alembic_version":
            made += window(table, sight, tables[table], here)
    made += [
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA reader FROM PUBLIC",
        _letting_call(_ALL_CALL, blind),
        _letting_call(_READERS_CALL, "klarsyn_reader, klarsyn_arbiter"),
        "RESET ROLE",
        f"REVOKE CREATE ON SCHEMA reader FROM {KEEPER}",
        closing_if_allowed(),
    ]
    return made


def _letting_call(which: str, whom: str) -> str:
    return (
        "DO $$ DECLARE one regprocedure; BEGIN FOR one IN SELECT p.oid FROM pg_proc p "
        f"WHERE p.pronamespace = 'reader'::regnamespace AND ({which}) "
        f"LOOP EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {whom}', one); END LOOP; END $$"
    )


def _functions(connection: Connection) -> list[str]:
    query = "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    return list(connection.execute(text(query)).scalars())
