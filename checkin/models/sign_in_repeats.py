"""A sign-in that was sent again with the same key."""

from __future__ import annotations

from django.db import models

from checkin.models.visits import SignIn


class SignInReplay(models.Model):
    """A repeated key: counted if the content is the same, stored in full if it differs.

    The row is written at every repeat. An answer without its own commit could confirm a sign-in that a
    disconnected standby never received.
    """

    sign_in = models.ForeignKey(SignIn, on_delete=models.PROTECT, related_name="replays")
    digest = models.CharField(max_length=64)
    tap = models.CharField(max_length=60, blank=True, help_text="of a family's tap: its key")
    same = models.BooleanField()
    claim = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_in", "digest", "tap"], name="replay_once_per_tap"),
        ]

    def __str__(self) -> str:
        return f"{self.sign_in_id} ×{self.times}"
