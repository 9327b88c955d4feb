"""One model over all releases: what each printed of its series, and what came of it.

This package answers the command history, in words and in rows. What makes rows one series is
decided in the view `history`; which figures are measurements, in `warehouse.questions.trends`.
"""
