"""What `klarsyn doctor` says of the ledger: whether it ties with the results, and the site's contracts."""

from datetime import timedelta

from klarsyn.cli.context import Context

_LOOKED_AT = timedelta(days=31)
"""How far back each entry is compared with its result. That every result has one is always looked at."""


def meter(context: Context) -> list[tuple[bool, str]]:
    """Return the checks: one of the ledger, one of the contracts, and a line for each used-up limit."""
    from klarsyn.intake.contracts import CONTRACTS, ContractsError, prepaid_warnings, read_contracts

    ledger = context.store.ledger
    faults = ledger.faults(context.clock.now() - _LOOKED_AT)
    tie = f"ledger: {ledger.count()} runs of engines, and they tie with the results"
    checks = [
        (not faults, " ".join(["the ledger does not tie with the results.", *faults]) if faults else tie)
    ]
    try:
        contracts = read_contracts(context.settings.data_folder)
    except ContractsError as error:
        return [*checks, (False, str(error))]
    checks.append((True, f"contracts with vendors: {len(contracts)} in {CONTRACTS}"))
    # A limit is told and stops nothing, so it is no failure of the installation.
    return [*checks, *((True, f"note: {words}") for words in prepaid_warnings(contracts, ledger))]
