"""The peers are looked at only by whoever runs the benchmarks: they need not be installed."""

collect_ignore_glob = ["peer_*"]
