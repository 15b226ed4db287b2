"""The frozen scripts that bring a workspace from one form to the next, one a module."""
