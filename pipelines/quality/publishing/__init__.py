"""What rows must satisfy before they are published. A breach is a fault of this program."""
