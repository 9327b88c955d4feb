"""This room reads what a release is made of: packages, supported versions, dates, instance types.

`reader.read_composition` is the one entry for a page, and `reader.add_up` for a release. Put words
of the pages into `vocabulary`, and the reading of one kind of fact into its module. What looks
wrong in what was read lives in `pipelines.quality.packages`.
"""
