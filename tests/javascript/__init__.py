"""Our scripts: their types, their logic, and what they and Python say to each other."""
