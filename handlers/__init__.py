"""The dialogue: what is said and filed for one message of a resident (nothing of Telegram here)."""
