"""What every channel must pass, against a peer on the loopback that behaves well and badly."""
