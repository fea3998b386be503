"""What is decided about submissions: verification, verdicts, leaderboard, dashboards."""
