"""The folders of one run of a program, below its working folder. Standard library only."""

ORDER = "order.json"
GIVEN, ANSWER = "in", "out"
FOLDERS = (GIVEN, ANSWER, "tmp", "home")
"""What it reads, and then what it may write to. The working folder itself it does not see."""
