"""Whatever is in a forged file, the verifier names a place; it never ends without an answer."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.application.notary import Notary
from switchboard.domain.audit import archive, root
from switchboard.domain.audit.commit import dumps
from switchboard.domain.errors import Unreadable
from switchboard_verify import roots
from switchboard_verify.__main__ import main
from switchboard_verify.verify import Known, Report, verify
from tests.fakes.audit import LocalSigner
from tests.fakes.audited import Audited

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}), st.just("\ud800"),
    st.sampled_from(["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "2026-03-02T09:00:00", 10**400, -1, [[]],
                     [["a", 1]]]),
)  # fmt: skip
FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def company() -> Audited:
    return Audited().life(3)


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(item, (*here, key))


def spelt(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def look(company: Audited, folder: Path, key: str, raw: bytes, **more: Any) -> Report:
    if not folder.exists():
        company.copy(folder)
    (folder / key).write_bytes(raw)
    try:
        return verify(folder, [company.signer.public], company.now, **more)
    finally:
        (folder / key).unlink() if key not in company.files.there else (folder / key).write_bytes(company.files.there[key])


@FEW
@given(data=st.data())
def test_a_root_of_other_types_signed_by_the_right_key(
    company: Audited, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    key = company.keys("roots/")[-1]
    lines = company.files.there[key].splitlines()
    statement, leaves = json.loads(lines[0]), [json.loads(line) for line in lines[2:]]
    if data.draw(st.booleans()):
        statement = _changed(data, statement)
    else:
        leaves = [_changed(data, leaf) for leaf in leaves]
    said = spelt(statement)
    raw = b"".join(line + b"\n" for line in (said, base64.b64encode(company.signer.sign(said)), *map(spelt, leaves)))
    folder = tmp_path_factory.getbasetemp() / "forged-roots"
    if [said, *map(spelt, leaves)] != [lines[0], *lines[2:]]:  # each signature is another, of the same words too
        assert any(key in fault.place for fault in look(company, folder, key, raw).faults)


def _changed(data: st.DataObject, value: Any) -> Any:
    made = json.loads(json.dumps(value))
    path, odd = data.draw(st.sampled_from(list(paths(made)))), data.draw(ODD)
    if not path:
        return odd
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = odd
    return made


@FEW
@given(data=st.data())
def test_a_record_of_other_types_in_a_file_that_no_root_names_yet(
    company: Audited, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    key = company.keys("archive/")[-1]
    there = json.loads(gzip.decompress(company.files.there[key]))
    there["Records"] = there["Records"][:2]
    raw = gzip.compress(spelt(_changed(data, there)), 1, mtime=0)
    named = f"{archive.begins(company.now)}-{archive.digest(raw)}.json.gz"
    (tmp_path_factory.getbasetemp() / "forged-files" / named).parent.mkdir(parents=True, exist_ok=True)
    folder = company.copy(tmp_path_factory.getbasetemp() / "forged-files")
    look(company, folder, named, raw)


@pytest.mark.parametrize("at", ["2026-03-02T09:00:00.000000", "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"])
@pytest.mark.parametrize("name", ["at", "seen"])
def test_a_root_whose_time_has_no_zone_or_is_beyond_range(company: Audited, tmp_path: Path, name: str, at: str) -> None:
    key = company.keys("roots/")[-1]
    said, _, *leaves = company.files.there[key].splitlines()
    forged = dumps(json.loads(said) | {name: at})
    raw = b"".join(line + b"\n" for line in (forged, base64.b64encode(company.signer.sign(forged)), *leaves))
    assert any(key in fault.place for fault in look(company, tmp_path / "copy", key, raw).faults)


def test_of_two_remembered_roots_of_one_number_both_count(company: Audited, tmp_path: Path) -> None:
    folder = company.copy(tmp_path / "copy")
    true = verify(folder, [company.signer.public], company.now).last
    assert true is not None
    for known in ([Known(true.number, "0" * 64), true], [true, Known(true.number, "0" * 64)]):
        report = verify(folder, [company.signer.public], company.now, known=known)
        assert [fault.place for fault in report.faults] == [true.place]


def test_a_name_that_cannot_be_printed_is_told_all_the_same(
    company: Audited, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = company.copy(tmp_path / "copy")
    (folder / "roots" / "\x1b[31mx\udcff").write_bytes(b"")
    (tmp_path / "key.pem").write_bytes(company.signer.public)
    arguments = [str(folder), "--key", str(tmp_path / "key.pem"), "--as-of", company.now.isoformat()]
    assert main(arguments) == main([*arguments, "--json"]) == 1
    assert "\x1b" not in capsys.readouterr().out


# -- another key ------------------------------------------------------------------------------------------


def changed() -> tuple[Audited, LocalSigner, LocalSigner]:
    """Three roots by one key, two by the next."""
    company, old, new = Audited(), LocalSigner("arn:x/old"), LocalSigner("arn:x/new")
    for signer, number in ((old, 3), (new, 2)):
        company.signer, company.notary = signer, Notary(company.files, company.anchors, company.marks, signer, company.clock)
        company.life(number)
    return company, old, new


def test_after_a_change_of_the_key_the_new_one_goes_on(tmp_path: Path) -> None:
    company, old, new = changed()
    assert company.keys("keys/") == ["keys/0000000001-old.pem", "keys/0000000004-new.pem"]
    folder = company.copy(tmp_path / "copy")
    report = verify(folder, [old.public, new.public], company.now)
    assert report.faults == []
    assert report.notes == ["from root 4 on another key signs: arn:x/new"]
    assert main([str(folder), "--keys", str(folder / "keys"), "--as-of", company.now.isoformat()]) == 0
    assert verify(folder, [new.public], company.now).faults
    assert verify(folder, [new.public, old.public], company.now).faults, "the order is that of their use"


def test_who_has_the_old_key_cannot_go_on_with_it(tmp_path: Path) -> None:
    company, old, new = changed()
    company.notary = Notary(company.files, company.anchors, company.marks, old, company.clock)
    with pytest.raises(Unreadable, match="given up"):
        company.root()
    last = company.keys("roots/")[-1]
    said, _ = root.read(company.files.there[last])
    company.files.there[last] = root.written(said, old.sign(said.statement))
    report = verify(company.copy(tmp_path / "copy"), [old.public, new.public], company.now)
    assert any(last in fault.place and "given up" in fault.what for fault in report.faults)


def test_a_history_that_ends_before_the_change_is_missed(tmp_path: Path) -> None:
    company, old, new = changed()
    for key in company.keys("roots/")[-2:]:
        del company.files.there[key]
    made_then = company.now - timedelta(minutes=10)
    report = verify(company.copy(tmp_path / "copy"), [old.public, new.public], made_then)
    assert any(roots.place(3) in fault.place and "older key" in fault.what for fault in report.faults)
