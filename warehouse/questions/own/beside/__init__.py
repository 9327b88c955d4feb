"""Own runs beside published rows: which row is nearest, what is reached, and what differs.

Put here what `compare --own` answers. What was imported lives in the package above.
"""
