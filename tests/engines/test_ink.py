"""Connected pieces, compared with a flood fill."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from redactor.engines.ink import pieces


def flooded(mask: np.ndarray) -> list[set[tuple[int, int]]]:
    left, found = {(int(y), int(x)) for y, x in np.argwhere(mask)}, []
    while left:
        todo, piece = [left.pop()], set()
        while todo:
            y, x = todo.pop()
            piece.add((y, x))
            near = {(y + a, x + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
            left -= near
            todo += near
        found.append(piece)
    return found


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12), elements=st.booleans()))
def test_the_same_pieces_as_a_flood_fill(mask: np.ndarray) -> None:
    found = pieces(mask)
    ours = []
    for i in range(len(found)):
        inside = np.argwhere(found.mask(i)) + np.array([found.top[i], found.left[i]])
        ours.append({(int(y), int(x)) for y, x in inside})
        assert len(ours[-1]) == found.area[i]
        rows, columns = {y for y, _ in ours[-1]}, {x for _, x in ours[-1]}
        assert (min(rows), max(rows) + 1, min(columns), max(columns) + 1) == (
            found.top[i], found.bottom[i], found.left[i], found.right[i],
        )  # fmt: skip
    assert sorted(map(sorted, ours)) == sorted(map(sorted, flooded(mask)))
