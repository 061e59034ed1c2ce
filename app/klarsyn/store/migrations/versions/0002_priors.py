"""Why an exam is a prior, and what the rule needs to know.

Exams that wait stay as they are: what an earlier version has taken for a reading task remains one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "exam", sa.Column("patient_issuer", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column("exam", sa.Column("asked_for", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("exam", sa.Column("prior_reason", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_exam_patient_id"), "exam", ["patient_id"])
    exam = sa.table(
        "exam",
        sa.column("reading_task", sa.Boolean),
        sa.column("asked_for", sa.Boolean),
        sa.column("prior_reason", sa.Text),
    )
    op.execute(exam.update().where(exam.c.reading_task).values(asked_for=True))
    op.execute(
        exam.update().where(~exam.c.reading_task).values(prior_reason="too old to be read when it arrived")
    )
