"""What people ask of a dataset: what is cheapest, what happened to a model, what made a figure.

This package has one room or module a question: values in, values out. Put the SQL that selects the
values beside them; rules that several questions share are views, in `warehouse.views`.
"""
