"""Prices: what a shop's rates make of an estimate, every figure with where it comes from."""

from camcore.pricing.price import made, price, rise
from camcore.pricing.rates import Book, load
from camcore.pricing.terms import Terms, terms

__all__ = ["Book", "Terms", "load", "made", "price", "rise", "terms"]
