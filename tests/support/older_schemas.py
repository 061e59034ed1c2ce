"""Statements that take a new SQLite database back to an older version of its schema."""

BEFORE_REPORTS = (
    "DROP TABLE report_conversion",
    "DROP TABLE received_report",
    "DROP TABLE received_document",
    "DROP INDEX ix_ai_result_exam_origin",
    "ALTER TABLE ai_result DROP COLUMN origin",
    "ALTER TABLE ai_result DROP COLUMN source",
    "DROP INDEX ix_source_file_kept_uid",
    "ALTER TABLE source_file DROP COLUMN kept_uid",
    "UPDATE alembic_version SET version_num = '0011'",
)
"""Back to version 0011."""
