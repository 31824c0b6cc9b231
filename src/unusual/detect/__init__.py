"""From columns to scores: numbered fields, buckets, tallies, probabilities, normalised scores; arrays in and out."""
