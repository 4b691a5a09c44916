"""The Khronos glTF validator's own word.

It is npm's ``gltf-validator``; install it outside of this repository and name its folder::

    npm install --prefix /tmp/gltf gltf-validator
    GLTF_VALIDATOR=/tmp/gltf/node_modules pytest …
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = """
const validator = require("gltf-validator");
const bytes = new Uint8Array(require("fs").readFileSync(process.argv[1]));
validator.validateBytes(bytes, {maxIssues: 100}).then((report) => {
  console.log(JSON.stringify(report.issues));
});
"""


@pytest.fixture(scope="module")
def issues(written):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    places = os.environ.get("GLTF_VALIDATOR", "")
    if not (Path(places) / "gltf-validator").is_dir():
        pytest.skip("GLTF_VALIDATOR names no folder with npm's gltf-validator")
    answer = subprocess.run(
        [node, "-e", SCRIPT, str(written.folder / "head.glb")],
        env=os.environ | {"NODE_PATH": places},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


def test_khronos_finds_nothing_wrong(issues):
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"]
    # 480 × 320 and 65 × 8 pixels of hair and neck: any size is allowed.
    assert {m["code"] for m in issues["messages"]} <= {"IMAGE_NPOT_DIMENSIONS"}
