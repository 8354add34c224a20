"""Photos: fetched from public addresses, decoded in processes that can be killed."""
