"""The work of a review: what there is to judge, and each verdict on the disk as soon as it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from twitchcam.errors import SessionError, TwitchcamError
from twitchcam.events.model import OVERLAID, Context, EventType, Lip, Side
from twitchcam.motion.channels import Sample
from twitchcam.review.measured import MARGIN_S, REACH_S, FloatArray, measured, traces_of
from twitchcam.session.reader import Session
from twitchcam.session.review_file import (
    REVIEW_NAME,
    SAME_EVENT_S,
    Reviewed,
    Verdict,
    VerdictKind,
    read_verdicts,
    verdict_on,
    with_verdicts,
    write_verdicts,
)
from twitchcam.session.signals_index import SignalsIndex
from twitchcam.session.writer import SIGNALS_NAME

#: Around an added twitch the traces are needed this far.
_AROUND_S = REACH_S + 1.0
#: Files have so many decimals; what is kept is what they hold.
_TIME_DECIMALS = 4
_AMPLITUDE_DECIMALS = 3


class RefusedError(TwitchcamError):
    """A verdict that makes no sense here; the message says why."""


class Desk:
    """One person's review of one session.

    Args:
        session: The session; it must be complete.
        reviewer: Who reviews, in free text; may be empty.
        now: Tells the present time, with offset.

    Raises:
        SessionError: the session is not complete, or its files cannot be read.
    """

    def __init__(
        self,
        session: Session,
        *,
        reviewer: str = "",
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        if not session.complete:
            raise SessionError(
                f"{session.path}: is not complete; `twitchcam recover` completes one that was interrupted"
            )
        self.session = session
        self._path = session.path / REVIEW_NAME
        self._reviewer = reviewer
        self._now = now
        self._signals = SignalsIndex(session.path / SIGNALS_NAME)
        self._verdicts = read_verdicts(self._path)
        self._before = len(self._verdicts)

    @property
    def items(self) -> list[Reviewed]:
        """Every event with the last verdict on it, and those that were added, in the order of onsets."""
        return with_verdicts(self.session.events, self._verdicts)

    @property
    def can_undo(self) -> bool:
        """Whether a verdict of this sitting can be taken back."""
        return len(self._verdicts) > self._before

    def judge(
        self,
        event_s: float,
        trial_type: EventType,
        kind: VerdictKind,
        *,
        lip: Lip | None = None,
        side: Side | None = None,
    ) -> None:
        """Gives a verdict on an event.

        Args:
            event_s: Its onset, as it is listed.
            trial_type: Its type.
            kind: Confirmed, rejected or relabelled.
            lip: With a new label, which lip it was.
            side: With a new label, which side.

        Raises:
            RefusedError: there is no such event.
            OutputError: it cannot be written; then nothing has changed.
        """
        item = self._item(event_s, trial_type)
        label: tuple[Lip | None, Side | None] = (None, None)
        if kind is VerdictKind.RELABELLED:
            label = (lip or item.event.lip, side or item.event.side)
        elif kind is VerdictKind.ADDED:
            raise RefusedError("an event that is there already cannot be added")
        base = item.found or item.event
        # Confirming what was relabelled before keeps the new label.
        if kind is VerdictKind.CONFIRMED and (item.event.lip, item.event.side) != (base.lip, base.side):
            label, kind = (item.event.lip, item.event.side), VerdictKind.RELABELLED
        self._write([*self._verdicts, self._signed(verdict_on(base, kind, lip=label[0], side=label[1]))])

    def add(self, t_s: float, lip: Lip, side: Side) -> Reviewed:
        """Adds a twitch that was missed; where and how large it is, is measured from the signals.

        Args:
            t_s: When the person saw it, seconds.
            lip: Which lip.
            side: Which side.

        Raises:
            RefusedError: nothing was measured there, or there is an event already.
            OutputError: it cannot be written; then nothing has changed.
        """
        times_s, traces = self.traces(t_s - _AROUND_S, t_s + _AROUND_S)
        pulse = measured(times_s, traces, lip, side, t_s)
        if pulse is None:
            raise RefusedError(f"no face was measured at {t_s:.1f} s; an event there could not be counted")
        onset_s = round(pulse.onset_s, _TIME_DECIMALS)
        if any(
            item.event.trial_type is EventType.TWITCH and abs(item.event.onset_s - onset_s) < SAME_EVENT_S
            for item in self.items
        ):
            raise RefusedError(f"there is an event at {onset_s:.2f} s already; change its label instead")
        verdict = Verdict(
            event_s=onset_s,
            kind=VerdictKind.ADDED,
            lip=lip,
            side=side,
            onset_s=onset_s,
            duration_s=round(pulse.duration_s, _TIME_DECIMALS),
            peak_s=round(pulse.peak_s, _TIME_DECIMALS),
            amplitude_pct_iod=round(pulse.amplitude_pct_iod, _AMPLITUDE_DECIMALS),
            context=self._context(pulse.peak_s),
        )
        self._write([*self._verdicts, self._signed(verdict)])
        return self._item(onset_s, EventType.TWITCH)

    def undo(self) -> Verdict:
        """Takes the last verdict of this sitting back.

        Raises:
            RefusedError: there is none.
            OutputError: it cannot be written; then nothing has changed.
        """
        if not self.can_undo:
            raise RefusedError("there is nothing to undo")
        last = self._verdicts[-1]
        self._write(self._verdicts[:-1])
        return last

    def traces(self, start_s: float, end_s: float) -> tuple[FloatArray, FloatArray]:
        """Times in seconds and the displacement of each lip site in % IOD in a stretch."""
        samples: list[Sample] = self._signals.between(start_s - MARGIN_S, end_s + MARGIN_S)
        return traces_of(samples, start_s, end_s)

    def _item(self, event_s: float, trial_type: EventType) -> Reviewed:
        for item in self.items:
            key_s = (item.found or item.event).onset_s
            if item.event.trial_type is trial_type and abs(key_s - event_s) < 10**-_TIME_DECIMALS:
                return item
        raise RefusedError(f"there is no {trial_type} at {event_s:.4f} s; load the page again")

    def _context(self, t_s: float) -> Context | None:
        kinds = [s.kind for s in self.session.segments if s.onset_s <= t_s < s.end_s and s.kind not in OVERLAID]
        return kinds[0] if kinds else None

    def _signed(self, verdict: Verdict) -> Verdict:
        return replace(verdict, time=self._now(), reviewer=self._reviewer)

    def _write(self, verdicts: list[Verdict]) -> None:
        write_verdicts(self._path, verdicts)
        self._verdicts = verdicts
