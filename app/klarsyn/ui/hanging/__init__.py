"""Several images hung together: steps, places, one real size, and images on their way."""
