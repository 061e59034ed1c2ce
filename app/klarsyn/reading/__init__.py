"""The reader's journey, step by step. No Qt: a session can be driven by a test."""
