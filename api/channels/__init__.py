"""The doors by which channels and other systems hand in: signed, limited, and on disk first."""
