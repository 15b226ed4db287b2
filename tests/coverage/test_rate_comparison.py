import numpy as np
import pytest

from geo.coverage.rate_comparison import adjust


def test_holm_by_hand():
    adjusted = adjust(np.array([0.01, np.nan, 0.04, 0.03]))

    assert adjusted == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)
