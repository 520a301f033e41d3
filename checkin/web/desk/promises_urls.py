"""The addresses of promises, under the desk's own."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import handover, promises, words

urlpatterns = [
    path("promises/", promises.promises, name="promises"),
    path("promises/new/", promises.new, name="promise_new"),
    path("promises/words/<int:word_id>/", words.word, name="word"),
    path("promises/words/<int:word_id>/read/", words.read_word, name="word_read"),
    path("promises/words/<int:word_id>/answer/", words.answer_word, name="word_answer"),
    path("promises/handover/", handover.handover, name="handover"),
    path("promises/close-day/", handover.close_day, name="close_day"),
    path("promises/<int:promise_id>/", promises.promise, name="promise"),
    path("promises/<int:promise_id>/keep/", promises.keep, name="promise_keep"),
    path("promises/<int:promise_id>/try/", promises.try_again, name="promise_try"),
    path("promises/<int:promise_id>/hand-over/", promises.hand_over, name="promise_hand_over"),
    path("promises/<int:promise_id>/withdraw/", promises.withdraw, name="promise_withdraw"),
]
