"""What had not been seen at 1:1 when a read was signed, and what has been seen of exams that are left.

The first is a column of the append-only reads: rows from before say NULL, not known. The second is a draft.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("read", sa.Column("seen_in_part", sa.JSON(), nullable=True))
    op.create_table(
        "looked",
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_looked_exam_id")),
        sa.PrimaryKeyConstraint("reader", "exam_id", name=op.f("pk_looked")),
    )
