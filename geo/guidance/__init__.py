"""What the program says to patients beyond the list: statements, each with its sources, in words."""
