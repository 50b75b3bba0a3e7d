"""Recording: from sheets and objects to events that the log may take."""
