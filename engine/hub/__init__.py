"""Models from the Hub, and folders on this computer: looked at, fetched, verified. No torch."""
