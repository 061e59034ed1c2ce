"""The exam's journey, step by step: files in, exams scored and queued."""
