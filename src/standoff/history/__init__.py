"""History: decisions of states about the wars of others, and weights learned from them."""
