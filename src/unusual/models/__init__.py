"""Rows of learnt state, per family of models; chooses kernels, knows no fields or buckets."""
