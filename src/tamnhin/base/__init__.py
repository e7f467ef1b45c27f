"""Django plumbing with no domain in it: tenancy, audit, page or fragment, formatting."""
