"""Names the columns of contact lists: the spellings of each program, and what they mean."""
