"""Where messages are checked: the DSP, and the S1SPs by name."""

from typing import NewType

Checkpoint = NewType("Checkpoint", str)
"""Where a message is checked: `dsp`, or `s1sp:NAME` for one of the S1SPs."""

DSP = Checkpoint("dsp")
