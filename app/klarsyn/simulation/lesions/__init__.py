"""What may be wrong in a breast: lesions with exact truth."""
