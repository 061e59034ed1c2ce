"""What screening readers talk about. Pure Python and numpy: no files, no Qt, no pydicom."""
