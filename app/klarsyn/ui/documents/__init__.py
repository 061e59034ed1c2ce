"""Documents that came beside the images, after the reveal."""
