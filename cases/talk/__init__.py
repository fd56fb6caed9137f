"""What is said with a resident: conversations, their lines and files, where they go on."""
