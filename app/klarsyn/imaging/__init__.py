"""Pixels -> what the eye sees. numpy and OpenCV, no Qt."""
