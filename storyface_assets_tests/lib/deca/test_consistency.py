"""Shapes are swapped within a person's photos only, whatever the photos' order."""

import torch

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.consistency import (
    one_partner_each,
    same_person_pairs,
    with_shape_of,
)

PERSONS = torch.tensor([4, 7, 4, 9, 7, 4])


def codes(seed: int = 0) -> Codes:
    torch.manual_seed(seed)
    return Codes.split(torch.randn(len(PERSONS), 236))


def loss(given: Codes, persons: torch.Tensor) -> torch.Tensor:
    """Any loss that sees a swapped shape beside its photo's own expression."""
    swapped = with_shape_of(given, *same_person_pairs(persons))
    return (swapped.shape[:, :50] * swapped.expression).square().mean()


def test_all_ordered_pairs_of_one_person_and_no_others():
    taker, giver = same_person_pairs(PERSONS)
    found = sorted(zip(taker.tolist(), giver.tolist(), strict=True))
    assert found == [(0, 2), (0, 5), (1, 4), (2, 0), (2, 5), (4, 1), (5, 0), (5, 2)]


def test_the_shape_alone_is_the_other_photos():
    given = codes()
    taker, giver = same_person_pairs(PERSONS)
    swapped = with_shape_of(given, taker, giver)
    assert torch.equal(swapped.shape, given.shape[giver])
    for name in ("albedo", "expression", "pose", "camera", "light"):
        assert torch.equal(getattr(swapped, name), getattr(given, name)[taker])


def test_the_order_of_photos_does_not_matter():
    given, order = codes(), torch.tensor([3, 5, 1, 0, 4, 2])
    assert torch.allclose(loss(given, PERSONS), loss(given[order], PERSONS[order]))


def test_equal_shapes_of_a_person_make_swapping_change_nothing():
    given = codes()
    shape = given.shape.clone()
    for person in PERSONS.unique():
        shape[PERSONS == person] = shape[PERSONS == person][:1].clone()
    same = Codes(shape, given.albedo, given.expression, given.pose, given.camera, given.light)
    taker, giver = same_person_pairs(PERSONS)
    assert torch.equal(with_shape_of(same, taker, giver).vector(), same[taker].vector())


def test_one_partner_each_is_another_photo_of_the_person_drawn_anew():
    drawn = set()
    for seed in range(20):
        taker, giver = one_partner_each(PERSONS, torch.Generator().manual_seed(seed))
        assert taker.tolist() == [0, 1, 2, 4, 5]
        assert torch.equal(PERSONS[taker], PERSONS[giver]) and (taker != giver).all()
        drawn.add(int(giver[0]))
    assert drawn == {2, 5}


def test_people_with_one_photo_only_give_an_empty_batch():
    for pairs in (same_person_pairs, one_partner_each):
        taker, giver = pairs(torch.tensor([1, 2, 3]))
        assert len(taker) == len(giver) == 0
        assert len(with_shape_of(codes()[:3], taker, giver)) == 0
