"""File exchange with learning management systems: their gradebook files read, matched, filled in, and files written.

Pure but for the models' words: bytes, people and grades in; plans and bytes out.
"""
