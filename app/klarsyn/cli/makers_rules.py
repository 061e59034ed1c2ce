"""Mistakes in a site's own files of makers' rules, told where reports are read."""

from klarsyn.cli.context import Context


def mistakes_of_makers_rules(context: Context) -> tuple[str, ...]:
    """Return a sentence for each file that cannot be used."""
    from klarsyn.intake.vendor_rules import SITE_FOLDER, load_vendor_rules

    return load_vendor_rules(context.settings.data_folder / SITE_FOLDER).problems
