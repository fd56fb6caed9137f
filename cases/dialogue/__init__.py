"""What the handlers may ask of the case store and have done there: closed sets, one shell."""
