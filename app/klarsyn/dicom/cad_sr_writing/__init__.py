"""Our results -> Mammography CAD SR, and pages for viewers that cannot read it."""
