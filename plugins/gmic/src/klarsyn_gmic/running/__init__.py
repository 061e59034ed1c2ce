"""The engine that an import makes. This folder is copied into it, so it knows nothing of the rest."""
