"""Whether a response is the page that was asked for: whole, readable and of this release."""
