"""Graphs made of graphs: operations joined, modules folded, equal blocks rolled up, parts cut out."""
