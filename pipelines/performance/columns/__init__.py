"""What a column of a table is, read from its header.

`headers` asks the vocabulary first and the grammar second; `words` has the grammar's words. Put the
reading of a header here; the values that it returns live in `column_kinds`, in the room above, as
does the reading of cells.
"""
