"""What webhooks say, and how they are signed."""
