"""Who is asked how they are without having asked, what an event gathers, what is looked into."""
