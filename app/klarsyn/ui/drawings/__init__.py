"""What a reader or a presentation state draws over images, and where its words stand."""
