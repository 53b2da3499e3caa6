"""Writes psis.csv: k-hat of log weights in closed form, by two implementations that are not ours.

pip install arviz-stats==0.8.0 pyro-ppl==1.9.2 scipy; python psis.py > psis.csv
"""

import math

import numpy as np
import torch
from arviz_stats.base import array_stats
from pyro.ops.stats import fit_generalized_pareto
from scipy.stats import norm

CASES = dict(
    normal=[0.7, 1.1, 1.3, 1.5, 2, 3],
    pareto=[0.1, 0.3, 0.5, 0.7, 0.9, 1.3],
    exponential=[1, 2],
    lognormal=[0.5, 1, 2, 3],
    bounded=[0.5, 0.9],
    shifted=[0.3, 1],
    mixed=[1e-3],
)


def log_weights(kind, p, n):
    """No random numbers: an additive recurrence of the golden ratio, uniform and in no order."""
    x = np.modf(np.arange(1, n + 1, dtype=np.float64) * ((math.sqrt(5) - 1) / 2))[0]
    z = norm.ppf(x)
    return dict(
        normal=lambda: -0.5 * z * z / (p * p) - math.log(p) + 0.5 * z * z,
        pareto=lambda: -p * np.log(x),
        exponential=lambda: p * np.log(-np.log(x)),
        lognormal=lambda: p * z,
        bounded=lambda: np.log1p(-p * x),
        shifted=lambda: p * z - 0.5 * p * p,
        mixed=lambda: np.log1p(p * x**-1.2),
    )[kind]()


def pyro(log_w):
    log_w = np.sort(log_w - log_w.max())
    n = len(log_w)
    tail = math.ceil(min(0.2 * n, 3 * math.sqrt(n)))
    cutoff = math.exp(log_w[-tail - 1])
    return float(fit_generalized_pareto(torch.tensor(np.exp(log_w[-tail:]) - cutoff))[0])


if __name__ == "__main__":
    print("# k-hat by arviz-stats 0.8.0 (psislw, of minus the log weights) and pyro 1.9.2; recipe: psis.py")
    for kind, values in CASES.items():
        for p in values:
            for n in [1000, 10000] + ([100000] if kind == "normal" else []):
                w = log_weights(kind, p, n)
                k = float(np.asarray(array_stats.psislw(-w)[1]))
                print(f"{kind},{p},{n},{k:.9f},{pyro(w):.9f}")
