"""The views of the warehouse and their columns."""
