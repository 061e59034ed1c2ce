"""Lists of exams: who comes, what is wrong with her, and where it is written."""
