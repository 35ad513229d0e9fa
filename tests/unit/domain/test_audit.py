"""The chain holds as long as nothing is changed, and every change is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nexusplanner.domain.audit import ACTIONS, AuditEntry, AuditHead, AuditNote, moment
from nexusplanner.domain.audit_chain import MOST_FAULTS, genesis, head_of, link, verify_chain
from nexusplanner.domain.audit_file import export_lines, head_from, verify_file
from nexusplanner.errors import InputError

T0 = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
FIELDS = ("at", "action", "subject", "payload", "payload_sha256", "previous", "hash")


def chain(length: int = 12, *, tenant: str = "acme") -> list[AuditEntry]:
    """Return a chain of entries that differ."""
    head, entries = genesis(tenant), list[AuditEntry]()
    for n in range(length):
        note = AuditNote(
            action=ACTIONS[n % 5], subject=f"run-{n // 3}", actor=("planner", "Ines Okonjo")[n % 2], details={"n": n}
        )
        entries.append(link(note, head, at=T0 + timedelta(seconds=n), salt=f"{n:016x}"))
        head = head_of(entries[-1], tenant=tenant)
    return entries


def is_intact(entries: list[AuditEntry], *heads: AuditHead) -> bool:
    return verify_chain(entries, tenant="acme", heads=heads).is_intact


def exported(entries: list[AuditEntry]) -> bytes:
    return "".join(export_lines(entries, start=genesis("acme"))).encode()


def is_file_intact(content: bytes, head: str = "") -> bool:
    """Tell whether a file is taken as it is; one that is no audit log any more is none that is."""
    try:
        return verify_file(BytesIO(content), source="log", head=head).is_intact
    except InputError:
        return False


def test_an_entry_tells_who_did_what_to_what_and_when() -> None:
    entry = chain()[1]
    assert (entry.seq, entry.actor, entry.action, entry.subject) == (2, "Ines Okonjo", ACTIONS[1], "run-0")
    assert entry.at == "2026-11-02T09:30:01.000000Z"
    assert entry.details == {"n": 1}
    assert "Ines Okonjo" in repr(entry)


def test_a_moment_is_written_in_utc_whatever_zone_it_is_in() -> None:
    assert moment(datetime.fromisoformat("2026-11-02T11:30:00+02:00")) == moment(T0)


def test_a_subject_is_an_id_and_never_a_name() -> None:
    for subject in ("Ines Okonjo", "ines@example.org", ""):
        with pytest.raises(ValidationError):
            AuditNote(action="run.started", subject=subject)


def test_an_untouched_chain_is_intact_and_so_is_an_empty_one() -> None:
    entries = chain()
    report = verify_chain(entries, tenant="acme", heads=[head_of(entries[4], tenant="acme")])
    assert report.is_intact
    assert report.head == head_of(entries[-1], tenant="acme")
    assert "12 entries" in str(report)
    assert is_intact([])


def test_a_chain_is_its_tenants_own() -> None:
    """The same entries under another name do not begin where that name's chain begins."""
    assert not is_intact(chain(tenant="other"))
    assert not is_intact(chain(), genesis("other"))


@given(at=st.integers(0, 11), field=st.sampled_from(FIELDS), place=st.integers(0, 300), by=st.integers(1, 90))
def test_a_character_changed_anywhere_is_found(at: int, field: str, place: int, by: int) -> None:
    entries = chain()
    text = getattr(entries[at], field)
    place %= len(text)
    other = chr(33 + (ord(text[place]) - 33 + by) % 94)
    entries[at] = entries[at].model_copy(update={field: text[:place] + other + text[place + 1 :]})
    assert not is_intact(entries) or other == text[place]


@given(at=st.integers(0, 10))
def test_an_entry_taken_out_is_found(at: int) -> None:
    entries = chain()
    del entries[at]
    assert not is_intact(entries)


@given(one=st.integers(0, 11), other=st.integers(0, 11))
def test_entries_swapped_are_found(one: int, other: int) -> None:
    entries = chain()
    entries[one], entries[other] = entries[other], entries[one]
    assert is_intact(entries) == (one == other)


@given(at=st.integers(0, 12), source=st.integers(0, 11), is_fitted=st.booleans())
def test_an_entry_put_in_is_found_even_where_it_is_made_to_fit(at: int, source: int, is_fitted: bool) -> None:
    """A forger who links it to the one before still has all that follow against them, and the head at the end."""
    entries = chain()
    head = head_of(entries[-1], tenant="acme")
    before = head_of(entries[at - 1], tenant="acme") if at else genesis("acme")
    forged = link(AuditNote(action="plan.saved", subject="plan-x"), before, at=T0, salt="s")
    entries.insert(at, forged if is_fitted else entries[source])
    assert not is_intact(entries, head) or (is_fitted and at == 12)


def test_a_cut_tail_is_found_against_a_head_that_was_kept_and_only_so() -> None:
    entries = chain()
    head = head_of(entries[-1], tenant="acme")
    assert is_intact(entries[:-1])
    report = verify_chain(entries[:-1], tenant="acme", heads=[head])
    assert [str(fault) for fault in report.faults] == ["entry 12: the end was cut off: there were 12 entries"]
    assert "was changed: entry 12" in str(report)


def test_a_chain_written_anew_is_found_against_a_head_that_was_kept() -> None:
    entries = chain()
    rewritten, head = list[AuditEntry](), genesis("acme")
    for entry in entries:
        note = AuditNote(action="plan.saved", subject=entry.subject)
        rewritten.append(link(note, head, at=T0, salt="s"))
        head = head_of(rewritten[-1], tenant="acme")
    assert is_intact(rewritten)
    assert not is_intact(rewritten, head_of(entries[7], tenant="acme"))


def test_a_blanked_payload_is_a_fault_unless_an_erasure_names_it() -> None:
    entries = chain()
    entries[3] = entries[3].model_copy(update={"payload": ""})
    (fault,) = verify_chain(entries, tenant="acme").faults
    assert (fault.seq, fault.problem) == (4, "its payload is gone, and no erasure names it")
    note = AuditNote(action="entries.blanked", subject="tenant", details={"seqs": [4]})
    named = [*entries, link(note, head_of(entries[-1], tenant="acme"), at=T0, salt="s")]
    assert is_intact(named)
    assert named[3].actor == ""
    assert named[3].details == {}


def test_a_payload_that_was_erased_and_is_there_again_is_a_fault() -> None:
    entries = chain()
    note = AuditNote(action="entries.blanked", subject="tenant", details={"seqs": [4]})
    assert not is_intact([*entries, link(note, head_of(entries[-1], tenant="acme"), at=T0, salt="s")])


def test_a_report_of_a_ruined_chain_stays_short() -> None:
    assert (
        len(verify_chain([e.model_copy(update={"hash": ""}) for e in chain(200)], tenant="acme").faults) == MOST_FAULTS
    )


def test_equal_payloads_have_hashes_that_differ_by_their_salt() -> None:
    """A name that was erased cannot be guessed by hashing names."""
    note = AuditNote(action="plan.saved", subject="plan-x", actor="Ines Okonjo")
    one, other = (link(note, genesis("acme"), at=T0, salt=salt) for salt in "ab")
    assert one.payload_sha256 != other.payload_sha256


def test_an_exported_log_is_verified_alone() -> None:
    entries = chain()
    report = verify_file(BytesIO(exported(entries)), source="log")
    assert report.is_intact
    assert report.head == head_of(entries[-1], tenant="acme")
    assert is_file_intact(exported([]))


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_byte_changed_anywhere_in_the_file_is_found(place: int, byte: int) -> None:
    content = bytearray(exported(chain(4)))
    place %= len(content)
    is_same, content[place] = content[place] == byte, byte
    assert is_file_intact(bytes(content)) == is_same


@given(place=st.integers(0, 10_000), length=st.integers(1, 400))
def test_a_file_cut_or_thinned_anywhere_is_found(place: int, length: int) -> None:
    content = exported(chain(4))
    place %= len(content)
    assert not is_file_intact(content[:place])
    assert not is_file_intact(content[:place] + content[place + length :])


def test_lines_taken_out_doubled_or_added_behind_are_found() -> None:
    lines = exported(chain(4)).splitlines(keepends=True)
    for at in range(len(lines)):
        assert not is_file_intact(b"".join(lines[:at] + lines[at + 1 :])), at
        assert not is_file_intact(b"".join([*lines[:at], lines[at], *lines[at:]])), at


def test_a_file_whose_end_was_cut_and_closed_again_is_found_against_the_head_that_was_kept() -> None:
    head = head_of(chain()[-1], tenant="acme")
    shorter = exported(chain()[:-1])
    assert is_file_intact(shorter)
    assert not is_file_intact(shorter, str(head))
    assert head_from(str(head), tenant="acme") == head


@pytest.mark.parametrize("text", ["", "12", "x:ab", "12:ab", "-1:" + "0" * 64, "²:" + "0" * 64])
def test_what_is_no_head_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match="not a head"):
        head_from(text, tenant="acme")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"[]\n", b"\xff\n", b"{}\n", b'{"chain":"other/1","tenant":"acme"}\n', b"x" * 2_000_000]
)
def test_what_is_no_audit_log_is_an_input_error(content: bytes) -> None:
    with pytest.raises(InputError, match="not an audit log"):
        verify_file(BytesIO(content), source="log")


def test_a_log_whose_oldest_entries_were_let_go_is_verified_from_where_it_begins() -> None:
    entries = chain()
    start = head_of(entries[3], tenant="acme")
    content = "".join(export_lines(entries[4:], start=start)).encode()
    assert is_file_intact(content)
    assert not is_file_intact("".join(export_lines(entries[5:], start=start)).encode())
