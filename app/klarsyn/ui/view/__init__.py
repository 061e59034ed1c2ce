"""One image on the screen: its place, its greys, its texts and the mouse over it."""
