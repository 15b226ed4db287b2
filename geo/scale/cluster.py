"""The same work on the workers of a Dask cluster, for files that outgrow one machine.

The scheduler deals out the units, sees to workers that die, and adds the sums up in a tree. The
clinics travel as a task and not as scattered data, which would be lost with its workers.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, TypeVar

from geo.errors import SourceError
from geo.scale.partial import EMPTY, merge
from geo.scale.reaching import Clinics, measure_unit
from geo.scale.zip_people import count_unit, merge_people

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from distributed import Client, Future

    from geo.scale.files import Layout, Unit
    from geo.scale.partial import Partial
    from geo.scale.zip_people import ZipPeople

T = TypeVar("T")

_FAN: Final = 8
_RETRIES: Final = 5
_CONNECT_SECONDS: Final = 20


def connect(scheduler: str) -> Client:
    """Return a client of a scheduler that runs.

    Parameters
    ----------
    scheduler : its address, as `tcp://127.0.0.1:8786`.

    Raises
    ------
    SourceError : Dask is not installed, or nobody answers there.
    """
    try:
        from distributed import Client  # noqa: PLC0415  an optional extra
    except ImportError as error:
        raise SourceError(
            "A cluster needs Dask; install it with `pip install 'clinic-finder[scale]'`, or in a "
            "checkout with `uv sync --extra scale`."
        ) from error
    logging.getLogger("distributed").setLevel(logging.ERROR)
    try:
        return Client(scheduler, timeout=_CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise SourceError(f"No Dask scheduler answers at {scheduler}; start one there.") from error


def measure_on(
    client: Client,
    units: Sequence[Unit],
    layout: Layout,
    clinics: Clinics,
    progress: Callable[[Unit], None] | None = None,
) -> Partial:
    """Return what all units add up to, the same bits as `geo.scale.reaching.measure`.

    Parameters
    ----------
    client : of a cluster whose workers have this library and reach the files by the same names.
    units, layout, clinics, progress : as in `geo.scale.reaching.measure`.

    Raises
    ------
    SourceError, SchemaError : as `geo.scale.files.read_batches`, from whichever worker.
    SourceError : workers died again and again over the same unit.
    """
    if not units:
        return EMPTY
    supply = client.submit(
        Clinics, clinics.latitude, clinics.longitude, retries=_RETRIES, pure=False
    )
    return _add_up(client, measure_unit, units, merge, progress, layout=layout, clinics=supply)


def count_people_on(
    client: Client,
    units: Sequence[Unit],
    layout: Layout,
    progress: Callable[[Unit], None] | None = None,
) -> ZipPeople:
    """Return the people of all units, the same bits as `geo.scale.zip_people.count_people`.

    No drives are sent: each worker reads the ZIP points of its own reference tables.

    Parameters, errors : as `measure_on`.
    """
    if not units:
        return merge_people([])
    return _add_up(client, count_unit, units, merge_people, progress, layout=layout)


def _add_up(
    client: Client,
    measure_one: Callable[..., T],
    units: Sequence[Unit],
    merge_all: Callable[[Sequence[T]], T],
    progress: Callable[[Unit], None] | None,
    **given: Any,  # noqa: ANN401  # Dask puts in what futures stand for
) -> T:
    """Return what the units, at least one, add up to on the workers."""
    from distributed import as_completed  # noqa: PLC0415  an optional extra
    from distributed.scheduler import KilledWorker  # noqa: PLC0415  # an optional extra

    futures: list[Future[T]] = client.map(measure_one, units, retries=_RETRIES, pure=False, **given)
    unit_of = {future.key: unit for future, unit in zip(futures, units, strict=True)}
    level = futures
    while len(level) > 1:
        level = [
            client.submit(merge_all, level[start : start + _FAN], retries=_RETRIES, pure=False)
            for start in range(0, len(level), _FAN)
        ]
    try:
        if progress:
            for done in as_completed(futures):  # type: ignore[no-untyped-call]
                progress(unit_of[done.key])
        total: T = level[0].result()
    except KilledWorker as error:
        raise SourceError(
            "Workers died again and again over the same files; give them more memory."
        ) from error
    return total
