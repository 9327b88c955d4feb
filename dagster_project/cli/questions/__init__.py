"""Commands that answer the questions people bring.

Put here a command whose answer is a sentence with its evidence, one module a command. What it
answers is found in `warehouse`; commands that show what the dataset holds live in the room above.
"""
