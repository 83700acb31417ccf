"""Activation functions with a derivative of their own, and the special functions behind them."""
