"""The healthy breast: its shape under compression, and the tissue in it."""
