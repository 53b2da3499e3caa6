package io.flowsvi.ppl.tensor.derivative;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Primitive.Triangle;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;
import java.util.Optional;

/**
 * The backward rule of every primitive: from the cotangent of a result to that of one input.
 *
 * <p>Element-wise rules are in {@link ElementwiseDerivatives}, convolutions in {@link
 * ConvolutionDerivatives}; here are reductions, shapes and linear algebra (Giles 2008, sections 2.2
 * and 2.3; Murray 2016 for the Cholesky factor).
 */
public final class Derivatives {
  private Derivatives() {}

  /**
   * The cotangent of input number {@code which}, of that input's shape, given the result and its
   * cotangent {@code g}; empty where the primitive passes no gradient to it.
   */
  public static Optional<Tensor> backward(
      Primitive op, Tensor[] inputs, int which, Tensor result, Tensor g) {
    Tensor full;
    if (op instanceof Unary unary) {
      full = ElementwiseDerivatives.unary(unary, inputs[0], result, g);
    } else if (op instanceof Binary binary) {
      full = ElementwiseDerivatives.binary(binary, inputs, which, result, g);
    } else if (op instanceof Primitive.Select) {
      full = which == 0 ? null : select(inputs[0], which, g);
    } else if (which == 1 && takesIndex(op)) {
      full = null;
    } else if (op instanceof Primitive.Matmul product) {
      full = which == 0 ? left(product, inputs[1], g) : right(product, inputs[0], g);
    } else if (op instanceof Primitive.Affine) {
      full = affine(inputs, which, g);
    } else if (op instanceof Primitive.TriangularSolve solve) {
      full = triangularSolve(solve, inputs[0], which, result, g);
    } else if (ConvolutionDerivatives.has(op)) {
      full = ConvolutionDerivatives.backward(op, inputs, which, g);
    } else if (op instanceof Primitive.Concat concat) {
      full = part(concat, inputs, which, g);
    } else {
      full = single(op, inputs, result, g);
    }
    return full == null ? Optional.empty() : Optional.of(sumTo(full, inputs[which].shape()));
  }

  /** Sums a broadcast cotangent back to the shape it was broadcast from. */
  public static Tensor sumTo(Tensor g, Shape target) {
    Shape from = g.shape();
    if (from.equals(target)) {
      return g;
    }
    int extra = from.rank() - target.rank();
    int count = 0;
    int[] axes = new int[from.rank()];
    for (int i = 0; i < from.rank(); i++) {
      if (i < extra || target.dim(i - extra) == 1 && from.dim(i) != 1) {
        axes[count++] = i;
      }
    }
    if (extra < 0) {
      return g.expand(target);
    }
    Tensor summed = count == 0 ? g : g.sum(java.util.Arrays.copyOf(axes, count));
    Tensor shaped = summed.reshape(reshaped(target, from, extra));
    return shaped.shape().equals(target) ? shaped : shaped.expand(target);
  }

  /** The target, with size 1 where the cotangent itself was smaller than the input. */
  private static Shape reshaped(Shape target, Shape from, int extra) {
    Shape shape = target;
    for (int i = 0; i < target.rank(); i++) {
      if (from.dim(i + extra) == 1) {
        shape = shape.with(i, 1);
      }
    }
    return shape;
  }

  private static boolean takesIndex(Primitive op) {
    return op instanceof Primitive.Gather
        || op instanceof Primitive.ScatterAdd
        || op instanceof Primitive.TakeAlong
        || op instanceof Primitive.PutAlong;
  }

  private static Tensor select(Tensor condition, int which, Tensor g) {
    Tensor zero = Tensor.number(0);
    return which == 1 ? condition.select(g, zero) : condition.select(zero, g);
  }

  private static Tensor part(Primitive.Concat concat, Tensor[] inputs, int which, Tensor g) {
    int from = 0;
    for (int i = 0; i < which; i++) {
      from += inputs[i].shape().dim(concat.axis());
    }
    return g.slice(concat.axis(), from, from + inputs[which].shape().dim(concat.axis()));
  }

  private static Tensor single(Primitive op, Tensor[] inputs, Tensor result, Tensor g) {
    Tensor x = inputs[0];
    Shape shape = x.shape();
    if (op instanceof Primitive.Sum sum) {
      return g.reshape(kept(shape, sum.axes())).expand(shape);
    }
    if (op instanceof Primitive.Max max) {
      Shape kept = kept(shape, max.axes());
      Tensor winners = x.equalTo(result.reshape(kept));
      Tensor share = g.over(winners.apply(new Primitive.Sum(max.axes())));
      return winners.times(share.reshape(kept));
    }
    if (op instanceof Primitive.LogSumExp lse) {
      Shape kept = kept(shape, lse.axes());
      // −∞ − (−∞) would be NaN: a row of −∞ has weights e^(−∞ − finite) = 0 instead.
      Tensor level = result.maximum(-Double.MAX_VALUE).reshape(kept);
      return x.minus(level).exp().times(g.reshape(kept));
    }
    if (op instanceof Primitive.CumulativeSum sums) {
      return sums.direction() == Primitive.Direction.FORWARD
          ? g.reverseCumulativeSum(sums.axis())
          : g.cumulativeSum(sums.axis());
    }
    if (op instanceof Primitive.Reshape) {
      return g.reshape(shape);
    }
    if (op instanceof Primitive.Broadcast) {
      return g;
    }
    if (op instanceof Primitive.Permute permute) {
      int[] back = new int[shape.rank()];
      for (int i = 0; i < back.length; i++) {
        back[permute.axes().get(i)] = i;
      }
      return g.permute(back);
    }
    if (op instanceof Primitive.Slice slice) {
      return g.pad(slice.axis(), slice.from(), shape.dim(slice.axis()) - slice.to());
    }
    if (op instanceof Primitive.Pad pad) {
      return g.slice(pad.axis(), pad.before(), pad.before() + shape.dim(pad.axis()));
    }
    if (op instanceof Primitive.Flip flip) {
      return g.flip(flip.axis());
    }
    if (op instanceof Primitive.Gather gather) {
      return g.scatterAdd(gather.axis(), inputs[1], shape.dim(gather.axis()));
    }
    if (op instanceof Primitive.ScatterAdd scatter) {
      return g.gather(scatter.axis(), inputs[1]);
    }
    if (op instanceof Primitive.TakeAlong take) {
      return g.putAlong(take.axis(), inputs[1], shape.dim(take.axis()));
    }
    if (op instanceof Primitive.PutAlong put) {
      return g.takeAlong(put.axis(), inputs[1]);
    }
    if (op instanceof Primitive.LogAbsDet) {
      return x.inverse().transpose().times(g.unsqueeze(-1).unsqueeze(-1));
    }
    if (op instanceof Primitive.Inverse) {
      return result.transposedMatmul(g).matmulTransposed(result).negate();
    }
    if (op instanceof Primitive.Cholesky) {
      return cholesky(result, g);
    }
    if (op instanceof Primitive.StandardGamma) {
      return g.times(x.binary(Binary.STANDARD_GAMMA_DERIVATIVE, result));
    }
    throw new PplException("No derivative rule for " + op + ".");
  }

  /** dA = ½(M + Mᵀ), M = L⁻ᵀ Φ(Lᵀ G) L⁻¹, Φ the lower triangle with half the diagonal. */
  private static Tensor cholesky(Tensor l, Tensor g) {
    Tensor phi = l.transposedMatmul(g).times(triangle(l.shape().dim(-1), Triangle.LOWER, 0.5));
    Tensor half = l.solveLowerTransposed(phi);
    Tensor m = l.solveLowerTransposed(half.transpose()).transpose();
    return m.plus(m.transpose()).times(0.5);
  }

  private static Tensor triangularSolve(
      Primitive.TriangularSolve solve, Tensor a, int which, Tensor x, Tensor g) {
    Side other = solve.side() == Side.PLAIN ? Side.TRANSPOSED : Side.PLAIN;
    Tensor[] operands = {a, g};
    Primitive back = new Primitive.TriangularSolve(solve.triangle(), other);
    Shape shape = back.shape(a.shape(), g.shape());
    Tensor db = Arena.current().engine().apply(back, shape, operands);
    if (which == 1) {
      return db;
    }
    Tensor da = solve.side() == Side.PLAIN ? db.matmulTransposed(x) : x.matmulTransposed(db);
    return da.negate().times(triangle(a.shape().dim(-1), solve.triangle(), 1));
  }

  private static Tensor triangle(int n, Triangle triangle, double diagonal) {
    double[] mask = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        boolean inside = triangle == Triangle.LOWER ? j < i : j > i;
        mask[i * n + j] = i == j ? diagonal : inside ? 1 : 0;
      }
    }
    return Arena.current().tensor(mask, Shape.of(n, n));
  }

  private static Tensor left(Primitive.Matmul op, Tensor b, Tensor g) {
    boolean plainB = op.right() == Side.PLAIN;
    if (op.left() == Side.PLAIN) {
      return plainB ? g.matmulTransposed(b) : g.matmul(b);
    }
    return plainB ? b.matmulTransposed(g) : g.matmul(b).transpose();
  }

  private static Tensor right(Primitive.Matmul op, Tensor a, Tensor g) {
    boolean plainA = op.left() == Side.PLAIN;
    if (op.right() == Side.PLAIN) {
      return plainA ? a.transposedMatmul(g) : a.matmul(g);
    }
    return plainA ? g.transposedMatmul(a) : a.matmul(g).transpose();
  }

  private static Tensor affine(Tensor[] inputs, int which, Tensor g) {
    int out = g.shape().dim(-1);
    int rows = out == 0 ? 0 : g.shape().size() / out;
    Tensor flat = g.reshape(Shape.of(rows, out));
    if (which == 2) {
      return flat.sum(0);
    }
    Tensor x = inputs[0];
    if (which == 1) {
      return flat.transposedMatmul(x.reshape(Shape.of(rows, x.shape().dim(-1))));
    }
    return flat.matmul(inputs[1]).reshape(x.shape());
  }

  private static Shape kept(Shape shape, int axes) {
    Shape kept = shape;
    for (int i = 0; i < shape.rank(); i++) {
      if ((axes >> i & 1) == 1) {
        kept = kept.with(i, 1);
      }
    }
    return kept;
  }
}
