"""One module a kind of call: reads a request, calls a service, returns a response."""
