"""Everything a reader can ask for, declared once: its words, its keys, its help.

To add a command: one member of `Command`, one line of a table, and `Commands.add(command, act)` where the act
lives. Menu, cheat sheet, key settings and docs/keys.md follow from the line.
"""
