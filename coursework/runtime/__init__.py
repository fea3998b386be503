"""What keeps the service running on one machine: the embedded broker, the supervisor, logging, health."""
