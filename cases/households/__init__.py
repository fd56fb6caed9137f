"""一户一案: the file, its people and help, its reviews and visits."""
