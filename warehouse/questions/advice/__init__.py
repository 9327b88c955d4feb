"""What is cheapest: runs with their costs, bounds on them, and what is worth its price.

This package answers the command advise. Which rows are runs and what they cost at which price is
decided in the view `priced_runs`; put what is made of them here.
"""
