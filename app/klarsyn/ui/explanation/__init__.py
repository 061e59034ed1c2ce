"""Why a score: what each part adds, and where on an image the value comes from; nothing before the reveal."""
