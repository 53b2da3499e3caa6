package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Cholesky factors L of random correlation matrices, density ∝ det(LLᵀ)^{η−1} on the matrices.
 *
 * <p>For L, with respect to its strict lower triangle: log p(L) = Σ_{i=2}^{D} (D − i + 2η − 2) log
 * L_ii − log c(D, η). η = 1 is uniform over correlation matrices. Lewandowski, Kurowicka and Joe
 * (2009), eq. 16 for the constant; draws by their onion method.
 */
public final class LkjCholesky implements Distribution {
  private final int dim;
  private final Tensor concentration;
  private final List<Argument> arguments;

  private LkjCholesky(int dim, Tensor concentration) {
    if (dim < 2) {
      throw new PplException("LkjCholesky: the dimension must be at least 2, got " + dim + ".");
    }
    this.dim = dim;
    this.concentration = concentration;
    this.arguments =
        Arguments.of("LkjCholesky").and("concentration", concentration, Rule.POSITIVE).list();
  }

  /** Of D×D matrices with concentration η. */
  public static LkjCholesky of(int dim, Tensor concentration) {
    return new LkjCholesky(dim, concentration);
  }

  /** Of D×D matrices with concentration η. */
  public static LkjCholesky of(int dim, double concentration) {
    return of(dim, Tensor.number(concentration));
  }

  @Override
  public Shape eventShape() {
    return Shape.of(dim, dim);
  }

  @Override
  public Support support() {
    return CorrelationCholesky.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    double[] orders = new double[dim - 1];
    for (int i = 2; i <= dim; i++) {
      orders[i - 2] = dim - i - 2;
    }
    Tensor logs = x.diagonal().slice(-1, 1, dim).log();
    Tensor fixed = logs.times(Arena.current().tensor(orders, Shape.of(dim - 1))).sum(-1);
    return fixed.plus(logs.sum(-1).times(concentration.times(2))).minus(logNormalizer());
  }

  private Tensor logNormalizer() {
    int p = dim - 1;
    Tensor alpha = concentration.plus(0.5 * p);
    Tensor sum = Tensor.number(0.25 * p * (p - 1) * Math.log(Math.PI));
    for (int j = 0; j < p; j++) {
      sum = sum.plus(alpha.minus(0.5 * (j + 1)).lgamma());
    }
    return sum.plus(0.5 * p * Math.log(Math.PI)).minus(alpha.lgamma().times(p));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Shape square = batch.append(dim, dim);
    double[] below = new double[dim * dim];
    double[] a = new double[dim];
    double[] shift = new double[dim];
    for (int i = 0; i < dim; i++) {
      a[i] = i == 0 ? 0.5 : 0.5 * i;
      shift[i] = 0.5 * (dim - 2) - (i == 0 ? 0 : 0.5 * (i - 1));
      for (int j = 0; j < i; j++) {
        below[i * dim + j] = 1;
      }
    }
    Arena arena = Arena.current();
    Tensor mask = arena.tensor(below, Shape.of(dim, dim));
    Tensor normal = arena.normal(seed.fold("direction"), square).times(mask);
    Tensor direction = normal.over(normal.norm(-1).plus(firstRow(arena)).unsqueeze(-1));
    Shape rows = batch.append(dim);
    Tensor eta = concentration.isNumber() ? concentration : concentration.unsqueeze(-1);
    Tensor beta = arena.tensor(shift, Shape.of(dim)).plus(eta);
    Tensor share = Beta.of(arena.tensor(a, Shape.of(dim)), beta).sample(seed.fold("share"), rows);
    // The root before the mask: at 0 the root has no finite derivative.
    Tensor later = firstRow(arena).negate().plus(1);
    Tensor used = share.times(later);
    Tensor strict = direction.times(share.sqrt().times(later).unsqueeze(-1));
    return strict.plus(used.negate().plus(1).sqrt().diagonalMatrix());
  }

  private Tensor firstRow(Arena arena) {
    double[] first = new double[dim];
    first[0] = 1;
    return arena.tensor(first, Shape.of(dim));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
