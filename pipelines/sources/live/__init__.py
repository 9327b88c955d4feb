"""The live site: asked politely, answered suspiciously, archived before anything is read.

Here belongs everything between an address and a `Response`. What is kept stands in
`pipelines.sources.archive`; what a page says, in the rest of `pipelines`.
"""
