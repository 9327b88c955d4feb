"""What the release's last capture had and this one does not have."""
