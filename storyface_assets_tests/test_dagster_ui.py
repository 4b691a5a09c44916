"""From the UI: one book materialized, three backfilled, over GraphQL against a real server."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from storyface_assets_tests.tiny_books import REPOSITORY, tiny_library

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

BOOKS = ("one", "two", "three")
LOCATION = "storyface_assets.definitions"
SELECTOR = {"repositoryName": "__repository__", "repositoryLocationName": LOCATION}
ASSETS = (
    "book",
    "sentences",
    "sentence_emotions",
    "portrait",
    "character",
    "emotion_faces",
    "heads",
    "narration",
    "film",
)

LAUNCH = """
mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}"""
BACKFILL = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}"""
RUN = """
query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"""
BACKFILL_STATUS = """
query ($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } }
}"""
STATES = """
query ($partition: String!, $group: AssetGroupSelector!) {
  assetNodes(group: $group) { assetKey { path } staleStatus(partition: $partition) }
}"""


class Server:
    """``storyface ui`` as a person starts it."""

    def __init__(self, library):
        self.library = library
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {"STORYFACE_DATA": str(library.settings.data_dir)}
        command = "from storyface_assets.cli import main; main()"
        self.log = (library.settings.data_dir / "ui.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-c", command, "ui", "--port", str(self.port)],
            cwd=REPOSITORY,
            env=environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ask(self, query, **variables):
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(  # noqa: S310
            f"http://127.0.0.1:{self.port}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            result = json.load(answer)
        assert "errors" not in result, result["errors"]
        return result["data"]

    def wait(self, look, seconds):
        """Ask until ``look`` returns something; the log is in the error."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.tail()
            try:
                if found := look():
                    return found
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(1)
        raise AssertionError(f"not in {seconds} s:\n{self.tail()}")

    def tail(self):
        return (self.library.settings.data_dir / "ui.log").read_text("utf-8")[-3000:]

    def stop(self):
        """End the server and whatever it started, by the id of its own process group."""
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    library = tiny_library(tmp_path_factory.mktemp("ui") / "data")
    for slug in BOOKS:
        library.add(slug)
    server = Server(library)
    try:
        server.wait(lambda: server.ask("{ version }"), 180)
        yield server
    finally:
        server.stop()


def states(server, slug):
    group = SELECTOR | {"groupName": "books"}
    nodes = server.ask(STATES, partition=slug, group=group)["assetNodes"]
    return {n["assetKey"]["path"][-1]: n["staleStatus"] for n in nodes}


def add_partitions(server):
    for slug in BOOKS:
        server.ask(
            """mutation ($key: String!, $at: RepositorySelector!) {
              addDynamicPartition(
                partitionKey: $key, partitionsDefName: "books", repositorySelector: $at
              ) { __typename }
            }""",
            key=slug,
            at=SELECTOR,
        )


def test_one_book_is_materialized_and_then_three_are_backfilled(server):
    add_partitions(server)
    keys = [{"path": ["books", name]} for name in ASSETS]
    tags = [{"key": "dagster/partition", "value": "one"}]
    selector = SELECTOR | {"jobName": "render_books", "assetSelection": keys}
    launched = server.ask(
        LAUNCH,
        params={"selector": selector, "mode": "default", "executionMetadata": {"tags": tags}},
    )["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched

    def run_ended():
        status = server.ask(RUN, id=launched["run"]["runId"])["runOrError"]["status"]
        return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

    assert server.wait(run_ended, 600) == "SUCCESS", server.tail()
    assert {states(server, "one")[name] for name in ASSETS} == {"FRESH"}
    assert states(server, "two")["film"] == "MISSING"

    backfill = server.ask(BACKFILL, params={"assetSelection": keys, "partitionNames": list(BOOKS)})[
        "launchPartitionBackfill"
    ]
    assert backfill["__typename"] == "LaunchBackfillSuccess", backfill

    def backfill_ended():
        found = server.ask(BACKFILL_STATUS, id=backfill["backfillId"])["partitionBackfillOrError"]
        return found["status"] if found["status"].startswith(("COMPLETED", "FAILED")) else None

    assert server.wait(backfill_ended, 1200) == "COMPLETED_SUCCESS", server.tail()
    for slug in BOOKS:
        assert states(server, slug)["film"] == "FRESH"
        assert server.library.settings.store.joinpath("books", "film", slug).exists()


def test_a_person_sees_the_films_poster(server):
    """After the backfill: the film's page in a real browser, with its picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page()
        address = f"http://127.0.0.1:{server.port}/assets/books/film"
        page.goto(f"{address}?view=partitions&partition=one", timeout=120_000)
        page.get_by_text("[Show Markdown]").first.click(timeout=120_000)
        picture = page.locator("img[src^='data:image/jpeg']").first
        picture.wait_for(timeout=60_000)
        width = picture.evaluate("image => image.naturalWidth")
        browser.close()
    assert width > 100
