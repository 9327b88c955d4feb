"""The page: one HTML file that shows the dataset offline."""
