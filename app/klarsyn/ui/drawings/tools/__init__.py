"""What a hand does with a drawing: the pen that makes one, the grip that moves one, the words at one.

Pen and grip know image points only, no Qt.
"""
