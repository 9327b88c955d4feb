"""Where pages come from: the bundled capture, a folder, a live site, or an archive of one.

This package reads files. Put a new kind of source here; what the files mean lives in
`pipelines.pages` and above it.
"""
