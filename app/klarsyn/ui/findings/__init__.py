"""The AI's marks and their list: nothing of them before the reveal."""
