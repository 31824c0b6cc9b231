"""Looking documents up: which ones a query means, in which order, and what they amount to."""
