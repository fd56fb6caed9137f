"""What others would do in our place, as small as it can honestly be made."""
