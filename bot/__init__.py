"""What runs by itself: the composition of the helpline, its clock and its channels."""
