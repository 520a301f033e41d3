"""The filtered log as a CSV file: ids of patients, never their names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from checkin.models import Clinic
from checkin.queries import audit_events
from checkin.queries.audit_events import AuditFilter, AuditPlace, AuditRow
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required
from checkin.web.audit.event_filters import AuditFilterForm
from checkin.web.audit.events import audit_trail_read

_EXPORTED_COLUMNS = (
    "number",
    "time",
    "person",
    "person id",
    "role",
    "tablet id",
    "front desk",
    "address",
    "action",
    "kind",
    "what",
    "outcome",
    "purpose",
    "patient ids",
    "subject",
    "subject id",
    "request id",
)
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it, Excel reads a file as Windows text and breaks every accent."""
_CSV_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@require_safe
@staff_required(StaffAct.READ_TRAIL)
def export_events(request: StaffRequest) -> Any:
    """Send the filtered log. The export is on the log before the first byte of the file is sent."""
    form = AuditFilterForm(request.GET, clinic=request.clinic)
    wanted = form.read_filter()
    if form.errors:
        # The log's own page says what is wrong with a date, beside its box.
        return redirect(f"{reverse('audit:events')}?{request.GET.urlencode()}")
    exported = audit_trail_read(request, "audit_log.exported", wanted)
    until = AuditPlace(exported.at, exported.pk)
    answer: HttpResponseBase = StreamingHttpResponse(
        _iter_csv_lines(request.clinic, wanted, until), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="audit-log-{request.clinic.local_date(exported.at).isoformat()}.csv"'
    )
    return answer


class _CsvLine:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def _iter_csv_lines(clinic: Clinic, wanted: AuditFilter, until: AuditPlace) -> Iterator[str]:
    writer = csv.writer(_CsvLine())
    yield _BYTE_ORDER_MARK
    yield writer.writerow(_EXPORTED_COLUMNS)
    for row in audit_events.iter_audit_rows(clinic, wanted, until=until):
        yield writer.writerow(map(_defuse_cell, _list_csv_cells(row, clinic)))


def _list_csv_cells(row: AuditRow, clinic: Clinic) -> list[object]:
    event = row.event
    return [
        event.number,
        event.at.astimezone(clinic.zone).isoformat(timespec="milliseconds"),
        row.who,
        event.staff_id,
        event.role,
        event.device_id,
        row.place,
        event.address,
        event.action,
        row.kind.label,
        row.sentence,
        event.outcome,
        event.purpose,
        " ".join(map(str, row.patients)),
        event.subject_model,
        event.subject_id,
        event.request_id,
    ]


def _defuse_cell(value: object) -> object:
    """Return the cell so that no spreadsheet runs it as a formula."""
    is_formula = isinstance(value, str) and value.lstrip(" ").startswith(_CSV_FORMULA_SIGNS)
    return f"'{value}" if is_formula else value
