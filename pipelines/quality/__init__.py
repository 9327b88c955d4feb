"""Quality rules: what looks wrong in a release, and what refuses it. One file holds one rule.

To add a rule, add a file to the folder of its subject; `rules` finds it there. The file declares
`RULE`, and its docstring explains the rule: `docs/reference/quality-rules` is written from it. Put
what several rules compute in a module beside the folders. `reading` and `publishing` import
nothing of the code that reads and publishes, because that code imports them.
"""
