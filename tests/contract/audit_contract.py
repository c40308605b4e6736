"""What every keeper of the audit's files, every keeper of anchored heads and every signer must do: see `application.audit_ports`."""

from __future__ import annotations

import pytest

from switchboard.application.audit_ports import AnchoredHeads, AuditFiles, AuditReading, Listed, Marks, Signer
from switchboard.domain.audit.gaps import Gap
from switchboard.domain.audit.heads import Head
from switchboard.domain.errors import NotFound
from tests.contract import samples as s


class FilesContract:
    """Subclasses give a fixture `files`."""

    def test_a_file_is_read_as_it_was_put(self, files: AuditFiles) -> None:
        key, raw = f"roots/{s.fresh()}", bytes(range(256))
        assert files.put(key, raw) is True
        assert files.get(key) == raw

    def test_a_file_is_written_once(self, files: AuditFiles) -> None:
        key = f"roots/{s.fresh()}"
        files.put(key, b"first")
        assert files.put(key, b"second") is False
        assert files.get(key) == b"first"

    def test_of_many_who_put_at_once_one_does(self, files: AuditFiles) -> None:
        key = f"roots/{s.fresh()}"
        answers = s.each_at_once(lambda n: files.put(key, str(n).encode()), range(8))
        assert answers.count(True) == 1
        assert files.get(key) == str(answers.index(True)).encode()

    def test_a_file_that_is_not_there_is_said_to_be_missing(self, files: AuditFiles) -> None:
        with pytest.raises(NotFound):
            files.get(f"roots/{s.fresh()}")

    def test_files_are_listed_in_order_from_where_one_wants(self, files: AuditFiles) -> None:
        folder = f"archive/{s.fresh()}/"
        for name in ("b", "a", "d", "c"):
            files.put(folder + name, b"x")
        files.put(f"archive/{s.fresh()}/z", b"x")
        assert list(files.keys(folder)) == [folder + name for name in "abcd"]
        assert list(files.keys(folder, f"{folder}b")) == [f"{folder}c", f"{folder}d"]
        assert list(files.keys(folder, f"{folder}bb")) == [f"{folder}c", f"{folder}d"]


class ReadingContract:
    """Subclasses give a fixture `files`."""

    def test_several_files_are_read_at_once_and_one_that_is_not_there_is_told(self, files: AuditReading) -> None:
        folder = f"archive/{s.fresh()}/"
        for name in "ab":
            files.put(folder + name, name.encode())
        assert files.several([f"{folder}b", f"{folder}x", f"{folder}a"]) == [b"b", None, b"a"]

    def test_files_between_two_names_are_listed_with_their_versions(self, files: AuditReading) -> None:
        folder = f"archive/{s.fresh()}/"
        for name in "abcd":
            files.put(folder + name, b"x")
        assert files.listed(folder, f"{folder}a", f"{folder}c") == [Listed(f"{folder}b"), Listed(f"{folder}c")]


class AnchoredContract:
    """Subclasses give a fixture `anchored`."""

    def test_before_the_first_root_nothing_is_known(self, anchored: AnchoredHeads) -> None:
        assert anchored.applied() == 0
        assert anchored.read([s.fresh("cnv#")]) == {}

    def test_heads_are_read_as_they_were_applied(self, anchored: AnchoredHeads) -> None:
        heads = {s.fresh("cnv#"): Head(n, f"{n:064d}") for n in range(1, 231)}
        anchored.apply(1, heads)
        assert anchored.applied() == 1
        assert anchored.read([*heads, s.fresh("cnv#")]) == heads

    def test_a_head_only_goes_forward(self, anchored: AnchoredHeads) -> None:
        """A notary that is slow must not undo what another has done meanwhile, whatever order they are in."""
        one, other, new = s.fresh("cnv#"), s.fresh("cnv#"), s.fresh("cnv#")
        anchored.apply(8, {one: Head(5, "e"), other: Head(2, "b")})
        anchored.apply(7, {one: Head(4, "d"), other: Head(3, "c"), new: Head(1, "a")})
        assert anchored.read([one, other, new]) == {one: Head(5, "e"), other: Head(3, "c"), new: Head(1, "a")}
        assert anchored.applied() == 8

    def test_the_same_root_twice_changes_nothing(self, anchored: AnchoredHeads) -> None:
        ledger = s.fresh("cnv#")
        for _ in range(2):
            anchored.apply(3, {ledger: Head(2, "b")})
        assert anchored.read([ledger]) == {ledger: Head(2, "b")}
        assert anchored.applied() == 3

    def test_a_root_of_nothing_counts(self, anchored: AnchoredHeads) -> None:
        anchored.apply(9, {})
        assert anchored.applied() == 9


class MarksContract:
    """Subclasses give a fixture `marks`."""

    def test_a_gap_is_open_until_it_is_done(self, marks: Marks) -> None:
        one, other = Gap(s.fresh("cnv#"), 3, 9), Gap(s.fresh("cnv#"), 1, 1)
        marks.mark([one, other, one])
        assert sorted(marks.open(10)) == sorted([one, other])
        assert len(marks.open(1)) == 1
        marks.done(other, 2)
        assert marks.open(10) == [one]
        marks.done(one, 10)
        assert marks.open(10) == []

    def test_of_a_gap_that_is_done_in_parts_the_rest_is_open(self, marks: Marks) -> None:
        gap = Gap(s.fresh("cnv#"), 3, 9)
        marks.mark([gap])
        marks.done(gap, 6)
        marks.mark([gap, gap._replace(first=5)])
        assert marks.open(10) == [gap._replace(first=6)]

    def test_what_is_marked_as_wider_meanwhile_is_not_done(self, marks: Marks) -> None:
        gap = Gap(s.fresh("cnv#"), 3, 9)
        marks.mark([gap])
        marks.mark([gap._replace(first=2)])
        marks.done(gap, 10)
        assert marks.open(10) == [gap._replace(first=2)]

    def test_many_gaps_are_marked_at_once(self, marks: Marks) -> None:
        ledger = s.fresh("cnv#")
        gaps = [Gap(ledger, 2 * n, 2 * n) for n in range(1, 231)]
        marks.mark(gaps[100:150])
        marks.mark(gaps)
        assert marks.open(1000) == gaps

    def test_a_stray_is_new_once(self, marks: Marks) -> None:
        stray = f"archive/{s.fresh()}"
        assert [marks.new(stray), marks.new(stray), marks.new(stray + "x")] == [True, False, True]


class SignerContract:
    """Subclasses give a fixture `signer`."""

    def test_what_it_signed_it_knows_and_nothing_else(self, signer: Signer) -> None:
        from tests.fakes.audit import LocalSigner

        signature, public = signer.sign(b"a root"), signer.public
        assert signer.signed(b"a root", signature, public)
        assert not signer.signed(b"another root", signature, public)
        assert not signer.signed(b"a root", signature[:-1] + bytes([signature[-1] ^ 1]), public)
        assert not signer.signed(b"a root", signature, LocalSigner().public)
        assert not signer.signed(b"a root", signature, b"no key")

    def test_of_two_signatures_that_hold_it_gives_the_lower(self, signer: Signer) -> None:
        """Or whoever has a root could write another that is as good."""
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        from switchboard.adapters.aws.signer import ORDER

        assert all(decode_dss_signature(signer.sign(b"%d" % n))[1] <= ORDER // 2 for n in range(12))
