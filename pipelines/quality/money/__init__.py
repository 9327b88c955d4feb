"""Rules on costs, and what they say together with throughput and the hourly rate."""
