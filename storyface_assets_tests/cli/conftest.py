import pytest
from typer.testing import CliRunner

from storyface_assets.cli import app as application
from storyface_assets_tests.tiny_books import tiny_library


@pytest.fixture
def library(tmp_path, monkeypatch):
    library = tiny_library(tmp_path / "data")
    monkeypatch.setenv("STORYFACE_DATA", str(library.settings.data_dir))
    return library


@pytest.fixture
def storyface(monkeypatch, capsys):
    """Run the command line as the installed script does; returns exit code, output, errors."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["storyface", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            application.main()
        output = capsys.readouterr()
        code = ended.value.code
        return int(code or 0), output.out, output.err

    return run


@pytest.fixture
def runner():
    return CliRunner()
