"""This room compares package lists: between releases, and between docs releases that print them."""
