"""The read API: what a program may know of a company is what its user may see."""
