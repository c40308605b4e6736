"""`python -m tools.knowledge`: what an operator sees of good and bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.knowledge import main

GOOD = "---\nid: {id}\ntitle: Refunds\nlocale: en\n---\n\nWithin ten days."


def test_bad_files_are_named_and_the_others_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text(GOOD.format(id="a"), "utf-8")
    (tmp_path / "b.md").write_text("no fields", "utf-8")
    (tmp_path / "c.md").write_bytes(b"\xff\xfe")
    (tmp_path / "twice.md").write_text(GOOD.format(id="a"), "utf-8")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "1 articles read, 0 changed, 3 refused" in said.out
    assert [line.partition(":")[0].rpartition("/")[2] for line in said.err.splitlines()] == ["b.md", "c.md", "twice.md"]


def test_a_folder_without_articles_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no folder with"):
        main(["check", str(tmp_path)])


@pytest.mark.parametrize("url", ["http://desk.example", "http://localhost.example", "file:///etc/hosts"])
def test_an_administrators_token_never_goes_out_unencrypted(tmp_path: Path, url: str) -> None:
    (tmp_path / "token").write_text("secret", "utf-8")
    with pytest.raises(SystemExit, match="https"):
        main(["usage", "--api", url, "--token-file", str(tmp_path / "token")])
