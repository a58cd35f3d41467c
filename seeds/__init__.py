"""What the platform starts from: catalogue, boundaries, trackers, a demo region."""
