"""Later: what is kept is made once, by however many threads, and of too much the first goes."""

import threading

from kzarchive.values.later import Later, kept


def test_a_value_is_made_when_it_is_asked_for_and_once():
    made = []
    later = Later(lambda: made.append(1) or len(made))
    assert made == []
    assert [later(), later()] == [1, 1]


def test_what_was_made_is_kept_and_of_too_many_the_first_go():
    made = []
    square = kept(lambda number: made.append(number) or number**2, most=4)
    assert [square(number) for number in (1, 2, 3, 4, 1, 2)] == [1, 4, 9, 16, 1, 4]
    assert made == [1, 2, 3, 4]
    assert [square(5), square(4), square(1)] == [25, 16, 1]
    assert made == [1, 2, 3, 4, 5, 1]


def test_threads_share_what_is_kept():
    square = kept(lambda number: number**2, most=8)
    wrong = []

    def work(start):
        try:
            wrong.extend(number for number in range(start, start + 30_000) if square(number) != number**2)
        except BaseException as error:  # whatever kills a thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 7, 100, 9_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
