"""Answers to the lecture's exercises, marked and explained."""
