"""Written by training/hashes.py."""

MODEL_FILES = {
    "demo_cad.onnx": "33a68a83d44b1044635a62738a9161cc3aac11524a680c7c023b27e640c29553",
    "specks.onnx": "d31d1c600607593430c9bed13ec6fb898f6503718e0776f46faca2cf1cbb4dfe",
    "masses.onnx": "0f5b2b3400f23750763d8b58066effe25940e168d18cdbcb1353465e5785554e",
}
