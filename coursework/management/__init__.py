"""Commands of coursework."""
