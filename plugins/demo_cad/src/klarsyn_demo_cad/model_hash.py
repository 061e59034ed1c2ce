"""Written by training/build_graph.py."""

MODEL_SHA256 = "33a68a83d44b1044635a62738a9161cc3aac11524a680c7c023b27e640c29553"
