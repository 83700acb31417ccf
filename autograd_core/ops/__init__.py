"""The rows, a family a file; `table` holds every row by name.

A function reads the families it is made of, not the table: so importing the library reads those that an
expression needs.
"""
