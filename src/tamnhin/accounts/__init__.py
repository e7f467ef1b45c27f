"""Who logs in, to which companies they belong, and what they may do there."""
