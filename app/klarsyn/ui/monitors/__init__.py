"""The screens: their tables of greys, checks and sizes, and which window stands where."""
