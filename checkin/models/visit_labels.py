"""Labels for several visits: two front desks may each have an “Orange Bird” on one day."""

from __future__ import annotations

from collections.abc import Iterable

from checkin.models.clinic import Location
from checkin.models.visits import Visit


def visit_labels_by_id(visits: Iterable[Visit]) -> dict[int, str]:
    """Return each visit's label by id, with its front desk if they are not all at one.

    Runs one query if they are at several.
    """
    found = list(visits)
    ids = {one.location_id for one in found}
    places = dict(Location.objects.filter(pk__in=ids).values_list("pk", "name")) if len(ids) > 1 else {}
    return {one.pk: f"{one.token} at {places[one.location_id]}" if places else one.token for one in found}
