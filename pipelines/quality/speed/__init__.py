"""Rules on throughput and latency, and what both say together."""
