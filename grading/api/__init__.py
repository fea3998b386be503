"""The REST API: what a page can do, a program can do. Views here are as thin as pages' and call the same services."""
