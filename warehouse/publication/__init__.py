"""The dataset as a static site: the page, every table as files, an API of JSON files, and feeds."""
