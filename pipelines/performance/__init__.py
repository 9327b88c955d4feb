"""This package reads performance tables: what their headers and cells mean.

`reader` reads a page, `families` what is decided over a release. A new spelling goes into
`vocabulary`, a new word of headers into `words`.
"""
