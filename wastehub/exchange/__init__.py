"""WHAT WAS AGREED: offer -> agreement -> transfer note, until the mass has moved."""
