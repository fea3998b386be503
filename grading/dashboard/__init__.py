"""The overview of a task's class: who stands where, what needs a person, and what the numbers look like."""
