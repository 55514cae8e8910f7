"""The newest slider position wins, and what is painted is shown at once."""

from __future__ import annotations

from ppcl_app.live_scheduler import AHEAD_S, LiveScheduler, Painted, Wish, paint_order

PICTURE = Painted(b"\0\0\0", 1, 1, 0.5)


def want(scheduler: LiveScheduler, tier: int, *, now: float, at_once: bool = False) -> None:
    front, ahead = paint_order(Wish("a star", 1, tier), 6)
    scheduler.want(front, ahead, now=now, at_once=at_once)


def finish(scheduler: LiveScheduler) -> Wish:
    assert scheduler.running is not None
    number, wish = scheduler.running.number, scheduler.running.wish
    scheduler.painted(number, PICTURE)
    scheduler.ended(number)
    return wish


def test_order_is_original_then_tier_then_nearest() -> None:
    front, ahead = paint_order(Wish("p", 0, 3), 6)
    assert [w.tier for w in front] == [0, 3]
    assert [w.tier for w in ahead] == [2, 4, 1, 5]


def test_original_alone_is_asked_for_once() -> None:
    front, _ = paint_order(Wish("p", 0, 0), 6)
    assert [w.tier for w in front] == [0]


def test_everything_is_painted_in_order_without_another_word() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 3, now=0.0, at_once=True)
    painted, now = [], 0.0
    while scheduler.next_request(now) is not None or scheduler.wait_s(now) is not None:
        now += scheduler.wait_s(now) or 0.0
        if scheduler.running is not None:
            painted.append(finish(scheduler).tier)
    assert painted == [0, 3, 2, 4, 1, 5]
    assert now == AHEAD_S, "they rest once, not before every picture"


def test_nothing_is_painted_ahead_before_a_rest() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 1, now=0.0, at_once=True)
    for _ in range(2):
        scheduler.next_request(0.0)
        finish(scheduler)
    assert scheduler.next_request(9.0) is None, "the picture has only just come"
    assert scheduler.wait_s(9.0) == AHEAD_S
    want(scheduler, 0, now=9.5)
    assert scheduler.next_request(9.0 + AHEAD_S) is None, "the slider was moved meanwhile"
    assert scheduler.next_request(9.5 + AHEAD_S) is not None


def test_many_pictures_that_are_looked_at_need_no_rest() -> None:
    scheduler = LiveScheduler()
    front, ahead = paint_order(Wish("a star", 1, 0), 3)
    others = [Wish(prompt, 1, 0) for prompt in ("a fox", "a house")]
    scheduler.want(front, ahead, also=others, now=0.0, at_once=True)
    painted = []
    while scheduler.next_request(0.0) is not None:
        painted.append(finish(scheduler).prompt)
    assert painted == ["a star", "a fox", "a house"]


def test_newest_position_interrupts_and_the_ones_between_are_never_sent() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 1, now=0.0, at_once=True)
    scheduler.next_request(0.0)
    finish(scheduler)  # the original
    first = scheduler.next_request(0.0)
    assert first is not None
    assert first.wish.tier == 1
    for number, tier in enumerate((2, 3, 4, 5)):
        want(scheduler, tier, now=1.0 + 0.02 * number)
        assert scheduler.next_request(1.0 + 0.02 * number) is None
    assert scheduler.wait_s(1.06) is not None
    request = scheduler.next_request(1.06 + 0.16)
    assert request is not None
    assert request.wish.tier == 5
    assert scheduler.wish_of(first.number) is None


def test_chosen_position_interrupts_without_a_rest() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 0, now=0.0, at_once=True)
    scheduler.next_request(0.0)
    finish(scheduler)
    want(scheduler, 3, now=1.0)
    assert scheduler.next_request(1.0) is None
    scheduler.hurry()
    request = scheduler.next_request(1.0)
    assert request is not None
    assert request.wish.tier == 3


def test_painted_tier_asks_for_nothing_and_does_not_interrupt() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 2, now=0.0, at_once=True)
    for _ in range(2):
        scheduler.next_request(0.0)
        finish(scheduler)
    assert scheduler.next_request(0.0) is None
    ahead = scheduler.next_request(AHEAD_S)
    assert ahead is not None
    want(scheduler, 2, now=1.0)
    assert scheduler.next_request(9.0) is None
    assert scheduler.running == ahead


def test_late_picture_of_an_interrupted_request_is_kept() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 1, now=0.0, at_once=True)
    scheduler.next_request(0.0)
    finish(scheduler)
    old = scheduler.next_request(0.0)
    assert old is not None
    want(scheduler, 4, now=1.0, at_once=True)
    scheduler.next_request(1.0)
    assert scheduler.painted(old.number, PICTURE) == old.wish
    assert scheduler.cached(old.wish) == PICTURE


def test_refused_picture_is_not_asked_for_again_until_someone_asks() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 0, now=0.0, at_once=True)
    request = scheduler.next_request(0.0)
    assert request is not None
    scheduler.ended(request.number, refused=True)
    following = scheduler.next_request(0.0)
    assert following is None or following.wish != request.wish
    want(scheduler, 0, now=1.0, at_once=True)
    assert scheduler.next_request(1.0) is None
    front, ahead = paint_order(Wish("a star", 1, 0), 6)
    scheduler.want(front, ahead, now=1.0, at_once=True, again=True)
    again = scheduler.next_request(1.0)
    assert again is not None
    assert again.wish == request.wish


def test_cache_forgets_the_oldest_first() -> None:
    scheduler = LiveScheduler(cache_bytes=30)
    large = Painted(b"\0" * 12, 2, 2)
    for tier in range(4):
        scheduler.want([Wish("p", 0, tier)], now=0.0, at_once=True)
        request = scheduler.next_request(0.0)
        assert request is not None
        scheduler.painted(request.number, large)
        scheduler.ended(request.number)
    assert [scheduler.is_cached(Wish("p", 0, tier)) for tier in range(4)] == [
        False,
        False,
        True,
        True,
    ]


def test_forget_drops_pictures_of_another_model() -> None:
    scheduler = LiveScheduler()
    want(scheduler, 1, now=0.0, at_once=True)
    scheduler.next_request(0.0)
    wish = finish(scheduler)
    scheduler.forget()
    assert scheduler.cached(wish) is None
    assert scheduler.next_request(9.0) is None
