"""Who administers this installation, for commands that hold what no reader may know."""

from klarsyn.cli.context import Context


def may_administer(context: Context) -> bool:
    """True for those the settings name, or else for the account that owns the data folder."""
    from klarsyn.reading.policy_change import administrators_only

    return administrators_only(context.settings.administrators, owner_of(context))(context.reader)


def owner_of(context: Context) -> str:
    """Return the account that owns the data folder; where the system does not tell, who runs this.

    A shared database is nobody's by that: there the setting names the administrators.
    """
    if context.settings.database_url:
        return ""
    try:
        return context.settings.data_folder.owner()
    except (KeyError, NotImplementedError, OSError):
        return context.reader
