"""Papers that go with the parts: setup sheet, traveler, certificate; what people read at the machine and sign."""
