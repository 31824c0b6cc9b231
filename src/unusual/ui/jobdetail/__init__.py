"""One job: what it has seen, said and kept."""
