"""What a column of a table is, read from its header.

`headers` asks the vocabulary first and the grammar second; `words` has the grammar's words,
`readings` the values that both return. Put the reading of a header here; cells are read in the room
above.
"""
