"""From tissue to images: attenuation, detectors, and the makers' processing."""
