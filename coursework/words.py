"""Words that stand in more than one place, each written once."""

_IN_THE_LOSSES = {
    "both": "both losses show",
    "either": "one of the two losses shows",
    "train": "the training loss shows",
    "test": "the test loss shows",
}


def in_the_losses(criterion: str) -> str:
    """Name the losses that a criterion looks at, as the subject of a sentence about reaching the target."""
    return _IN_THE_LOSSES[criterion]
