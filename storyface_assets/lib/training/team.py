"""One training in several processes, a GPU each: what they share out and what they agree on.

The batch of a step is cut into equal *shares*. Each share draws its pictures and its chance by
the seed of the step and its own number; a process works through one or more of them and adds up
their gradients, and the mean over all processes is what every optimiser takes. So four shares
are the same training on four GPUs, on two that take two shares each, or on one that takes four.

``torch.nn.parallel.DistributedDataParallel`` is not used: it hooks into one backward pass of one
network, and a GAN has several of two, one of them through a gradient (its penalty).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from os import environ
from typing import Any, Final, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.training.orphans import end_with_parent

T = TypeVar("T")
#: A prime: seeds of neighbouring steps, runs and shares are not the same.
_STRIDE: Final = 1_000_000_007
#: How long the others wait while the first one validates.
_PATIENCE: Final = timedelta(hours=2)


@dataclass(frozen=True)
class Team:
    """The processes of one training, as one of them sees them.

    Attributes:
        rank: of this process; 0 leads: it validates, writes and tells.
        ranks: how many processes.
        accumulate: shares that each of them works through a step.
    """

    rank: int = 0
    ranks: int = 1
    accumulate: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process is the one that validates, writes and tells."""
        return self.rank == 0

    @property
    def parts(self) -> int:
        """Shares a step, over all processes."""
        return self.ranks * self.accumulate

    def share_of(self, batch: int) -> int:
        """Pictures of a share.

        Args:
            batch: of the whole step.

        Raises:
            BadInput: it cannot be shared evenly.
        """
        share, rest = divmod(batch, self.parts)
        if rest or not share:
            problem = f"cannot be shared evenly among {self.parts}."
            mend = "Use fewer processes or another --accumulate."
            raise BadInput("training", f"batch of {batch}", problem, mend)
        return share

    def shares(self) -> Iterator[int]:
        """The numbers of this process's shares; torch's chance is seeded for each.

        Call it once a step, whose seed torch must have been given
        (:func:`~storyface_assets.lib.training.loop.train` does so).
        """
        seed = torch.initial_seed()
        for share in range(self.rank * self.accumulate, (self.rank + 1) * self.accumulate):
            if self.parts > 1:
                torch.manual_seed((seed + share * _STRIDE) % 2**63)
            yield share

    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Give every process the mean of all processes' gradients.

        Each must have divided its losses by ``accumulate``, and have gradients for the same
        parameters.
        """
        self._average([p.grad for p in parameters if p.grad is not None])

    def even_out(self, networks: Iterable[nn.Module]) -> None:
        """Give every process the mean of running statistics, which each gathered of its own."""
        buffers = (buffer for network in networks for buffer in network.buffers())
        self._average([buffer for buffer in buffers if buffer.is_floating_point()])

    def mean(self, values: Mapping[str, float]) -> dict[str, float]:
        """The mean of each value over all processes; all must have the same names."""
        if self.ranks == 1:
            return dict(values)
        names = sorted(values)
        means = torch.tensor([values[name] for name in names], dtype=torch.float64)
        dist.all_reduce(means)
        return dict(zip(names, (means / self.ranks).tolist(), strict=True))

    def from_leader(self, make: Callable[[], T]) -> T:
        """What only the leader works out, in every process.

        Raises:
            Exception: what it raised there, in every process, so that none waits for ever.
        """
        if self.ranks == 1:
            return make()
        told: list[Any] = [None, None]
        if self.leads:
            try:
                told[0] = make()
            except Exception as error:
                told[1] = error
        dist.broadcast_object_list(told, src=0, device=torch.device("cpu"))
        if told[1] is not None:
            raise told[1]
        found: T = told[0]
        return found

    def wait(self) -> None:
        """Until the leader is here."""
        self.from_leader(lambda: None)

    def copy_leader(self, networks: Iterable[nn.Module]) -> None:
        """Give every process the leader's weights, whatever chance they were made by."""
        if self.ranks > 1:
            for network in networks:
                for value in network.state_dict().values():
                    sent = value.contiguous()  # channels_last is not
                    dist.broadcast(sent, src=0)
                    value.copy_(sent)

    def _average(self, values: list[Tensor]) -> None:
        if self.ranks == 1 or not values:
            return
        # All in one message: a network has hundreds of small arrays.
        flat = torch.cat([value.reshape(-1) for value in values])
        dist.all_reduce(flat)
        flat /= self.ranks
        for value, mean in zip(values, flat.split([v.numel() for v in values]), strict=True):
            value.copy_(mean.view_as(value))


ALONE: Final = Team()


@contextmanager
def joined(device: str, accumulate: int = 1) -> Iterator[tuple[Team, str]]:
    """The team that ``torchrun`` started this process in, and this process's device.

    Args:
        device: ``cuda`` for a GPU each (NCCL), ``cpu`` (gloo); without ``torchrun`` any.
        accumulate: see :class:`Team`.

    Raises:
        BadInput: more processes than GPUs.
    """
    ranks = int(environ.get("WORLD_SIZE", "1"))
    if ranks == 1:
        yield Team(accumulate=accumulate), device
        return
    end_with_parent()
    on_gpu, here = device.startswith("cuda"), int(environ["LOCAL_RANK"])
    if on_gpu:
        if here >= (count := torch.cuda.device_count()):
            problem = f"wants a GPU of its own; there are {count}."
            mend = "Give torchrun --nproc-per-node as many as there are GPUs."
            raise BadInput("training", f"process {here}", problem, mend)
        torch.cuda.set_device(here)
    # What is agreed on goes by the CPU; gradients go from GPU to GPU.
    dist.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo", timeout=_PATIENCE)
    yield Team(dist.get_rank(), ranks, accumulate), f"cuda:{here}" if on_gpu else device
    # Not after an error: it would wait for processes that have ended.
    dist.destroy_process_group()
