"""What a release is made of: packages, supported versions, dates, instance types."""
