"""Rules on package lists, supported versions and release dates."""
