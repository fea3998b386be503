"""Names under which classmates see each other: an adjective and an animal, such as Quiet Otter."""

import random
from collections.abc import Container

ADJECTIVE_WORDS = """
    Amber Bold Brave Bright Brisk Calm Candid Clever Copper Crisp Curious Dapper Eager Fair Gentle Glad Golden Happy
    Hardy Honest Jolly Keen Kind Lively Lucky Mellow Merry Misty Neat Nimble Olive Patient Plain Polite Proud Quick
    Quiet Rapid Ready Rosy Silver Smart Snug Steady Still Sunny Swift Tidy Vivid Warm
"""
ANIMAL_WORDS = """
    Badger Beaver Bison Bittern Crane Curlew Dace Deer Dove Egret Elk Falcon Ferret Finch Fox Gecko Hare Hawk Heron
    Ibex Ibis Jay Kestrel Kite Lark Lemur Linnet Lynx Marten Mole Newt Otter Owl Pika Plover Puffin Raven Robin Seal
    Shrew Siskin Sparrow Stoat Swan Tapir Tern Thrush Toad Vole Wren
"""
ADJECTIVES, ANIMALS = tuple(ADJECTIVE_WORDS.split()), tuple(ANIMAL_WORDS.split())


def new_pseudonym(taken: Container[str], source: random.Random) -> str:
    """Draw a name that is not taken; after many draws a number makes it unique."""
    for draw in range(1, 10_000):
        name = f"{source.choice(ADJECTIVES)} {source.choice(ANIMALS)}"
        if draw > 200:
            name = f"{name} {draw}"
        if name not in taken:
            return name
    raise ValueError("No pseudonym is left: a course has at most some ten thousand people.")
