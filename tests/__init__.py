"""The tests: stories of residents, operators and caseworkers, on real parts."""
