"""Exponentials in relation to their sum: logsumexp, softmax, log_softmax."""
