"""Reading a screenshot of the Playground: a picture in, values out. Knows nothing of Django or of courses."""
