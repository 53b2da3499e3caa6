package io.flowsvi.ppl.assertions;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Random operations, one upon the other, on random shapes: written anew from the same numbers each
 * time.
 */
public final class RandomProgram {
  private static final int OPERATIONS = 25;
  private static final int MOST = 200;

  private final UniformRandomProvider random;
  private final Seed noise;

  private RandomProgram(UniformRandomProvider random, Seed noise) {
    this.random = random;
    this.noise = noise;
  }

  /** The parameters that the program of a number reads. */
  public static ParamStore store(int number) {
    Seed seed = Seed.of(number);
    ParamStore store = new ParamStore(seed);
    for (int i = 0; i < 3; i++) {
      Shape shape = RandomShapes.of(seed.fold("shape").fold(i), MOST);
      store.scope("p").param("p" + i, shape, Init.normal(0.8));
    }
    return store;
  }

  /** All that the program of a number computes from its parameters and this noise, flat. */
  public static Tensor values(int number, ParamStore store, Seed noise) {
    Seed seed = Seed.of(number).fold("operations");
    return new RandomProgram(seed.generator(), noise).from(store.params());
  }

  private Tensor from(List<Param> params) {
    List<Tensor> known = new ArrayList<>();
    params.forEach(p -> known.add(p.value()));
    known.add(Arena.current().normal(noise, RandomShapes.of(random, MOST)));
    for (int i = 0; i < OPERATIONS; i++) {
      Tensor made = next(known);
      // Bounded, so that no number of operations overflows.
      known.add(i % 3 == 0 ? made.tanh() : made.over(made.square().plus(1).sqrt()).times(1.5));
    }
    List<Tensor> flat = new ArrayList<>();
    for (Tensor each : known.subList(params.size(), known.size())) {
      flat.add(each.reshape(Shape.of(each.shape().size())));
    }
    return Tensor.concat(flat, 0);
  }

  private Tensor next(List<Tensor> known) {
    Tensor x = known.get(random.nextInt(known.size()));
    Tensor y = known.get(random.nextInt(known.size()));
    int axis = x.shape().rank() == 0 ? -1 : random.nextInt(x.shape().rank());
    if (axis < 0) {
      return binary(x, y);
    }
    return switch (random.nextInt(9)) {
      case 0, 1 -> unary(x);
      case 2, 3 -> binary(x, fitted(y, x.shape()));
      case 4 -> reduction(x, axis);
      case 5 -> moved(x, axis);
      case 6 -> joined(x, axis);
      case 7 -> indexed(x, axis);
      default -> matrix(x);
    };
  }

  private Tensor unary(Tensor x) {
    return switch (random.nextInt(10)) {
      case 0 -> x.exp();
      case 1 -> x.sin();
      case 2 -> x.softplus();
      case 3 -> x.sigmoid();
      case 4 -> x.square().plus(0.1).log();
      case 5 -> x.abs().log1p();
      case 6 -> x.negate().expm1();
      case 7 -> x.logNormalCdf();
      case 8 -> x.square().plus(0.5).lgamma();
      default -> x.lessThan(0.3).select(x.cos(), x.times(0.5));
    };
  }

  private Tensor binary(Tensor x, Tensor y) {
    boolean fits = x.shape().rank() == 0 || y.shape().rank() == 0 || x.shape().equals(y.shape());
    Tensor z = fits ? y : fitted(y, x.shape());
    return switch (random.nextInt(5)) {
      case 0 -> x.plus(z);
      case 1 -> z.minus(x);
      case 2 -> x.times(z);
      case 3 -> x.over(z.square().plus(1));
      default -> x.maximum(z.times(0.7).plus(0.01));
    };
  }

  /** Some of the elements of y, in a shape that broadcasts to another one. */
  private Tensor fitted(Tensor y, Shape to) {
    Shape shape = Shape.scalar();
    int first = random.nextInt(to.rank() + 1);
    for (int axis = first; axis < to.rank(); axis++) {
      shape = shape.append(random.nextInt(3) == 0 ? 1 : to.dim(axis));
    }
    int size = y.shape().size();
    int[] index = IntStream.range(0, shape.size()).map(i -> (i * 7 + 3) % size).toArray();
    Tensor flat = y.reshape(Shape.of(size));
    return flat.gather(0, Arena.current().index(index, Shape.of(index.length))).reshape(shape);
  }

  private Tensor reduction(Tensor x, int axis) {
    return switch (random.nextInt(6)) {
      case 0 -> x.sum(axis);
      case 1 -> x.logSumExp(axis);
      case 2 -> x.sum().plus(x.mean(axis));
      case 3 -> x.max(axis);
      case 4 -> x.cumulativeSum(axis);
      default -> x.softmax(axis);
    };
  }

  private Tensor moved(Tensor x, int axis) {
    int rank = x.shape().rank();
    int size = x.shape().dim(axis);
    return switch (random.nextInt(6)) {
      case 0 -> x.permute(IntStream.range(0, rank).map(i -> (i + 1) % rank).toArray());
      case 1 -> x.flip(axis);
      case 2 -> x.slice(axis, size / 3, size);
      case 3 -> x.pad(axis, random.nextInt(3), random.nextInt(2));
      case 4 -> x.reshape(Shape.of(x.shape().size() / size, size));
      default -> x.shape().size() > MOST ? x : x.unsqueeze(0).expand(Shape.of(3).append(x.shape()));
    };
  }

  private Tensor joined(Tensor x, int axis) {
    if (x.shape().size() > MOST) {
      return x.sum(axis);
    }
    return random.nextBoolean()
        ? Tensor.concat(List.of(x, x.slice(axis, 0, 1).sin(), x.flip(axis)), axis)
        : Tensor.stack(List.of(x.exp(), x), axis);
  }

  private Tensor indexed(Tensor x, int axis) {
    int size = x.shape().dim(axis);
    int[] some = IntStream.range(0, size).map(i -> random.nextInt(size)).toArray();
    Tensor index = Arena.current().index(some, Shape.of(size));
    return random.nextBoolean() ? x.gather(axis, index) : x.scatterAdd(axis, index, size);
  }

  /** Rows with rows, and the factor and solutions of a definite matrix. */
  private Tensor matrix(Tensor x) {
    if (x.shape().rank() < 2) {
      return x.dot(x.flip(0), 0);
    }
    Tensor products = x.matmulTransposed(x.sin());
    if (products.shape().size() > 400) {
      return x.transposedMatmul(x);
    }
    int n = x.shape().dim(-2);
    Tensor definite =
        x.matmulTransposed(x).plus(Tensor.number(2).expand(Shape.of(n)).diagonalMatrix());
    return switch (random.nextInt(4)) {
      case 0 -> products;
      case 1 -> definite.cholesky();
      case 2 -> definite.logAbsDet();
      default -> definite.solveLower(x).plus(definite.solveUpperTransposed(x));
    };
  }
}
