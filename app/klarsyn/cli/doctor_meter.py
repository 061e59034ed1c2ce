"""What `klarsyn doctor` says of the ledger: whether it ties with the results, and the site's contracts."""

from datetime import timedelta

from klarsyn.cli.context import Context

_LATELY = timedelta(days=31)
"""What the next statement bills lies within."""

_TO_DO = (
    "Bill nothing by it. The database refuses such changes, so that something has gone past its rules: keep "
    "a copy of the database as it is, find out who could write to it, and restore it from the last backup "
    "whose ledger ties."
)


def meter(context: Context) -> list[tuple[bool, str]]:
    """Return the checks: two of the ledger, one of the contracts, and a line for each used-up limit."""
    from klarsyn.intake.contracts import CONTRACTS, ContractsError, prepaid_warnings, read_contracts

    ledger = context.store.ledger
    now = context.clock.now()
    runs = len(ledger.between(now - _LATELY, now + _LATELY))
    checks = [
        _tie(f"ledger of the last {_LATELY.days} days: {runs} runs of engines", ledger.faults(now - _LATELY)),
        _tie(f"ledger since its beginning: {ledger.count()} runs of engines", ledger.faults()),
    ]
    try:
        contracts = read_contracts(context.settings.data_folder)
    except ContractsError as error:
        return [*checks, (False, str(error))]
    checks.append((True, f"contracts with vendors: {len(contracts)} in {CONTRACTS}"))
    # A limit is told and stops nothing, so it is no failure of the installation.
    return [*checks, *((True, f"note: {words}") for words in prepaid_warnings(contracts, ledger))]


def _tie(what: str, faults: list[str]) -> tuple[bool, str]:
    if not faults:
        return True, f"{what}, ties with results"
    return False, " ".join([f"{what}, does not tie with results.", *faults, _TO_DO])
