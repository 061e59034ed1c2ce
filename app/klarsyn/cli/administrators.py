"""Who administers this installation, for commands that hold what no reader may know."""

from klarsyn.cli.context import Context


def may_administer(context: Context) -> bool:
    """True for those the settings name, or else for the account that owns the data folder.

    A shared database is nobody's by that: there the setting names the administrators.
    """
    from klarsyn.reading.policy_change import administrators_only

    owner = ""
    if not context.settings.database_url:
        try:
            owner = context.settings.data_folder.owner()
        except (KeyError, NotImplementedError, OSError):
            owner = context.reader
    return administrators_only(context.settings.administrators, owner)(context.reader)
