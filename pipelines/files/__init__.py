"""Files on this machine: opened with care, and made durable.

This package has what every reader or writer of files needs. What a file means lives with its
reader.
"""
