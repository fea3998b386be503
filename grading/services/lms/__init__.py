"""What is kept of the exchange of files with an LMS."""
