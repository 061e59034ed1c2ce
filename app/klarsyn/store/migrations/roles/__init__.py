"""What each role may see and do on a shared PostgreSQL, as SQL that a migration runs (docs/database.md)."""
