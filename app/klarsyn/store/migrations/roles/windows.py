"""The schema `reader`: each table under its own name, as a blind role may see it.

A reader has no right on the tables themselves, since EXPLAIN tells how many rows a policy has filtered away,
and its estimates what the statistics know. Behind each view stands a function of the role klarsyn_keeper: it
gives only rows that may be seen, so that nothing is filtered where the asker can watch. Views whose rows all
may be seen lie on the table itself, and hide xmin and ctid, which tell when somebody last wrote.
"""

from klarsyn.store.migrations.roles.sights import Kind, Sight

ME = "session_user::text"
"""Who is asked about: the account that logged in, whatever SET ROLE says."""

_RADIOGRAPHERS_TOO = ("exam_note", "exam_closing", "screen_check", "screen_ruler")

# A planner that prints its plans to the client would tell its estimates.
SEALED = (
    "SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET debug_print_plan = off "
    "SET debug_print_parse = off SET debug_print_rewritten = off SET client_min_messages = warning "
    "SET row_security = on"
)


def filled(text: str, here: str) -> str:
    """Return a condition of `sights` as SQL."""
    return (
        text.replace("{here}", here)
        .replace("{me}", ME)
        .replace("{known}", "SELECT reader.known()")
        .replace("{states}", "SELECT reader.known_states()")
    )


def window(table: str, sight: Sight, columns: list[str], here: str) -> list[str]:
    """Return what makes the view of one table, its function and what it lets a reader write."""
    listed = ", ".join(f'"{c}"' for c in columns)
    if sight.kind is Kind.OPEN:
        made = [f'CREATE VIEW reader."{table}" AS SELECT {listed} FROM {here}."{table}"']
        rights = "SELECT, INSERT" if sight.inserts else "SELECT"
        return [*made, _grant(rights, table)]
    if sight.kind is Kind.EMPTY:
        body = f'SELECT t.* FROM {here}."{table}" t WHERE false'
        return [
            *function(f"rows_of_{table}", f'SETOF {here}."{table}"', body),
            f'CREATE VIEW reader."{table}" WITH (security_invoker) AS SELECT * FROM reader.rows_of_{table}()',
            _grant("SELECT", table),
        ]
    made = _known_rows(table, sight, columns, here) if sight.kind is Kind.KNOWN else []
    made = made or _own_rows(table, sight, columns, here)
    rights = ", ".join(
        word
        for word, has in (
            ("SELECT", True),
            ("INSERT", sight.inserts),
            ("UPDATE", bool(sight.updates)),
            ("DELETE", sight.deletes),
        )
        if has
    )
    return [*made, _grant(rights, table), *_writing(table, sight, columns, here)]


def _grant(rights: str, table: str) -> str:
    # A radiographer writes what she says of an exam and of a screen, and signs no read.
    hers = rights if table in _RADIOGRAPHERS_TOO else "SELECT"
    view = f'reader."{table}"'
    return (
        f"GRANT {rights} ON {view} TO klarsyn_reader, klarsyn_arbiter; "
        f"GRANT {hers} ON {view} TO klarsyn_radiographer"
    )


def function(name: str, returns: str, body: str, *, language: str = "sql", stable: bool = True) -> list[str]:
    """Return what makes one function that a blind role may call."""
    volatility = "STABLE" if stable else "VOLATILE"
    signature = name if "(" in name else f"{name}()"
    return [
        f"CREATE FUNCTION reader.{signature} RETURNS {returns} LANGUAGE {language} {volatility} {SEALED} "
        f"AS $body$ {body} $body$",
    ]


def _own_rows(table: str, sight: Sight, columns: list[str], here: str) -> list[str]:
    conditions = [filled(sight.rows, here)] if sight.rows else [f't."{sight.owner}" = {ME}']
    if sight.arbiters and table == "read_detail":
        conditions.append(
            f"EXISTS (SELECT 1 FROM {here}.read r WHERE r.read_id = t.read_id "
            "AND r.exam_id IN (SELECT reader.arbitrable()))"
        )
    elif sight.arbiters:
        conditions.append("t.exam_id IN (SELECT reader.arbitrable())")
    # A number from a sequence that all share would tell how much others have written.
    listed = ", ".join(
        "(row_number() OVER (ORDER BY t.number))::integer AS number" if c == "number" else f't."{c}"'
        for c in columns
    )
    body = f'SELECT {listed} FROM {here}."{table}" t WHERE {" OR ".join(conditions)}'
    return [
        *function(f"rows_of_{table}", f'SETOF {here}."{table}"', body),
        f'CREATE VIEW reader."{table}" WITH (security_invoker) AS SELECT * FROM reader.rows_of_{table}()',
    ]


def _known_rows(table: str, sight: Sight, columns: list[str], here: str) -> list[str]:
    if sight.rows and sight.rows != "key":
        return []
    # One exam at a time, so that asking for one does not fetch a day's results.
    about = "t.exam_id = asked"
    if sight.rows == "key":
        about = (
            f"t.exam_key IN (SELECT e.key FROM {here}.exam e WHERE e.exam_id = asked UNION ALL "
            f"SELECT split_part(e.key, '|identity:', 1) FROM {here}.exam e WHERE e.exam_id = asked)"
        )
    body = f'SELECT t.* FROM {here}."{table}" t WHERE {about} AND asked IN (SELECT reader.known())'
    listed = ", ".join("k.exam_id" if c == "exam_id" else f'f."{c}"' for c in columns)
    distinct = "DISTINCT ON (f.sop_instance_uid) " if sight.rows == "key" else ""
    return [
        *function(f"rows_of_{table}(asked text)", f'SETOF {here}."{table}"', body),
        f'CREATE VIEW reader."{table}" WITH (security_invoker) AS SELECT {distinct}{listed} '
        f"FROM reader.known() AS k(exam_id), LATERAL reader.rows_of_{table}(k.exam_id) AS f",
    ]


def _writing(table: str, sight: Sight, columns: list[str], here: str) -> list[str]:
    """Return the trigger that writes for a reader; a refusal has the same words whatever is there."""
    actions = [
        a
        for a, has in (("INSERT", sight.inserts), ("UPDATE", sight.updates), ("DELETE", sight.deletes))
        if has
    ]
    if not actions:
        return []
    own = f'"{sight.owner}"' if sight.owner else ""
    body = ["BEGIN"]
    if sight.inserts:
        given = [c for c in columns if c != "number"]
        body.append("IF TG_OP = 'INSERT' THEN")
        if own:
            body.append(_refuse(f"new.{own} IS DISTINCT FROM {ME}", "Write under your own account only."))
        body += [_refuse(f"({filled(c, here)}) IS NOT TRUE", said) for c, said in sight.check]
        body.append(
            f'INSERT INTO {here}."{table}" ({", ".join(f"""{chr(34)}{c}{chr(34)}""" for c in given)}) '
            f"VALUES ({', '.join(f'new.{chr(34)}{c}{chr(34)}' for c in given)});"
        )
        if "number" in columns:
            body.append(f'SELECT count(*) INTO new.number FROM {here}."{table}" t WHERE t.{own} = {ME};')
        body.append("RETURN new; END IF;")
    mine = f"t.{own} = {ME} AND t.exam_id = old.exam_id"
    if sight.updates:
        sets = ", ".join(f'"{c}" = new."{c}"' for c in sight.updates)
        body.append(
            f"IF TG_OP = 'UPDATE' THEN UPDATE {here}.\"{table}\" t SET {sets} WHERE {mine}; "
            "RETURN new; END IF;"
        )
    if sight.deletes:
        body.append(
            f"IF TG_OP = 'DELETE' THEN DELETE FROM {here}.\"{table}\" t WHERE {mine}; RETURN old; END IF;"
        )
    body.append(
        "RETURN NULL; EXCEPTION "
        "WHEN unique_violation THEN RAISE EXCEPTION 'This has been written already.' "
        "USING ERRCODE = '23505'; "
        "WHEN foreign_key_violation THEN RAISE EXCEPTION 'There is no such exam.' "
        "USING ERRCODE = '23503'; END"
    )
    return [
        *function(f"write_{table}", "trigger", " ".join(body), language="plpgsql", stable=False),
        f'CREATE TRIGGER write_{table} INSTEAD OF {" OR ".join(actions)} ON reader."{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION reader.write_{table}()",
    ]


def _refuse(condition: str, said: str) -> str:
    quoted = said.replace("'", "''")
    return f"IF {condition} THEN RAISE EXCEPTION '{quoted}' USING ERRCODE = '42501'; END IF;"
