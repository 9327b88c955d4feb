"""Readers of result files: one module for each load generator.

To add one, write a module here with `READER = Reader(...)`: nothing else lists it. It says how to
tell its files, and which field is which figure in which unit.
"""
