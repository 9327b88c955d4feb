"""The live site: asked politely, answered suspiciously, archived before anything is read.

This package does everything between an address and a `Response`. What is kept lives in
`pipelines.sources.archive`; what a page says, in the rest of `pipelines`.
"""
