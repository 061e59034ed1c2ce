"""Group roles, what each may touch, and the policies that hold where a right was granted by mistake.

One LOGIN role is one person, named like the account that signs reads; groups hold the rights. klarsyn_keeper
logs in nowhere: the functions of schema `reader` are its own, and it alone sees for them what readers may
not.
"""

from klarsyn.store.migrations.roles.sights import SIGHTS, Kind

BLIND = ("klarsyn_reader", "klarsyn_arbiter", "klarsyn_radiographer")
"""Groups of those who read or stand beside the woman: nothing of a read or an engine before its time."""
SEEING = ("klarsyn_physicist", "klarsyn_admin", "klarsyn_auditor")
"""Groups of those who never read."""
SERVICE, KEEPER = "klarsyn_service", "klarsyn_keeper"
GROUPS = (*BLIND, *SEEING, SERVICE, KEEPER)

_PHYSICIST_SEES = (
    "ai_result", "shadow_result", "calibration_exam", "ledger", "outcome", "received_report",
    "received_document", "report_conversion",
)  # fmt: skip
_READS = (
    "read",
    "read_detail",
    "reveal",
    "draft",
    "draft_detail",
    "looked",
    "drawing",
    "claim",
    "opinion_shown",
)
_WRITES = {
    "klarsyn_physicist": (
        "screen_check", "screen_ruler", "calibration", "calibration_event", "site_window", "outcome",
        "access_log", "access_anchor",
    ),
    "klarsyn_admin": (
        "policy_version", "exam_note", "engine_choice", "exam_closing", "exam_move", "site_value",
        "access_log", "access_anchor",
    ),
    "klarsyn_auditor": ("access_log", "access_anchor"),
}  # fmt: skip


def groups() -> list[str]:
    """Return what makes the groups that a cluster lacks; it may hold databases of several sites."""
    return [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{group}') THEN "
        f"CREATE ROLE {group} NOLOGIN; END IF; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        for group in GROUPS
    ] + [
        # The owner runs migrations and backups, and makes functions of the keeper's.
        f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{group}', 'MEMBER') THEN "
        f"GRANT {group} TO CURRENT_USER; END IF; END $$"
        for group in (SERVICE, KEEPER)
    ]


def closing(here: str, database: str) -> list[str]:
    """Return what takes away what PostgreSQL gives to everybody."""
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {here} FROM PUBLIC, {', '.join(GROUPS)}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {here} FROM PUBLIC, {', '.join(GROUPS)}",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {here} FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA {here} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {here} TO {', '.join(GROUPS)}",
        # Without temporary objects nobody puts a name of his own before the database's.
        f"REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM PUBLIC",
    ]


def granting(tables: list[str], here: str) -> list[str]:
    """Return the grants on the tables themselves; those who read get none."""

    def on(table: str) -> str:
        return f'{here}."{table}"'

    everything = ", ".join(on(t) for t in tables)
    made = [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {SERVICE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {here} "
        f"TO {SERVICE}, {KEEPER}, klarsyn_physicist, klarsyn_admin",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {here} TO {SERVICE}, {KEEPER}",
        f"GRANT SELECT, INSERT ON {everything} TO {KEEPER}",
        f"GRANT SELECT ON {everything} TO klarsyn_auditor, klarsyn_admin",
    ]
    changed = [t for t, s in SIGHTS.items() if t in tables and (s.updates or s.deletes)]
    made += [f"GRANT UPDATE, DELETE ON {on(t)} TO {KEEPER}" for t in changed]
    for table in tables:
        sight = SIGHTS.get(table)
        seen = table in _PHYSICIST_SEES or (sight is not None and sight.kind is Kind.OPEN)
        if seen and table not in _READS:
            made.append(f"GRANT SELECT ON {on(table)} TO klarsyn_physicist")
    for group, written in _WRITES.items():
        made += [f"GRANT INSERT ON {on(t)} TO {group}" for t in written if t in tables]
    if "site_window" in tables:
        made.append(f"GRANT UPDATE, DELETE ON {on('site_window')} TO klarsyn_physicist")
    if "alembic_version" in tables:
        made.append(f"GRANT SELECT ON {on('alembic_version')} TO PUBLIC")
    return made


def policies(tables: list[str], here: str) -> list[str]:
    """Return the policies of all tables that are not open: a second wall behind the rights.

    They look at `session_user`, so that a function of the owner shows a reader no more than the reader may
    see; only the keeper's functions see more.
    """
    seeing = " OR ".join(f"pg_has_role(session_user, '{group}', 'MEMBER')" for group in (SERVICE, *SEEING))
    # The owner is a member of the keeper, and a policy for a role holds for its members too.
    keeper = f"current_user = '{KEEPER}'"
    made = []
    for table in tables:
        sight = SIGHTS.get(table)
        if table == "change_tick" or (sight is not None and sight.kind is Kind.OPEN):
            continue
        name = f'{here}."{table}"'
        made += [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        ]
        made += [f"DROP POLICY IF EXISTS {policy} ON {name}" for policy in ("seeing", "keeper", "own")]
        made += [
            f"CREATE POLICY seeing ON {name} USING ((SELECT {seeing})) WITH CHECK ((SELECT {seeing}))",
            f"CREATE POLICY keeper ON {name} TO {KEEPER} USING ({keeper}) WITH CHECK ({keeper})",
        ]
        if sight is not None and sight.kind is Kind.OWN and sight.owner == "reader":
            own = "reader = session_user::text"
            made.append(f"CREATE POLICY own ON {name} USING ({own}) WITH CHECK ({own})")
    return made
