"""The page of ``twitchcam review``: video, timeline, and event after event to judge."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from twitchcam.events.model import EventType, Lip, Side
from twitchcam.motion.channels import LIP_SITES
from twitchcam.review.desk import Desk
from twitchcam.review.video import PlayedVideo
from twitchcam.session.clock_file import CLOCK_NAME, Anchor, anchor_at, read_anchors
from twitchcam.session.events_file import wall_time
from twitchcam.session.notes_file import NOTES_NAME, NoteKind, read_notes
from twitchcam.session.review_file import Reviewed, VerdictKind
from twitchcam.session.tsv import MISSING
from twitchcam.webpage.bodies import choice_of, number_of, read_object
from twitchcam.webpage.frame import page_route
from twitchcam.webpage.server import PageServer

STATIC_DIR = Path(__file__).parent / "static"

#: The longest stretch of traces that is sent at once, seconds.
MAX_STRETCH_S = 120.0

_DECIMALS = 3


class ReviewPage:
    """Serves the review of one session until :meth:`close`.

    Args:
        desk: The review.
        video: The recording, or None where there is none.
        missing: Why there is none, for the person; empty otherwise.
        port: Port to listen on; 0 takes a free one.

    Attributes:
        done: Set when the person says that the review is over.

    Raises:
        UsageError: the port is taken or not allowed.
    """

    def __init__(self, desk: Desk, video: PlayedVideo | None, *, missing: str = "", port: int = 0) -> None:
        self._desk = desk
        self._video = video
        self._missing = missing
        session = desk.session
        self._anchors = read_anchors(session.path / CLOCK_NAME)
        if not self._anchors and session.started_at is not None:
            self._anchors = [Anchor(t_s=0.0, time=session.started_at)]
        self.done = threading.Event()
        routes: list[BaseRoute] = [
            page_route(STATIC_DIR.parent),
            Route("/session", self._session),
            Route("/traces", self._traces),
            Route("/verdict", self._verdict, methods=["POST"]),
            Route("/add", self._add, methods=["POST"]),
            Route("/undo", self._undo, methods=["POST"]),
            Route("/done", self._done, methods=["POST"]),
        ]
        if video is not None:
            routes.append(Route("/video", self._played))
        self._server = PageServer(routes, STATIC_DIR, port=port)

    @property
    def address(self) -> str:
        """What is printed for the user to open; it holds the token."""
        return self._server.address

    def close(self) -> None:
        """Ends the page."""
        self._server.close()

    async def _session(self, request: Request) -> Response:
        session, video = self._desk.session, self._video
        notes = [note for note in read_notes(session.path / NOTES_NAME) if note.onset_s is not None]
        return JSONResponse(
            {
                "name": session.name,
                "duration_s": session.duration_s,
                "video": None
                if video is None
                else {"offset_s": video.offset_s, "mirrored": video.mirrored, "kind": video.kind},
                "missing": self._missing,
                "sites": list(LIP_SITES),
                "segments": [
                    {"onset": s.onset_s, "duration": s.duration_s, "kind": s.kind.value} for s in session.segments
                ],
                "felt": [note.onset_s for note in notes if note.kind is NoteKind.FELT],
                **self._judged(),
            }
        )

    async def _traces(self, request: Request) -> Response:
        try:
            start_s, end_s = (float(request.query_params[name]) for name in ("from", "to"))
        except (KeyError, ValueError):
            raise HTTPException(400, "expected from and to, in seconds") from None
        if not 0 < end_s - start_s <= MAX_STRETCH_S:
            raise HTTPException(400, f"expected a stretch of at most {MAX_STRETCH_S:g} s")
        times_s, traces = self._desk.traces(start_s, end_s)
        return JSONResponse(
            {
                "t": [round(float(t), 4) for t in times_s],
                "traces": [[_number(value) for value in row] for row in traces.tolist()],
            }
        )

    async def _played(self, request: Request) -> Response:
        assert self._video is not None
        return FileResponse(self._video.path, media_type=self._video.media_type)

    async def _verdict(self, request: Request) -> Response:
        asked = await read_object(request, {"event", "trial_type", "verdict", "lip", "side"})
        self._desk.judge(
            number_of(asked, "event"),
            choice_of(asked, "trial_type", EventType),
            choice_of(asked, "verdict", VerdictKind),
            lip=choice_of(asked, "lip", Lip) if "lip" in asked else None,
            side=choice_of(asked, "side", Side) if "side" in asked else None,
        )
        return JSONResponse(self._judged())

    async def _add(self, request: Request) -> Response:
        asked = await read_object(request, {"t", "lip", "side"})
        added = self._desk.add(number_of(asked, "t"), choice_of(asked, "lip", Lip), choice_of(asked, "side", Side))
        return JSONResponse({**self._judged(), "added": _key(added)})

    async def _undo(self, request: Request) -> Response:
        await read_object(request, set())
        taken_back = self._desk.undo()
        return JSONResponse({**self._judged(), "undone": round(taken_back.event_s, 4)})

    async def _done(self, request: Request) -> Response:
        await read_object(request, set())
        self.done.set()
        return JSONResponse({"done": True})

    def _judged(self) -> dict[str, Any]:
        items = self._desk.items
        return {
            "events": [self._told(item) for item in items],
            "counts": counts(items),
            "can_undo": self._desk.can_undo,
        }

    def _told(self, item: Reviewed) -> dict[str, Any]:
        event, found = item.event, item.found
        time = wall_time(anchor_at(self._anchors, event.onset_s), event.onset_s)
        return {
            "key": _key(item),
            "type": event.trial_type.value,
            "onset": event.onset_s,
            "duration": event.duration_s,
            "peak": event.peak_s,
            "time": None if time == MISSING else time,
            "lip": event.lip.value,
            "side": event.side.value,
            "found": None if found is None else {"lip": found.lip.value, "side": found.side.value},
            "amplitude_pct_iod": _number(event.amplitude_pct_iod),
            "confidence": _number(event.confidence),
            "snr": _number(event.snr),
            "context": None if event.context is None else event.context.value.replace("_", " "),
            "spread": ", ".join(str(spread) for spread in event.spread),
            "verdict": None if item.verdict is None else item.verdict.kind.value,
        }


def counts(items: Sequence[Reviewed]) -> dict[str, int]:
    """How many events there are, how many were looked at, and with what verdict."""
    given = [item.verdict.kind for item in items if item.verdict is not None]
    return {
        "all": len(items),
        "judged": len(given),
        **{kind.value: given.count(kind) for kind in VerdictKind},
        "left": sum(item.holds for item in items),
    }


def _key(item: Reviewed) -> float:
    return round((item.found or item.event).onset_s, 4)


def _number(value: float | None) -> float | None:
    return round(value, _DECIMALS) if value is not None and math.isfinite(value) else None
