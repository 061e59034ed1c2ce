"""Qt widgets. They show and they ask; decisions live below."""
