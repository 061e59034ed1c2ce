"""Pages that come beside the images: Encapsulated PDF and captures of screens."""
