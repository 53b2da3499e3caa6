package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.GammaDraws;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Primitive.Triangle;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;
import java.util.ArrayList;
import java.util.List;

/** One libtorch call, or a few, for each primitive. */
final class TorchKernels {
  private final TorchEngine engine;
  private final TorchOperators operators;

  TorchKernels(TorchEngine engine) {
    this.engine = engine;
    this.operators = engine.source.operators;
  }

  TorchArray run(Primitive op, Shape result, Tensor... in) {
    if (op instanceof Unary unary) {
      return unary(unary, in[0]);
    }
    if (op instanceof Binary binary) {
      return binary(binary, in[0], in[1], result);
    }
    if (op instanceof Primitive.Select) {
      PtNDArray where = JniUtils.where(engine.truth(in[0]), engine.real(in[1]), engine.real(in[2]));
      return kept(where);
    }
    if (op instanceof Primitive.Reshape && isWhole(in[0])) {
      PtNDArray whole = JniUtils.reshape(engine.whole(in[0]), TorchSource.longs(result));
      return TorchArray.whole(engine.keep(whole));
    }
    PtNDArray x = engine.real(in[0]);
    if (op instanceof Primitive.Sum sum) {
      return kept(JniUtils.sum(x, axes(sum.axes()), false));
    }
    if (op instanceof Primitive.Max max) {
      return kept(operators.run("amax", last(x, in[0].shape(), max.axes(), result)));
    }
    if (op instanceof Primitive.LogSumExp lse) {
      return kept(operators.run("logsumexp", last(x, in[0].shape(), lse.axes(), result)));
    }
    if (op instanceof Primitive.CumulativeSum sums) {
      return cumulativeSum(x, sums);
    }
    if (op instanceof Primitive.Matmul product) {
      PtNDArray y = engine.real(in[1]);
      return TorchVectors.are(product, result, in[0].shape(), in[1].shape())
          ? kept(new TorchVectors(engine).product(product, result, x, y))
          : kept(JniUtils.matmul(turned(x, product.left()), turned(y, product.right())));
    }
    if (op instanceof Primitive.Affine) {
      return kept(JniUtils.linear(x, engine.real(in[1]), engine.real(in[2])));
    }
    if (op instanceof Primitive.Cholesky) {
      return kept(operators.run("cholesky", x));
    }
    if (op instanceof Primitive.TriangularSolve solve) {
      String name =
          (solve.triangle() == Triangle.LOWER ? "solve_lower" : "solve_upper")
              + (solve.side() == Side.PLAIN ? "" : "_t");
      return kept(operators.run(name, x, engine.real(in[1])));
    }
    if (op instanceof Primitive.LogAbsDet) {
      return kept(operators.run("logabsdet", x));
    }
    if (op instanceof Primitive.Inverse) {
      return kept(operators.run("inverse", x));
    }
    if (op instanceof Primitive.Convolve c) {
      return kept(convolution(x, engine.real(in[1]), c.stride(), c.padding(), 1));
    }
    if (op instanceof Primitive.TransposeConvolve c) {
      return transposeConvolve(x, in, c);
    }
    if (op instanceof Primitive.KernelConvolve c) {
      return kernelConvolve(x, engine.real(in[1]), c);
    }
    if (op instanceof Primitive.StandardGamma gamma) {
      return standardGamma(x, in[0], gamma);
    }
    return layout(op, result, x, in);
  }

  private TorchArray layout(Primitive op, Shape result, PtNDArray x, Tensor... in) {
    Shape shape = in[0].shape();
    if (op instanceof Primitive.Reshape) {
      return kept(JniUtils.reshape(x, TorchSource.longs(result)));
    }
    if (op instanceof Primitive.Broadcast) {
      return kept(JniUtils.broadcast(x, TorchSource.shape(result)));
    }
    if (op instanceof Primitive.Permute permute) {
      return kept(JniUtils.permute(x, permute.axes().stream().mapToLong(a -> a).toArray()));
    }
    if (op instanceof Primitive.Slice slice) {
      return kept(JniUtils.slice(x, slice.axis(), slice.from(), slice.to(), 1));
    }
    if (op instanceof Primitive.Pad pad) {
      long[] amounts = new long[2 * (shape.rank() - pad.axis())];
      amounts[amounts.length - 2] = pad.before();
      amounts[amounts.length - 1] = pad.after();
      return kept(JniUtils.pad(x, amounts, 0));
    }
    if (op instanceof Primitive.Flip flip) {
      return kept(JniUtils.flip(x, new long[] {flip.axis()}));
    }
    if (op instanceof Primitive.Concat concat) {
      PtNDArray[] parts = new PtNDArray[in.length];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = engine.real(in[i]);
      }
      return kept(JniUtils.cat(parts, concat.axis()));
    }
    if (op instanceof Primitive.Gather gather) {
      return kept(operators.run("gather" + fromEnd(shape, gather.axis()), x, engine.whole(in[1])));
    }
    if (op instanceof Primitive.ScatterAdd scatter) {
      PtNDArray zeros = engine.upload(new double[result.size()], result);
      String name = "scatter" + fromEnd(shape, scatter.axis());
      return kept(operators.run(name, zeros, engine.whole(in[1]), x));
    }
    if (op instanceof Primitive.TakeAlong take) {
      Shape rows = result.with(take.axis(), shape.dim(take.axis()));
      PtNDArray data = expanded(x, shape, rows);
      PtNDArray index = expanded(engine.whole(in[1]), in[1].shape(), result);
      return kept(JniUtils.gather(data, index, take.axis()));
    }
    if (op instanceof Primitive.PutAlong put) {
      Shape rows = result.with(put.axis(), 1);
      PtNDArray zeros = engine.upload(new double[result.size()], result);
      PtNDArray index = expanded(engine.whole(in[1]), in[1].shape(), rows);
      return kept(JniUtils.scatter(zeros, index, expanded(x, shape, rows), put.axis()));
    }
    throw new PplException("No libtorch kernel for " + op + ".");
  }

  private TorchArray unary(Unary op, Tensor in) {
    PtNDArray x = engine.real(in);
    return kept(
        switch (op) {
          case NEGATE -> JniUtils.neg(x);
          case ABS -> JniUtils.abs(x);
          case SIGN -> JniUtils.sign(x);
          case SQUARE -> JniUtils.square(x);
          case SQRT -> JniUtils.sqrt(x);
          case RECIPROCAL -> operators.run("reciprocal", x);
          case EXP -> JniUtils.exp(x);
          case EXPM1 -> operators.run("expm1", x);
          case LOG -> JniUtils.log(x);
          case LOG1P -> operators.run("log1p", x);
          case SIN -> JniUtils.sin(x);
          case COS -> JniUtils.cos(x);
          case SINH -> JniUtils.sinh(x);
          case COSH -> JniUtils.cosh(x);
          case TANH -> JniUtils.tanh(x);
          case ASINH -> operators.run("asinh", x);
          case ATAN -> JniUtils.atan(x);
          case SIGMOID -> JniUtils.sigmoid(x);
          case SOFTPLUS -> operators.run("softplus", x);
          case ERF -> JniUtils.erf(x);
          case ERF_INVERSE -> JniUtils.erfinv(x);
          case LOG_NORMAL_CDF -> operators.run("log_ndtr", x);
          case LGAMMA -> JniUtils.gammaln(x);
          case DIGAMMA -> operators.run("digamma", x);
          case TRIGAMMA -> operators.run("trigamma", x);
          case BESSEL_I0E -> operators.run("i0e", x);
          case BESSEL_I1E -> operators.run("i1e", x);
          case FLOOR -> JniUtils.floor(x);
          case STOP_GRADIENT -> JniUtils.detachGradient(x);
        });
  }

  private TorchArray binary(Binary op, Tensor left, Tensor right, Shape result) {
    PtNDArray a = engine.real(left);
    if (op == Binary.MAXIMUM && right.isNumber() && right.asNumber() == 0) {
      // One pass backward instead of five, and one array kept instead of two; at 0 itself any
      // slope between 0 and 1 is a subgradient.
      return kept(JniUtils.relu(a));
    }
    PtNDArray b = engine.real(right);
    return switch (op) {
      case PLUS -> kept(JniUtils.add(a, b));
      case MINUS -> kept(JniUtils.sub(a, b));
      case TIMES -> kept(JniUtils.mul(a, b));
      case OVER -> kept(JniUtils.div(a, b));
      case POW -> kept(JniUtils.pow(a, b));
      case MAXIMUM -> kept(JniUtils.max(a, b));
      case MINIMUM -> kept(JniUtils.min(a, b));
      case ATAN2 -> kept(JniUtils.atan2(a, b));
      case LESS -> TorchArray.truth(engine.keep(JniUtils.lt(a, b)));
      case LESS_EQUAL -> TorchArray.truth(engine.keep(JniUtils.lte(a, b)));
      case EQUAL -> TorchArray.truth(engine.keep(JniUtils.eq(a, b)));
      case LOG_BETA -> {
        double[] lefts = left.expand(result).toDoubles();
        double[] rights = right.expand(result).toDoubles();
        double[] values = new double[lefts.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = op.apply(lefts[i], rights[i]);
        }
        yield kept(operators.run("log_beta", a, b, engine.upload(values, result)));
      }
      case STANDARD_GAMMA_DERIVATIVE -> {
        double[] alphas = left.expand(result).toDoubles();
        double[] draws = right.expand(result).toDoubles();
        double[] slopes = new double[alphas.length];
        for (int i = 0; i < slopes.length; i++) {
          slopes[i] = GammaDraws.derivative(alphas[i], draws[i]);
        }
        yield TorchArray.real(engine.upload(slopes, result));
      }
    };
  }

  /** z + (α − stop(α))·∂z/∂α: the draw's value, with its implicit derivative. */
  private TorchArray standardGamma(PtNDArray alpha, Tensor in, Primitive.StandardGamma gamma) {
    double[] alphas = engine.read(in);
    double[] draws = GammaDraws.draw(alphas, in.shape(), gamma.seed());
    double[] slopes = new double[alphas.length];
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = GammaDraws.derivative(alphas[i], draws[i]);
    }
    PtNDArray z = engine.upload(draws, in.shape());
    PtNDArray slope = engine.upload(slopes, in.shape());
    PtNDArray stopped = engine.keep(JniUtils.detachGradient(alpha));
    PtNDArray change = engine.keep(JniUtils.sub(alpha, stopped));
    return kept(JniUtils.add(z, engine.keep(JniUtils.mul(change, slope))));
  }

  private static PtNDArray convolution(
      PtNDArray x, PtNDArray kernel, int stride, int padding, int dilation) {
    return JniUtils.convolution(x, kernel, null, twice(stride), twice(padding), twice(dilation), 1);
  }

  private static ai.djl.ndarray.types.Shape twice(int n) {
    return new ai.djl.ndarray.types.Shape(n, n);
  }

  private TorchArray transposeConvolve(PtNDArray y, Tensor[] in, Primitive.TransposeConvolve op) {
    Shape from = in[0].shape();
    Shape kernel = in[1].shape();
    int s = op.stride();
    int p = op.padding();
    int[] numbers = {
      s,
      p,
      op.height() - ((from.dim(2) - 1) * s - 2 * p + kernel.dim(2)),
      op.width() - ((from.dim(3) - 1) * s - 2 * p + kernel.dim(3))
    };
    PtNDArray how = engine.whole(engine.index(numbers, Shape.of(numbers.length)));
    return kept(operators.run("transpose_convolve", y, engine.real(in[1]), how));
  }

  /** A convolution in which images count as channels and the stride as dilation, cut to size. */
  private TorchArray kernelConvolve(PtNDArray x, PtNDArray y, Primitive.KernelConvolve op) {
    PtNDArray images = engine.keep(JniUtils.transpose(x, 0, 1));
    PtNDArray kernels = engine.keep(JniUtils.transpose(y, 0, 1));
    PtNDArray all = engine.keep(convolution(images, kernels, 1, op.padding(), op.stride()));
    PtNDArray rows = engine.keep(JniUtils.slice(all, 2, 0, op.height(), 1));
    PtNDArray cut = engine.keep(JniUtils.slice(rows, 3, 0, op.width(), 1));
    return kept(JniUtils.transpose(cut, 0, 1));
  }

  private TorchArray cumulativeSum(PtNDArray x, Primitive.CumulativeSum op) {
    if (op.direction() == Primitive.Direction.FORWARD) {
      return kept(JniUtils.cumSum(x, op.axis()));
    }
    long[] axis = {op.axis()};
    PtNDArray sums = engine.keep(JniUtils.cumSum(engine.keep(JniUtils.flip(x, axis)), op.axis()));
    return kept(JniUtils.flip(sums, axis));
  }

  /** The reduced axes moved to the end and joined to one. */
  private PtNDArray last(PtNDArray x, Shape shape, int axes, Shape result) {
    List<Long> order = new ArrayList<>();
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < shape.rank(); i++) {
        if ((axes >> i & 1) == pass) {
          order.add((long) i);
        }
      }
    }
    boolean sorted = true;
    for (int i = 0; i < order.size(); i++) {
      sorted &= order.get(i) == i;
    }
    int reduced = Integer.bitCount(axes);
    if (sorted && reduced == 1) {
      return x;
    }
    long[] permutation = order.stream().mapToLong(Long::longValue).toArray();
    PtNDArray moved = sorted ? x : engine.keep(JniUtils.permute(x, permutation));
    int joined = result.size() == 0 ? 0 : shape.size() / result.size();
    return engine.keep(JniUtils.reshape(moved, TorchSource.longs(result.append(joined))));
  }

  private PtNDArray expanded(PtNDArray x, Shape from, Shape to) {
    return from.equals(to) ? x : engine.keep(JniUtils.broadcast(x, TorchSource.shape(to)));
  }

  private PtNDArray turned(PtNDArray x, Side side) {
    return side == Side.PLAIN ? x : engine.keep(JniUtils.transpose(x, -2, -1));
  }

  private static int fromEnd(Shape shape, int axis) {
    return shape.rank() - axis;
  }

  private static long[] axes(int bits) {
    long[] axes = new long[Integer.bitCount(bits)];
    for (int i = 0, n = 0; n < axes.length; i++) {
      if ((bits >> i & 1) == 1) {
        axes[n++] = i;
      }
    }
    return axes;
  }

  private static boolean isWhole(Tensor tensor) {
    return !tensor.isNumber()
        && tensor.handle() instanceof TorchArray array
        && array.whole != null
        && array.real == null;
  }

  private TorchArray kept(PtNDArray array) {
    return TorchArray.real(engine.keep(array));
  }
}
