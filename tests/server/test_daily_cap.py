"""A client may so often a day, all together so often, and the day is forgotten when it is over."""

from geo.server.daily_cap import DailyCap


def test_each_client_and_all_together_are_bounded_until_the_day_is_over() -> None:
    now = [0.0]
    cap = DailyCap(2, 3, clock=lambda: now[0])
    assert [cap.take(b"a") for _ in range(3)] == [True, True, False]
    assert [cap.take(b"b") for _ in range(2)] == [True, False]
    now[0] = 86_400.0
    assert cap.take(b"a")
