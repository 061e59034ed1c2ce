"""The reader's own impression: assess, sign, confirm, and what is kept meanwhile."""
