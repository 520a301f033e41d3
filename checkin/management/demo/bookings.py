"""Appointments at the demo clinic."""

from __future__ import annotations

from typing import NamedTuple


class DemoBooking(NamedTuple):
    """An appointment `minutes` from now (negative: before), or at `clock` in `days` days."""

    minutes: int
    child: str
    annexe: bool = False
    status: str = "booked"
    days: int = 0
    clock: str = ""
    long: int = 20


DEMO_BOOKINGS = [
    DemoBooking(-120, "Zofia Wójcik", long=30),
    DemoBooking(-80, "Tāne Rāwiri", long=30),
    DemoBooking(-70, "Saoirse O'Neil", long=30),
    DemoBooking(-60, "伟 李", annexe=True),
    DemoBooking(-55, "Elijah Goldberg", annexe=True),
    DemoBooking(-50, "Hugo Park-Jensen"),
    DemoBooking(-45, "Jayden Cole", annexe=True, long=30),
    DemoBooking(-35, "William Carter", annexe=True, long=30),
    DemoBooking(-35, "Ayaan Warsame", long=10),
    DemoBooking(-25, "Hanna Lindqvist"),
    DemoBooking(-20, "Sofía Delgado Ruiz"),
    DemoBooking(-20, "Emma Johnson"),
    DemoBooking(-15, "Angharad Gwenllian Llewelyn-Prydderch-Cadwaladr"),
    DemoBooking(-5, "محمد الحسن"),
    DemoBooking(5, "Maya Thompson"),
    DemoBooking(10, "Gia Bảo Nguyễn"),
    DemoBooking(15, "Baby boy Osei", long=30),
    DemoBooking(25, "José Luis García Márquez de la Vega"),
    DemoBooking(30, "Ελένη Παπαδοπούλου", status="cancelled"),
    DemoBooking(40, "Dinuka Sanduni Herath Mudiyanselage Wickramasinghe"),
    DemoBooking(50, "Elizabeth Harrington", annexe=True),
    DemoBooking(60, "Olive Park-Jensen"),
    DemoBooking(75, "Priya Raman", long=40),
    DemoBooking(90, "서연 김"),
    DemoBooking(95, "Wulandari", annexe=True),
    DemoBooking(110, "Leilani Kahananui"),
    DemoBooking(130, "ณัฐวดี วงศ์สุวรรณพันธุ์"),
    DemoBooking(150, "आरव शर्मा"),
    DemoBooking(160, "ሊያ ተስፋዬ", annexe=True),
    DemoBooking(185, "陽菜 佐藤"),
    DemoBooking(220, "נועם לוי", status="cancelled"),
    DemoBooking(240, "Finn O'Neil"),
    DemoBooking(300, "Ifrah Warsame"),
    DemoBooking(0, "Katherine Brennan", days=1, clock="09:15", annexe=True),
    DemoBooking(0, "Theo Baptiste", days=1, clock="10:00"),
    DemoBooking(0, "فاطمة الحسن", days=1, clock="10:30"),
    DemoBooking(0, "Aaliyah Cole", days=1, clock="14:20", annexe=True),
]
