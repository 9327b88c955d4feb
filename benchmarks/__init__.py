"""Speed, measured by hand: `make bench`. Each figure is a ratio to what a user would use instead.

This package measures. Put a new measurement here; no test times anything, and results live in
docs/explanation/performance.md.
"""
