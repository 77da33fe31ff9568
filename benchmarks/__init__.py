"""Measurements that outsiders can repeat; not part of the installed package."""
