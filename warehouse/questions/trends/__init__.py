"""What happened to figures over time: which were measured again, and what shape their changes have.

This package answers the commands trends and history. Where a figure of a release comes from is
decided in the view `history`; put what is concluded from it here.
"""
