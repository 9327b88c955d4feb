"""The live site: requests are polite, answers are checked, and all is archived before it is read.

This package does everything between an address and a `Response`. What is kept lives in
`pipelines.sources.archive`; what a page says, in the rest of `pipelines`.
"""
