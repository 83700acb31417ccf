"""What stands beside the pictures: the chain rule explained, derived, and gone through step by step."""
