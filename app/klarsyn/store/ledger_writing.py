"""Entering a run in the ledger, in the very transaction that stores its result.

So neither can be there without the other, whenever the program or the machine is stopped.
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.finding import AiResult, ResultOrigin
from klarsyn.domain.metering import Billing, EngineRun, billing_of
from klarsyn.store.ledger_models import LedgerRow


def enter(session: Session, result: AiResult, run: EngineRun | None, *, in_shadow: bool = False) -> None:
    """Add the ledger's row of a result to a transaction that writes.

    Without `run`, nothing is known of its price and it is not billed. `in_shadow` says in which table the
    result lies. What a report says is no run of an engine here, and has no entry.
    """
    if result.provenance.origin is ResultOrigin.REPORT:
        return
    # The row of the result goes first: the ledger's refers to it.
    session.flush()
    made = result.provenance
    maker, images = maker_of(result), images_hash(made.input_instances)
    run = run or EngineRun(made.engine, made.made_at, None, in_shadow)
    before = select(LedgerRow.number).where(
        LedgerRow.exam_id == result.exam_id,
        LedgerRow.maker == maker,
        LedgerRow.model_sha256 == made.model_sha256,
        LedgerRow.images_sha256 == images,
        LedgerRow.billing == Billing.BILLED.value,
    )
    billing = billing_of(result.status, run, billed_before=session.scalar(before.limit(1)) is not None)
    session.add(
        LedgerRow(
            result_id=None if in_shadow else result.result_id,
            shadow_result_id=result.result_id if in_shadow else None,
            exam_id=result.exam_id,
            engine=run.engine,
            maker=maker,
            version=made.version,
            model_sha256=made.model_sha256,
            images_sha256=images,
            started_at=run.started_at,
            ended_at=made.made_at,
            outcome=result.status.value,
            billing=billing.value,
            price=run.terms.price if run.terms else None,
            currency=run.terms.currency if run.terms else "",
            contract=run.terms.contract if run.terms else "",
        )
    )


def maker_of(result: AiResult) -> str:
    """Say whose engine made a result, whatever name it is installed under."""
    return f"{result.provenance.vendor}: {result.provenance.engine}"


def images_hash(uids: Iterable[str]) -> str:
    """Return one hash over the images of a run, whatever their order."""
    return hashlib.sha256("\n".join(sorted(uids)).encode()).hexdigest()
