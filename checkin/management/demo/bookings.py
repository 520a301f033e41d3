"""What was booked at the demo clinic."""

from __future__ import annotations

from typing import NamedTuple


class Booking(NamedTuple):
    """An appointment `minutes` from now (before it where negative), or at `clock` some `days` on."""

    minutes: int
    child: str
    annexe: bool = False
    status: str = "booked"
    days: int = 0
    clock: str = ""
    long: int = 20


BOOKINGS = [
    Booking(-120, "Zofia Wójcik", long=30),
    Booking(-80, "Tāne Rāwiri", long=30),
    Booking(-70, "Saoirse O'Neil", long=30),
    Booking(-60, "伟 李", annexe=True),
    Booking(-55, "Elijah Goldberg", annexe=True),
    Booking(-50, "Hugo Park-Jensen"),
    Booking(-45, "Jayden Cole", annexe=True, long=30),
    Booking(-35, "William Carter", annexe=True, long=30),
    Booking(-35, "Ayaan Warsame", long=10),
    Booking(-25, "Hanna Lindqvist"),
    Booking(-20, "Sofía Delgado Ruiz"),
    Booking(-20, "Emma Johnson"),
    Booking(-15, "Angharad Gwenllian Llewelyn-Prydderch-Cadwaladr"),
    Booking(-5, "محمد الحسن"),
    Booking(5, "Maya Thompson"),
    Booking(10, "Gia Bảo Nguyễn"),
    Booking(15, "Baby boy Osei", long=30),
    Booking(25, "José Luis García Márquez de la Vega"),
    Booking(30, "Ελένη Παπαδοπούλου", status="cancelled"),
    Booking(40, "Dinuka Sanduni Herath Mudiyanselage Wickramasinghe"),
    Booking(50, "Elizabeth Harrington", annexe=True),
    Booking(60, "Olive Park-Jensen"),
    Booking(75, "Priya Raman", long=40),
    Booking(90, "서연 김"),
    Booking(95, "Wulandari", annexe=True),
    Booking(110, "Leilani Kahananui"),
    Booking(130, "ณัฐวดี วงศ์สุวรรณพันธุ์"),
    Booking(150, "आरव शर्मा"),
    Booking(160, "ሊያ ተስፋዬ", annexe=True),
    Booking(185, "陽菜 佐藤"),
    Booking(220, "נועם לוי", status="cancelled"),
    Booking(240, "Finn O'Neil"),
    Booking(300, "Ifrah Warsame"),
    Booking(0, "Katherine Brennan", days=1, clock="09:15", annexe=True),
    Booking(0, "Theo Baptiste", days=1, clock="10:00"),
    Booking(0, "فاطمة الحسن", days=1, clock="10:30"),
    Booking(0, "Aaliyah Cole", days=1, clock="14:20", annexe=True),
]
