"""The web: contract, refusals, pages and streams, over real stores."""
