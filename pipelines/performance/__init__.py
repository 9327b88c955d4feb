"""From the tables of a performance page to typed benchmark rows."""
