"""Settings: ``base`` reads the environment once, ``test`` makes effects safe."""
