"""Which operation of a recorded graph has the wrong rule?"""
