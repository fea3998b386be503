"""A network of one input, one hidden neuron and one output, worked out by hand in exact fractions.

    o = b2 + w2 * h,   h = b1 + w1 * x,   all linear;   w1 = 1/2, b1 = 1/4, w2 = -1, b2 = 1/2
    two training points (x, label): (2, 1) and (-1, 0); one test point (1, 1); batch size 2, learning rate 1/2

Before training
    (2, 1):  h = 1/4 + 1 = 1.25     o = 0.5 - 1.25 = -0.75    d = -1.75    loss 1.53125
    (-1, 0): h = 1/4 - 1/2 = -0.25  o = 0.5 + 0.25 =  0.75    d =  0.75    loss 0.28125
    (1, 1):  h = 1/4 + 1/2 = 0.75   o = 0.5 - 0.75 = -0.25    d = -1.25    loss 0.78125
    training loss (1.53125 + 0.28125) / 2 = 0.90625
Gradients, summed over both points
    b2: -1.75 + 0.75 = -1           w2: -1.75 * 1.25 + 0.75 * -0.25 = -2.1875 - 0.1875 = -2.375
    back at the hidden neuron d = w2 * delta: 1.75 and -0.75
    b1: 1.75 - 0.75 = 1             w1: 1.75 * 2 + -0.75 * -1 = 4.25
The update, divided by 2 points
    b2 = 0.5 - (0.5 * -1) / 2 = 0.75       w2 = -1 - 0.25 * -2.375 = -0.40625
    b1 = 0.25 - (0.5 * 1) / 2 = 0          w1 = 0.5 - 0.25 * 4.25 = -0.5625
"""

from dataclasses import replace

import numpy as np
import pytest

from engine.datasets import Points
from engine.lockstep import Lockstep
from engine.network import Network
from engine.spec import Spec

TRAIN = [[2.0, 0.0, 1.0], [-1.0, 0.0, 0.0]]
TEST = [[1.0, 0.0, 1.0]]
SPEC = Spec(
    activation="linear",
    problem="regression",
    dataset="reg-plane",
    hidden_layers=(1,),
    features=("x",),
    batch_size=2,
    learning_rate=0.5,
    seed="1",
)


def _lockstep(spec: Spec, train: list[list[float]] = TRAIN) -> Lockstep:
    network = Network([np.array([[0.5]]), np.array([[-1.0]])], [np.array([0.25]), np.array([0.5])])
    return Lockstep(spec, [Points(np.array(train), np.array(TEST))], [network])


def _parameters(lockstep: Lockstep) -> dict[str, float]:
    network = lockstep.network(0)
    return {
        "w1": network.weights[0].item(),
        "b1": network.biases[0].item(),
        "w2": network.weights[1].item(),
        "b2": network.biases[1].item(),
    }


def test_losses_before_training() -> None:
    assert _lockstep(SPEC).losses().tolist() == [[0.90625, 0.78125]]


def test_one_update() -> None:
    lockstep = _lockstep(SPEC)
    lockstep.train_epoch()
    assert _parameters(lockstep) == {"w1": -0.5625, "b1": 0.0, "w2": -0.40625, "b2": 0.75}


def test_losses_after_it() -> None:
    # (2, 1): h = -1.125, o = 0.75 + 0.45703125; (-1, 0): h = 0.5625, o = 0.75 - 0.228515625;
    # (1, 1): h = -0.5625, o = 0.75 + 0.228515625
    lockstep = _lockstep(SPEC)
    lockstep.train_epoch()
    train = (0.5 * 0.20703125**2 + 0.5 * 0.521484375**2) / 2
    assert lockstep.losses().tolist() == [[train, 0.5 * 0.021484375**2]]


def test_l2_takes_its_part_of_the_weights_before_the_update_and_none_of_a_bias() -> None:
    # rate 1/2: 0.5 * 0.5 * -1 more for w2, 0.5 * 0.5 * 0.5 less for w1
    lockstep = _lockstep(replace(SPEC, regularization="L2", regularization_rate=0.5))
    lockstep.train_epoch()
    assert _parameters(lockstep) == {"w1": -0.5625 - 0.125, "b1": 0.0, "w2": -0.40625 + 0.25, "b2": 0.75}


def test_l1_kills_a_link_that_it_pushes_across_zero_for_good() -> None:
    # rate 2: w2 = -0.40625 + 1 crosses 0 and dies; w1 goes by the sign it had before: -0.5625 - 1
    lockstep = _lockstep(replace(SPEC, regularization="L1", regularization_rate=2.0))
    lockstep.train_epoch()
    assert _parameters(lockstep) == {"w1": -1.5625, "b1": 0.0, "w2": 0.0, "b2": 0.75}
    # o is 0.75 everywhere now: b2 moves by -(0.5 * (-0.25 + 0.75)) / 2, no gradient comes back through the dead link,
    # and w1 moves by its regularization only
    lockstep.train_epoch()
    assert _parameters(lockstep) == {"w1": -0.5625, "b1": 0.0, "w2": 0.0, "b2": 0.625}


def test_points_left_over_wait_for_the_next_epoch() -> None:
    # No hidden layer, o = b + w * x, both 0. Points (1, 1), (1, 1), (1, 1) in batches of 2, rate 1: the first two move
    # w and b to 1, so the third has no error left and waits with a gradient of 0. The update that the next epoch
    # begins with has 3 points, without error at that: nothing moves. With labels of 3, 3, 5 it does:
    #   d = -3, -3: w = b = (3 + 3) / 2 = 3, o = 6; third point: d = 6 - 5 = 1, which waits
    #   next epoch: d = 3, 3; sum with the one waiting 7, over 3 points: w = b = 3 - 7/3
    spec = replace(SPEC, hidden_layers=(), learning_rate=1.0)
    network = Network([np.array([[0.0]])], [np.array([0.0])])
    points = Points(np.array([[1.0, 0, 3], [1, 0, 3], [1, 0, 5]]), np.array(TEST))
    lockstep = Lockstep(spec, [points], [network])
    lockstep.train_epoch()
    assert lockstep.network(0).biases[0].item() == 3
    lockstep.train_epoch()
    # a bias takes (rate * sum) / n, a link (rate / n) * sum, which is not the same number to the last bit
    assert lockstep.network(0).biases[0].item() == 3 - 7 / 3
    assert lockstep.network(0).weights[0].item() == 3 - (1 / 3) * 7


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_batch_that_never_fills_changes_nothing(epochs: int) -> None:
    lockstep = _lockstep(replace(SPEC, batch_size=3))
    for _ in range(epochs):
        lockstep.train_epoch()
    assert _parameters(lockstep) == {"w1": 0.5, "b1": 0.25, "w2": -1.0, "b2": 0.5}
