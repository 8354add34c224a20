"""Serves AutoDNS's XML gateway: requests of one or more tasks, and a result for each."""
