package io.flowsvi.ppl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every engine must do with every primitive: the same values, gradients that agree with
 * differences, and with each other. A primitive without a row fails {@link #everyPrimitiveHasARow}.
 */
public class PrimitiveContractTest {
  /** Two engines add in different order: a few units in the last place, times the elements. */
  private static final double ENGINES = 1e-10;

  /** Central differences with a fifth-point rule at step 1e-3: error about h⁴ and 1e-16/h. */
  private static final double DIFFERENCES = 2e-8;

  private static final double STEP = 1e-3;

  public static List<PrimitiveRow> rows() {
    List<PrimitiveRow> rows = new ArrayList<>();
    Shape s = Shape.of(3, 2, 4);
    for (Unary u : Unary.values()) {
      double low =
          u == Unary.ERF_INVERSE ? -0.9 : u == Unary.TRIGAMMA ? 0.5 : domain(u) ? 0.1 : -2.3;
      double high = u == Unary.ERF_INVERSE ? 0.9 : 2.7;
      rows.add(new PrimitiveRow(u.name(), u, s, low, high, t -> t.apply(u)));
      rows.add(
          new PrimitiveRow(u.name() + " scalar", u, Shape.scalar(), low, high, t -> t.apply(u)));
    }
    for (Binary b : Binary.values()) {
      boolean positive =
          b == Binary.POW
              || b == Binary.OVER
              || b == Binary.LOG_BETA
              || b == Binary.STANDARD_GAMMA_DERIVATIVE;
      double low = positive ? 0.3 : -2;
      boolean flat = b == Binary.STANDARD_GAMMA_DERIVATIVE;
      rows.add(
          new PrimitiveRow(
              b.name(),
              b,
              Shape.of(3, 4),
              low,
              2,
              t ->
                  (flat ? t.stopGradient() : t)
                      .slice(1, 0, 2)
                      .binary(b, (flat ? t.stopGradient() : t).slice(1, 2, 4))));
      rows.add(
          new PrimitiveRow(
              b.name() + " broadcast",
              b,
              Shape.of(3, 1, 4),
              low,
              2,
              t -> {
                Tensor x = flat ? t.stopGradient() : t;
                return x.binary(b, x.at(0, 1).reshape(Shape.of(4, 1)).plus(0.05));
              }));
      if (!flat) {
        rows.add(
            new PrimitiveRow(
                b.name() + " number",
                b,
                s,
                low,
                2,
                t -> t.binary(b, Tensor.number(1.3)).plus(Tensor.number(0.7).binary(b, t))));
      }
    }
    add(
        rows,
        "select",
        Primitive.Select.class,
        s,
        t -> t.lessThan(0.5).select(t.square(), t.at(0, 0).exp()));
    add(rows, "sum all", Primitive.Sum.class, s, t -> t.exp().sum());
    add(rows, "sum outer", Primitive.Sum.class, s, t -> t.sum(0, 2));
    add(rows, "sum inner", Primitive.Sum.class, s, t -> t.sum(-1));
    add(rows, "max", Primitive.Max.class, s, t -> t.max(0, 2));
    add(
        rows,
        "logSumExp",
        Primitive.LogSumExp.class,
        s,
        t -> t.logSumExp(1).plus(t.logSumExp(0, 1, 2)));
    add(rows, "cumulativeSum", Primitive.CumulativeSum.class, s, t -> t.cumulativeSum(1));
    add(
        rows,
        "reverseCumulativeSum",
        Primitive.CumulativeSum.class,
        s,
        t -> t.reverseCumulativeSum(0));
    add(rows, "reshape", Primitive.Reshape.class, s, t -> t.reshape(Shape.of(6, 4)).exp());
    add(
        rows,
        "expand",
        Primitive.Broadcast.class,
        Shape.of(3, 1),
        t -> t.expand(Shape.of(2, 3, 4)));
    add(rows, "permute", Primitive.Permute.class, s, t -> t.permute(2, 0, 1).square());
    add(
        rows,
        "slice",
        Primitive.Slice.class,
        s,
        t -> t.slice(1, 1, 2).plus(t.slice(2, 1, 3).sum(2).unsqueeze(2)));
    add(rows, "pad", Primitive.Pad.class, s, t -> t.pad(1, 1, 2));
    add(rows, "flip", Primitive.Flip.class, s, t -> t.flip(1).times(t));
    add(
        rows,
        "concat",
        Primitive.Concat.class,
        s,
        t -> Tensor.concat(List.of(t, t.square(), t.exp()), 1));
    add(rows, "gather", Primitive.Gather.class, s, t -> t.gather(1, index(Shape.of(3), 1, 0, 1)));
    add(
        rows,
        "scatterAdd",
        Primitive.ScatterAdd.class,
        s,
        t -> t.scatterAdd(2, index(Shape.of(4), 1, 0, 1, 4), 5));
    add(
        rows,
        "takeAlong",
        Primitive.TakeAlong.class,
        s,
        t -> t.takeAlong(2, index(Shape.of(1, 2, 1), 1, 3)));
    add(
        rows,
        "takeAlong wide index",
        Primitive.TakeAlong.class,
        Shape.of(1, 4),
        t -> t.takeAlong(1, index(Shape.of(3, 1), 1, 3, 3)));
    add(
        rows,
        "putAlong",
        Primitive.PutAlong.class,
        Shape.of(3, 2, 1),
        t -> t.putAlong(2, index(Shape.of(1, 2, 1), 1, 3), 4));
    Shape m = Shape.of(2, 3, 3);
    add(
        rows,
        "matmul",
        Primitive.Matmul.class,
        m,
        t -> t.matmul(t).matmulTransposed(t.square()).plus(t.transposedMatmul(t.exp())));
    add(
        rows,
        "matmul broadcast",
        Primitive.Matmul.class,
        Shape.of(2, 1, 3, 3),
        t -> t.matmul(t.reshape(Shape.of(1, 2, 3, 3))));
    add(
        rows,
        "matmul tall",
        Primitive.Matmul.class,
        Shape.of(6, 4),
        t -> t.matmulTransposed(t.slice(0, 0, 5)));
    add(
        rows,
        "matmul of columns and rows",
        Primitive.Matmul.class,
        Shape.of(2, 1, 3),
        t ->
            t.transposedMatmul(t.exp())
                .matmul(t.reshape(Shape.of(1, 2, 3, 1)).expand(Shape.of(4, 2, 3, 1))));
    add(
        rows,
        "matmul of columns and rows in batches",
        Primitive.Matmul.class,
        Shape.of(4, 2, 3, 1),
        t -> t.matmul(t.slice(0, 0, 1).slice(1, 0, 1).reshape(Shape.of(1, 3))));
    add(
        rows,
        "affine of one number",
        Primitive.Affine.class,
        Shape.of(5, 1),
        t -> t.affine(t.exp().slice(0, 0, 3), t.slice(0, 2, 5).squeeze(-1)));
    add(
        rows,
        "affine",
        Primitive.Affine.class,
        Shape.of(5, 4),
        t -> t.affine(t.slice(0, 0, 3), t.at(0, 3).slice(0, 0, 3)));
    add(
        rows,
        "affine rank 3",
        Primitive.Affine.class,
        Shape.of(2, 3, 4),
        t -> t.affine(t.at(0, 1), t.at(0, 1).at(1, 0)));
    add(rows, "cholesky", Primitive.Cholesky.class, m, t -> definite(t).cholesky());
    add(rows, "inverse", Primitive.Inverse.class, m, t -> definite(t).inverse());
    add(rows, "logAbsDet", Primitive.LogAbsDet.class, m, t -> definite(t).plus(t).logAbsDet());
    add(
        rows,
        "triangularSolve",
        Primitive.TriangularSolve.class,
        m,
        t -> {
          Tensor a = definite(t);
          Tensor b = t.square();
          return a.solveLower(b)
              .plus(a.solveUpper(b))
              .plus(a.solveLowerTransposed(b))
              .plus(a.solveUpperTransposed(b));
        });
    add(
        rows,
        "triangularSolve broadcast",
        Primitive.TriangularSolve.class,
        m,
        t -> definite(t).solveLower(t.at(0, 0)));
    Shape images = Shape.of(2, 3, 5, 4);
    add(
        rows,
        "convolve",
        Primitive.Convolve.class,
        images,
        t -> t.convolve(kernel(t, 2, 3, 3, 2), 1, 0));
    add(
        rows,
        "convolve padded, stride 2",
        Primitive.Convolve.class,
        images,
        t -> t.convolve(kernel(t, 2, 3, 3, 3), 2, 1));
    add(
        rows,
        "convolve many images",
        Primitive.Convolve.class,
        Shape.of(2, 15, 1, 4, 3),
        t -> t.convolve(kernel(t, 2, 1, 3, 3), 1, 1));
    add(
        rows,
        "transposeConvolve",
        Primitive.TransposeConvolve.class,
        images,
        t -> t.transposeConvolve(kernel(t, 3, 2, 2, 3), 1, 0, 0));
    add(
        rows,
        "transposeConvolve padded, stride 2",
        Primitive.TransposeConvolve.class,
        images,
        t -> t.transposeConvolve(kernel(t, 3, 2, 3, 3), 2, 1, 1));
    add(
        rows,
        "kernelConvolve",
        Primitive.KernelConvolve.class,
        images,
        t -> kernelConvolve(t, t.slice(1, 0, 2).slice(2, 0, 3).slice(3, 0, 3), 1, 0, 3, 2));
    add(
        rows,
        "kernelConvolve padded, stride 2",
        Primitive.KernelConvolve.class,
        images,
        t -> kernelConvolve(t, t.slice(1, 0, 2).slice(2, 0, 3).slice(3, 0, 2), 2, 1, 3, 3));
    return rows;
  }

  /** A kernel of this shape out of the first elements of t. */
  private static Tensor kernel(Tensor t, int... shape) {
    Shape k = Shape.of(shape);
    Tensor flat = t.reshape(Shape.of(t.shape().size()));
    return flat.slice(0, 0, k.size()).sin().reshape(k);
  }

  private static Tensor kernelConvolve(Tensor x, Tensor y, int stride, int padding, int... size) {
    Primitive op = new Primitive.KernelConvolve(stride, padding, size[0], size[1]);
    return Arena.current().engine().apply(op, op.shape(x.shape(), y.shape()), x, y);
  }

  private static void add(
      List<PrimitiveRow> rows,
      String name,
      Object primitive,
      Shape shape,
      Function<Tensor, Tensor> f) {
    rows.add(new PrimitiveRow(name, primitive, shape, -1.1, 1.7, f));
  }

  private static boolean domain(Unary u) {
    return switch (u) {
      case SQRT, LOG, LOG1P, LGAMMA, DIGAMMA, RECIPROCAL, BESSEL_I0E, ABS -> true;
      default -> false;
    };
  }

  private static Tensor index(Shape shape, int... values) {
    return Arena.current().index(values, shape);
  }

  private static Tensor definite(Tensor t) {
    int n = t.shape().dim(-1);
    return t.matmulTransposed(t).plus(Tensor.number(2).expand(Shape.of(n)).diagonalMatrix());
  }

  @Test
  void everyPrimitiveHasARow() {
    Set<Object> covered = new HashSet<>();
    rows().forEach(r -> covered.add(r.primitive()));
    covered.add(
        Primitive.StandardGamma.class); // see StandardGammaTest: draws, not a smooth function
    assertThat(covered).contains((Object[]) Unary.values()).contains((Object[]) Binary.values());
    for (Class<?> c : Primitive.class.getPermittedSubclasses()) {
      if (!c.isEnum()) {
        assertThat(covered).contains(c);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gradientMatchesDifferences(PrimitiveRow row) {
    boolean none = row.primitive() == Binary.STANDARD_GAMMA_DERIVATIVE;
    if (none || row.primitive() == Unary.TRIGAMMA || row.primitive() == Unary.STOP_GRADIENT) {
      return;
    }
    Gradient gradient = gradient(Backend.JAVA, row);
    double[] x = input(row);
    for (int i = 0; i < x.length; i++) {
      double slope =
          (8 * (moved(row, x, i, STEP) - moved(row, x, i, -STEP))
                  - (moved(row, x, i, 2 * STEP) - moved(row, x, i, -2 * STEP)))
              / (12 * STEP);
      assertThat(gradient.gradients().get(0)[i])
          .as("%s, element %d", row, i)
          .isCloseTo(slope, within(DIFFERENCES * (1 + Math.abs(slope))));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void torchAgreesWithJava(PrimitiveRow row) {
    boolean smooth = row.primitive() != Unary.TRIGAMMA;
    compare(values(Backend.TORCH, row), values(Backend.JAVA, row), row.toString());
    if (smooth) {
      compare(
          gradient(Backend.TORCH, row).gradients().get(0),
          gradient(Backend.JAVA, row).gradients().get(0),
          row + " gradient");
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void compiledAgreesWithJava(PrimitiveRow row) {
    ParamStore store = new ParamStore(Seed.of(1));
    Param x = store.scope("x").param("x", row.shape(), Init.constant(0));
    x.set(input(row));
    boolean smooth = row.primitive() != Unary.TRIGAMMA;
    CompiledAgreement.holds(
        store, seed -> row.function().apply(smooth ? x.value() : x.value().stopGradient()));
  }

  private static void compare(double[] got, double[] expected, String what) {
    assertThat(got).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i])
          .as("%s, element %d", what, i)
          .isCloseTo(expected[i], within(ENGINES * (1 + Math.abs(expected[i]))));
    }
  }

  public static double[] input(PrimitiveRow row) {
    UniformRandomProvider random = Seed.of(7).fold(row.name()).generator();
    double[] x = new double[row.shape().size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = row.low() + (row.high() - row.low()) * random.nextDouble();
    }
    return x;
  }

  private static double[] values(Backend backend, PrimitiveRow row) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      return session.compute(
          a -> row.function().apply(a.tensor(input(row), row.shape())).toDoubles());
    }
  }

  /** A weighted sum of the result, so that every element counts differently. */
  public static Tensor weighted(Tensor y) {
    double[] w = new double[y.shape().size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = Math.sin(i + 1.0);
    }
    return y.times(Arena.current().tensor(w, y.shape())).sum();
  }

  private static Gradient gradient(Backend backend, PrimitiveRow row) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      return session.compute(
          a -> Tape.gradient(input(row), row.shape(), t -> weighted(row.function().apply(t))));
    }
  }

  private static double moved(PrimitiveRow row, double[] x, int i, double by) {
    double[] y = x.clone();
    y[i] += by;
    try (Session session = Session.open(1)) {
      return session.compute(a -> weighted(row.function().apply(a.tensor(y, row.shape()))).item());
    }
  }
}
