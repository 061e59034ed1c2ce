"""The network beside a PACS. Empty until the hospital issue fills it."""
