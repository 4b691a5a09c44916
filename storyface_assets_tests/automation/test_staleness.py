"""What is due and why, on a real instance, over assets that cost nothing."""

import pytest
from dagster import DagsterInstance, materialize

from storyface_assets.resources import history
from storyface_assets_tests.automation.small_graph import SLUG, Shop, World, definitions


@pytest.fixture
def shop():
    with DagsterInstance.ephemeral() as instance:
        shop = Shop(instance, World())
        shop.observe(story="a", photo="a")
        yield shop


@pytest.fixture
def made(shop):
    assert shop.render().error == ""
    return shop


def test_a_new_book_is_made_whole_in_one_run(shop):
    assert set(shop.due()) == {"text", "head", "film"}
    assert list(shop.render().made) == ["head", "text", "film"]
    assert shop.instance.get_runs_count() == 1


def test_a_finished_book_needs_nothing(made):
    assert made.due() == {}
    assert made.render().made == {}
    assert made.instance.get_runs_count() == 1


def test_a_changed_story_leaves_the_head_alone(made):
    made.observe(story="b")
    made.world.content["text"] = "2"
    assert made.due() == {"text": "story changed"}
    assert made.render().made == {"text": "story changed", "film": "text changed"}


def test_work_stops_where_the_content_is_the_same(made):
    # A space at the end of the story must not cost a film.
    made.observe(story="b")
    assert made.render().made == {"text": "story changed"}
    assert made.due() == {}


def test_back_and_forth_is_noticed_each_time(made):
    for version in ("b", "a", "b"):
        made.observe(story=version)
        made.world.content["text"] = version
        assert set(made.render().made) == {"text", "film"}


def test_new_code_makes_the_asset_again(made):
    made.film_code = "2"
    assert made.render().made == {"film": "its code changed"}
    assert made.due() == {}


def test_what_the_store_lost_is_made_again(made):
    made.world.gone.add("head")
    assert made.render().made == {"head": "gone from the store"}


def test_a_new_champion_makes_no_book_again(made):
    # A nightly training would otherwise render the whole catalogue every morning.
    made.world.content["champion"] = "new"
    defs = definitions(made.world)
    champion = defs.resolve_assets_def(["models", "champion"])
    assert materialize([champion], instance=made.instance).success
    assert made.due() == {}


def test_force_makes_everything_again(made):
    assert set(made.render(force=True).made) == {"text", "head", "film"}
    assert made.due() == {}


def test_a_failed_check_stops_the_book_and_is_not_forgotten(shop):
    # Otherwise the next render would go on from the broken result.
    shop.world.check_passes = False
    outcome = shop.render()
    assert "is_good" in outcome.error
    assert shop.due()["text"] == "its check is_good failed" and "film" in shop.due()
    shop.world.check_passes = True
    assert shop.render().error == "" and shop.due() == {}


def test_a_failed_check_is_not_forgotten_among_other_books(shop, monkeypatch):
    # In a large catalogue the other books' results would crowd it out.
    monkeypatch.setattr(history, "_CHECKS_LOOKED_AT", 1)
    shop.world.check_passes = False
    shop.render()
    shop.world.check_passes = True
    shop.observe("other", story="a", photo="a")
    assert shop.render(slug="other").error == ""
    assert shop.due()["text"] == "its check is_good failed"


def test_a_failure_names_the_asset_and_goes_on_where_it_stopped(shop):
    shop.world.fails.add("film")
    outcome = shop.render()
    assert outcome.error == "film: RuntimeError: film is broken"
    assert shop.due() == {"film": "never made"}
    shop.world.fails.clear()
    assert shop.render().made == {"film": "never made"}


def test_other_books_do_not_count(made):
    made.instance.add_dynamic_partitions("books", ["other"])
    defs = definitions(made.world)
    assert set(made.staleness(defs).due("other").values()) == {"never made"}
    assert made.staleness(defs).due(SLUG) == {}


def test_what_is_made_on_demand_waits_to_be_asked_for(made):
    # A render of the catalogue would write every head for artists who never asked.
    made.observe(photo="b")
    assert "files" not in made.render().made
    assert "files" not in made.render(force=True).made


def test_asking_for_one_asset_makes_it_and_what_it_is_made_of(shop):
    # An artist who wants the head would wait for the film.
    shop.wanted = "files"
    assert list(shop.render().made) == ["head", "files"]
    assert shop.render().made == {}
    shop.world.content["head"] = "2"
    shop.observe(photo="b")
    assert shop.render().made == {"head": "photo changed", "files": "head changed"}
