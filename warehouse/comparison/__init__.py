"""Comparing two releases: the macros in the warehouse file, and the answer as people read it.

This package has the rules' SQL (`statements`, `ranges`, `macros`, files in `warehouse/sql`), the
request (`request`, `names`, `price_book`, `own_prices`) and the answer (`results`, `conclusion`,
`dead_ends`, `shown`, `report`, `markdown`). Put code that compares two releases here.
"""
