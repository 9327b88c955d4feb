"""How to get one published figure again: what it was measured with, and by which script.

This package answers the command reproduce. Pins are written in `warehouse.packages.differences`.
"""
