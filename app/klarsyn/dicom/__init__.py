"""The standard <-> the domain: headers, pixels and declared header repairs."""
