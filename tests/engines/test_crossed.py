"""Places where a reader ran two lines together are read once more, and only these."""

from typing import TYPE_CHECKING

import numpy as np

from redactor.engines.crossed import uncrossed
from redactor.protocols import SeenWord
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels

PAGE = np.full((200, 400, 3), 255, np.uint8)
LINES = [SeenWord("Surname", Box(0, 20, 10, 34, 80), 0.96, 0), SeenWord("Pond", Box(0, 50, 10, 64, 50), 0.96, 1)]


def test_a_high_unsure_word_is_read_again_by_itself() -> None:
    high = SeenWord("eet", Box(0, 80, 200, 122, 250), 0.07, 2)

    def read(part: "Pixels") -> list[SeenWord]:
        assert part.shape[0] < 80
        return [SeenWord("Allergies", Box(0, 4, 6, 18, 60), 0.95, 0), SeenWord("Latex", Box(0, 30, 6, 44, 50), 0.95, 1)]

    words = uncrossed([*LINES, high], PAGE, read)
    assert [word.text for word in words] == ["Surname", "Pond", "Allergies", "Latex"]
    assert all(70 <= word.box.top <= 130 and word.box.left >= 180 for word in words[2:])


def test_nothing_is_read_again_without_need_nor_taken_when_it_is_no_surer() -> None:
    headline = SeenWord("Profile", Box(0, 80, 200, 122, 330), 0.96, 2)

    def never(_: "Pixels") -> list[SeenWord]:
        raise AssertionError("nothing is high and unsure here")

    assert uncrossed([*LINES, headline], PAGE, never) == [*LINES, headline]
    high = SeenWord("eet", Box(0, 80, 200, 122, 250), 0.5, 2)
    assert uncrossed([*LINES, high], PAGE, lambda _: []) == [*LINES, high]
    assert uncrossed([], PAGE, lambda _: []) == []
