"""What the server's own catalogue tells to everybody: statistics, locks, sessions, sizes.

Only a superuser can take it away. A migration that is not run by one leaves it open; `still_open` says so,
and `klarsyn db roles` prints what a superuser runs.
"""

from sqlalchemy import Connection, text

_COUNTING = "('reltuples', 'relpages', 'relallvisible', 'relfrozenxid', 'relminmxid')"
_FUNCTIONS = (
    r"p.proname LIKE 'pg\_stat\_%' OR p.proname LIKE 'pg\_%\_size' OR p.proname IN ('pg_lock_status', "
    "'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids', 'pg_sequence_last_value', 'pg_current_snapshot', "
    "'pg_current_xact_id', 'pg_current_xact_id_if_assigned', 'pg_xact_status', 'pg_visible_in_snapshot', "
    "'txid_current', 'txid_current_snapshot', 'txid_current_if_assigned', 'txid_status', "
    "'pg_current_wal_lsn', 'pg_current_wal_insert_lsn', 'pg_current_wal_flush_lsn', "
    "'pg_last_committed_xact', 'pg_notification_queue_usage', 'pg_prepared_xact', "
    "'pg_xact_commit_timestamp', 'pg_xact_commit_timestamp_origin', 'pg_get_multixact_members')"
)
_LOCKS = r"p.proname LIKE 'pg\_%advisory%'"
_VIEWS = (
    r"c.relkind = 'v' AND (c.relname LIKE 'pg\_stat%' OR c.relname IN ('pg_locks', 'pg_sequences', "
    "'pg_prepared_xacts'))"
)

CLOSING = f"""
DO $closing$
DECLARE
    one record;
    columns text;
BEGIN
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND ({_FUNCTIONS})
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one.name);
    END LOOP;
    FOR one IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'pg_catalog'::regnamespace AND {_VIEWS}
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', one.name);
    END LOOP;
    -- By trying a lock one could watch whose claim is being made. A writer's own lock is in schema `reader`.
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND {_LOCKS}
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one.name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO klarsyn_service, klarsyn_keeper, klarsyn_physicist, '
            'klarsyn_admin, klarsyn_auditor', one.name);
    END LOOP;
    SELECT string_agg(quote_ident(a.attname), ', ') INTO columns FROM pg_attribute a
        WHERE a.attrelid = 'pg_class'::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attname NOT IN {_COUNTING};
    REVOKE ALL ON pg_catalog.pg_class FROM PUBLIC;
    EXECUTE format('GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC', columns);
    GRANT SELECT ON pg_catalog.pg_class TO klarsyn_service;
    REVOKE ALL ON pg_catalog.pg_largeobject_metadata FROM PUBLIC;
END $closing$
"""


def closing_if_allowed() -> str:
    """Return what closes the catalogue where a superuser runs the migration, and does nothing elsewhere."""
    quoted = CLOSING.replace("'", "''")
    return (
        "DO $allowed$ BEGIN IF current_setting('is_superuser') = 'on' THEN "
        f"EXECUTE '{quoted}'; END IF; END $allowed$"
    )


def still_open(connection: Connection) -> list[str]:
    """Return what of the catalogue everybody can read that tells of others' work; empty when closed."""
    found = connection.execute(
        text(
            f"SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.prokind = 'f' "
            f"AND p.pronamespace = 'pg_catalog'::regnamespace AND ({_FUNCTIONS} OR {_LOCKS}) "
            "AND EXISTS (SELECT 1 FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a "
            "WHERE a.grantee = 0) "
            f"UNION SELECT c.oid::regclass::text FROM pg_class c WHERE {_VIEWS} "
            "AND EXISTS (SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee = 0) "
            "UNION SELECT 'pg_class.reltuples' FROM pg_class c WHERE c.oid = 'pg_class'::regclass "
            "AND EXISTS (SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee = 0) ORDER BY 1"
        )
    )
    return list(found.scalars())
