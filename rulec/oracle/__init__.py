"""The meaning of the language, slow and obvious; engine, batch and analysis are held to it."""
