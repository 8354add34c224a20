"""The HTTP edge: requests, responses, routing, authentication, the server."""
