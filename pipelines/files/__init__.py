"""Files on this machine: opened with care, and made durable."""
