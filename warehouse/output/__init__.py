"""The dataset written for other readers."""
