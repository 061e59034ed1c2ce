"""Tomosynthesis is read slice by slice: files that were imported before are looked at again.

What a header says of its slices is part of an image's facts (JSON), which old rows lack; they load without,
in the order of their files. The next import of the same folder fills it in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_BREAST_TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"


def upgrade() -> None:
    image = sa.table("image", sa.column("sop_instance_uid", sa.String), sa.column("facts", sa.JSON))
    source_file = sa.table("source_file", sa.column("sop_instance_uid", sa.String))
    stacks = sa.select(image.c.sop_instance_uid).where(
        image.c.facts["sop_class_uid"].as_string() == _BREAST_TOMOSYNTHESIS
    )
    op.execute(sa.delete(source_file).where(source_file.c.sop_instance_uid.in_(stacks)))
