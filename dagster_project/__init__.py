"""The thin rim: Dagster definitions and the command line. Importing it imports no Dagster."""
