"""Work in processes of its own: a task that hangs, eats memory or crashes takes nothing with it.

A `Pool` keeps warm processes, each minded by a thread. A task has a limit of time and of memory; the process of a task
that goes over is killed and replaced, and so is one that dies. Whatever goes wrong, the task fails with a finding:
E940 time, E941 memory, E942 the process died, E943 stopped on request, E944 no process to be had.
"""

from camcore.workers.pool import FALSE_STARTS, Limits, Pool, Task
from camcore.workers.process import report, resident

__all__ = ["FALSE_STARTS", "Limits", "Pool", "Task", "report", "resident"]
