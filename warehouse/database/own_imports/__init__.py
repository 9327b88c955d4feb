"""What a user imported: the table `own_measurements`, its files in the root, its rows in queries.

How result files are read, and compared with what AWS published, lives in `warehouse.questions.own`.
"""
