"""WHO DID WHAT: every change of the exchange and the declarations, never altered."""
