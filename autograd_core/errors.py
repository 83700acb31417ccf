"""The errors of the engine: one family for misuse of gradients, NumPy's own classes for everything else."""


class GradientError(RuntimeError):
    """A gradient was asked for in a way that has no right answer; the message says what to do instead."""


class ReleasedGraphError(GradientError):
    """A second sweep of a graph whose kept arrays were released by the first."""


class StaleGraphError(GradientError):
    """A recorded value was overwritten, so that the gradient at the recorded values cannot be given any
    more."""


class AnomalyError(GradientError):
    """A number that is not finite was met inside `detect_anomaly`; the message names where it arose."""


class NoRuleError(GradientError, TypeError):
    """A NumPy function, or an option of one, for which no derivative rule exists."""


class CompileError(TypeError):
    """A function cannot become a program, because what it does would depend on numbers of the call."""
