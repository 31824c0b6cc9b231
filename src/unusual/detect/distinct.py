"""About how many different things have been met, in a kilobyte however many there are; knows only their digests.

HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, AofA 2007), and linear counting where few have been met (Whang,
Vander-Zanden and Taylor, ACM TODS 1990).
"""

import numpy as np

from unusual.kernels.arrays import Bytes, Ints

BITS = 10  # of a digest that choose a register
REGISTERS = 1 << BITS
BIAS = 0.7213 / (1.0 + 1.079 / REGISTERS)
FEW = 2.5 * REGISTERS
WORD = 64


class Distinct:
    """What has been met.

    >>> met = Distinct()
    >>> met.add(np.random.default_rng(1).integers(-(2**63), 2**63, 3))
    >>> met.count
    3
    """

    def __init__(self, registers: Bytes | None = None) -> None:
        """Nothing has been met, or what is in (REGISTERS,) registers."""
        self.registers: Bytes = np.zeros(REGISTERS, np.uint8) if registers is None else registers.copy()

    def add(self, digests: Ints) -> None:
        """Meet things by their digests, (k,), whose bits are even chances."""
        digest = digests.view(np.uint64)
        _, exponent = np.frexp((digest << np.uint64(BITS)).astype(np.float64))
        zeros = np.minimum(WORD - exponent, WORD - BITS)  # that the rest of each digest begins with
        np.maximum.at(self.registers, (digest >> np.uint64(WORD - BITS)).astype(np.int64), (zeros + 1).astype(np.uint8))

    @property
    def count(self) -> int:
        """About how many different ones, give or take 3%."""
        raw = BIAS * REGISTERS**2 / float(np.sum(np.exp2(-self.registers.astype(np.float64))))
        empty = REGISTERS - int(np.count_nonzero(self.registers))
        few = raw <= FEW and empty > 0
        return round(REGISTERS * float(np.log(REGISTERS / empty)) if few else raw)
