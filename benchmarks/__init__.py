"""Speed, measured by hand: `make bench`. Each figure is a ratio to what a user would use instead.

Here belong measurements; no test times anything. Results stand in docs/performance.md.
"""
