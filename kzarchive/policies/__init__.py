"""Policies: pure rules that decide among the claims of a frame, and the answers that they give."""
