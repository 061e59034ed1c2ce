"""SQLAlchemy models, migrations and repositories."""
