"""Many drawings priced from a list: in processes of this machine or on a cluster, to be gone on with after any stop."""
