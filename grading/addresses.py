"""The starts of addresses that several modules of grading share."""

ASSIGNMENT = "courses/<slug:course>/<slug:assignment>/"
TASK = "courses/<slug:course>/<slug:assignment>/<slug:task>/"
DRAFT_PICTURE = f"{TASK}hand-in/pictures/<int:picture>/"
SETUP = "setup/<slug:course>/"
SETUP_ASSIGNMENT = f"{SETUP}assignments/<slug:assignment>/"
SETUP_TASK = f"{SETUP_ASSIGNMENT}tasks/<slug:task>/"
