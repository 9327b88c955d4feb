"""What several rules compute: rates that are due, batches in flight, the past of a row.

Put a computation here that two rules need. This folder holds no rules; `HOLDS_RULES` says so to
`pipelines.quality.rules`, which looks for rules in every other folder.
"""

HOLDS_RULES = False
