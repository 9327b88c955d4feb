"""Prices that a person brings: a price book, and costs calculated with it."""
