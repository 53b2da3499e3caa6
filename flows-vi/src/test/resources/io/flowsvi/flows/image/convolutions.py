"""Reference values of invertible convolutions by their definitions: dense matrices, and sums over pixels.

python3 convolutions.py > convolutions.json   (Python 3, standard library only; double precision)

Maps are built as full D by D matrices from masks or wrapped indices and applied as such; log|det| is by Gaussian
elimination of that matrix, for the periodic convolution also by complex sums over all frequencies.
"""
import cmath, json, math, random, sys

rnd = random.Random(20261125)


def numbers(*shape):
    if len(shape) == 1:
        return [round(rnd.gauss(0, 0.5), 6) for _ in range(shape[0])]
    return [numbers(*shape[1:]) for _ in range(shape[0])]


def log_abs_det(matrix):
    a = [list(map(complex, row)) for row in matrix]
    n, total = len(a), 0.0
    for p in range(n):
        best = max(range(p, n), key=lambda i: abs(a[i][p]))
        a[p], a[best] = a[best], a[p]
        total += math.log(abs(a[p][p]))
        for i in range(p + 1, n):
            f = a[i][p] / a[p][p]
            for k in range(p, n):
                a[i][k] -= f * a[p][k]
    return total


def times(matrix, x):
    return [math.fsum(m * v for m, v in zip(row, x)) for row in matrix]


def dense(c, h, w, entry):
    """The matrix whose element ((o, i, j), (k, r, s)) is entry(o, i, j, k, r, s)."""
    at = [(k, r, s) for k in range(c) for r in range(h) for s in range(w)]
    return [[entry(*y, *x) for x in at] for y in at]


def autoregressive(c, h, w, size, before, centre, log_diagonal, later):
    """later: each number sees those after it, by the same numbers read backwards."""
    m = size // 2
    taps = [t for t in range(size * size // 2) if m - t // size < h and abs(t % size - m) < w]

    def entry(o, i, j, k, r, s):
        if later:
            o, i, j, k, r, s = c - 1 - o, h - 1 - i, w - 1 - j, c - 1 - k, h - 1 - r, w - 1 - s
        tap = (r - i + m) * size + (s - j + m)
        if abs(r - i) > m or abs(s - j) > m or tap > size * size // 2:
            return 0.0
        if tap < size * size // 2:
            return before[o][k][taps.index(tap)]
        if o == k:
            return math.exp(log_diagonal[o])
        return centre[o * (o - 1) // 2 + k] if k < o else 0.0

    return dense(c, h, w, entry)


def emerging(c, h, w, size):
    m = size // 2
    live = len([t for t in range(size * size // 2) if m - t // size < h and abs(t % size - m) < w])
    p = {}
    for half in ("first", "second"):
        p[half + "Before"] = numbers(c, c, live)
        p[half + "LogDiagonal"] = numbers(c)
        if c > 1:
            p[half + "Centre"] = numbers(c * (c - 1) // 2)
    a, b = (autoregressive(c, h, w, size, p[q + "Before"], p.get(q + "Centre"), p[q + "LogDiagonal"], q == "second")
            for q in ("first", "second"))
    x = numbers(c * h * w)
    return dict(kind="emerging", image=[c, h, w], size=[size, size], parameters=p, x=x, y=times(b, times(a, x)),
                log_abs_det=log_abs_det(a) + log_abs_det(b))


def periodic(c, h, w, kh, kw):
    kernel = numbers(c, c, kh, kw)
    for o in range(c):
        kernel[o][o][kh // 2][kw // 2] += 1.5

    def entry(o, i, j, k, r, s):
        return math.fsum(kernel[o][k][a][b] for a in range(kh) for b in range(kw)
                         if (i + a - kh // 2) % h == r and (j + b - kw // 2) % w == s)

    matrix = dense(c, h, w, entry)
    by_frequency = []
    for u in range(h):
        for v in range(w):
            hat = [[sum(kernel[o][k][a][b] * cmath.exp(2j * math.pi * (u * (a - kh // 2) / h + v * (b - kw // 2) / w))
                        for a in range(kh) for b in range(kw)) for k in range(c)] for o in range(c)]
            by_frequency.append(log_abs_det(hat))
    both = log_abs_det(matrix), math.fsum(by_frequency)
    assert abs(both[0] - both[1]) < 1e-10, both
    x = numbers(c * h * w)
    return dict(kind="periodic", image=[c, h, w], size=[kh, kw], parameters=dict(kernel=kernel), x=x,
                y=times(matrix, x), log_abs_det=both[1], least=min(by_frequency))


cases = [emerging(2, 3, 4, 3), emerging(1, 4, 4, 3), emerging(3, 2, 2, 5), periodic(2, 3, 4, 3, 3),
         periodic(1, 5, 5, 3, 5), periodic(3, 4, 2, 2, 2), periodic(2, 4, 4, 3, 3)]
json.dump(dict(about=__doc__.split("\n")[0] + " By convolutions.py, Python " + sys.version.split()[0] + ".",
               cases=cases), sys.stdout)
print()
