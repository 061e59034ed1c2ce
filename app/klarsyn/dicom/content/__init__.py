"""The content tree of a structured report: its items, their values and references (PS3.3 C.17.3)."""
