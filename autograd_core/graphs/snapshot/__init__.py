"""What was recorded, as data that no later change reaches: nodes, wires, values, rules."""
