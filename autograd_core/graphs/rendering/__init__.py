"""From DOT to SVG, PNG and PDF by whatever is installed."""
