"""Faults guarded against: lanes in the wrong order, masks turned round, a store beside
its place."""

import numpy as np

from storyface_assets.lib.render.jit import kernel
from storyface_assets.lib.render.lanes import (
    LANES,
    bits,
    choose,
    least,
    load,
    lowest_bit,
    most,
    prefetch,
    ramp,
    spread,
    store,
)


@kernel
def _rise(values, numbers, start, slope):
    at = np.uint64(3)
    prefetch(values, at)
    before = load(values, at)
    line = spread(start) + ramp() * spread(slope) - spread(np.float32(1.0))
    above = (line > before) & (line >= spread(np.float32(0.0)))
    store(values, at, choose(above, line, before))
    store(
        numbers, at, most(load(numbers, at), choose(above, spread(np.int32(7)), load(numbers, at)))
    )
    return bits(above), lowest_bit(bits(above)), bits(least(line, before) >= most(line, before))


def test_lanes_work_like_the_numbers_they_stand_for():
    rng = np.random.default_rng(0)
    values = rng.uniform(-2, 12, 3 * LANES).astype(np.float32)
    numbers = rng.integers(-9, 9, 3 * LANES).astype(np.int32)
    here, lanes = slice(3, 3 + LANES), np.arange(LANES)
    line = np.float32(2.0) + lanes.astype(np.float32) - np.float32(1.0)
    above = (line > values[here]) & (line >= 0)
    wanted_values, wanted_numbers = values.copy(), numbers.copy()
    wanted_values[here] = np.where(above, line, values[here])
    wanted_numbers[here] = np.where(above, np.maximum(numbers[here], 7), numbers[here])
    mask, lowest, equal = _rise(values, numbers, np.float32(2.0), np.float32(1.0))
    assert np.array_equal(values, wanted_values)
    assert np.array_equal(numbers, wanted_numbers)
    assert above.any() and mask == (above << lanes).sum()
    assert lowest == above.argmax() and equal == 0
