"""What a quiz asks: the place, what may be typed there, what is right, and what usual mistakes look like.

Right answers and mistakes are numbers: those that the rules of the rows give at every point.
"""
