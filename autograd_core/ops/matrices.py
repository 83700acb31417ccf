"""Inverses, determinants and factorisations of matrices."""
