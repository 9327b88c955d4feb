"""Comparing two releases: the macros in the warehouse file, and the answer as people read it.

Here belong the rules' SQL (`statements`, `macros`, the files in `warehouse/sql`), asking a question
(`request`), and telling the answer (`rows`, `verdicts`, `software`, `report`).
"""
