package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.product.Kernel;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.GammaDraws;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;
import java.util.Optional;

/**
 * One kernel per primitive: from input arrays to a result array; what every engine falls back to.
 */
public final class Kernels {
  private Kernels() {}

  /** The result's values; may share the input's array where the elements are the same. */
  public static double[] run(Primitive op, Shape result, double[][] in, Shape[] shapes) {
    if (op instanceof Unary unary) {
      return ElementwiseKernels.unary(unary, in[0]);
    }
    if (op instanceof Binary binary) {
      return ElementwiseKernels.binary(binary, result, in, shapes);
    }
    if (op instanceof Primitive.Select) {
      return ElementwiseKernels.select(result, in, shapes);
    }
    if (op instanceof Primitive.Reshape) {
      return in[0];
    }
    if (op instanceof Primitive.Sum sum) {
      return ReductionKernels.sum(in[0], shapes[0], result, sum.axes());
    }
    if (op instanceof Primitive.Max max) {
      return ReductionKernels.max(in[0], shapes[0], result, max.axes());
    }
    if (op instanceof Primitive.LogSumExp lse) {
      return ReductionKernels.logSumExp(in[0], shapes[0], result, lse.axes());
    }
    if (op instanceof Primitive.Matmul product) {
      return MatrixKernels.matmul(product, result, in, shapes);
    }
    if (op instanceof Primitive.Affine) {
      return MatrixKernels.affine(in, shapes);
    }
    if (op instanceof Primitive.Convolve c) {
      return ConvolutionKernels.convolve(c, result, in, shapes);
    }
    if (op instanceof Primitive.TransposeConvolve c) {
      return ConvolutionKernels.transposeConvolve(c, result, in, shapes);
    }
    if (op instanceof Primitive.KernelConvolve c) {
      return ConvolutionKernels.kernelConvolve(c, result, in, shapes);
    }
    if (op instanceof Primitive.StandardGamma gamma) {
      return GammaDraws.draw(in[0], shapes[0], gamma.seed());
    }
    Optional<Kernel> kernel = kernel(op, result, shapes);
    if (kernel.isPresent()) {
      double[] out = new double[result.size()];
      kernel.get().run(in, out);
      return out;
    }
    return layout(op, result, in, shapes);
  }

  /** What computes into an array that exists, with scratch space made once; empty for others. */
  public static Optional<Kernel> kernel(Primitive op, Shape result, Shape[] shapes) {
    if (op instanceof Primitive.CumulativeSum sums) {
      return Optional.of(ReductionKernels.cumulativeSum(shapes[0], sums));
    }
    if (op instanceof Primitive.Cholesky) {
      return Optional.of(MatrixKernels.cholesky(shapes[0]));
    }
    if (op instanceof Primitive.TriangularSolve solve) {
      return Optional.of(MatrixKernels.triangularSolve(solve, result, shapes));
    }
    if (op instanceof Primitive.LogAbsDet) {
      return Optional.of(MatrixKernels.logAbsDet(shapes[0]));
    }
    if (op instanceof Primitive.Inverse) {
      return Optional.of(MatrixKernels.inverse(shapes[0]));
    }
    if (op instanceof Primitive.TakeAlong take) {
      return Optional.of(LayoutKernels.takeAlong(shapes, take.axis(), result));
    }
    if (op instanceof Primitive.PutAlong put) {
      return Optional.of(LayoutKernels.putAlong(shapes, put.axis(), result));
    }
    return Optional.empty();
  }

  private static double[] layout(Primitive op, Shape result, double[][] in, Shape[] shapes) {
    if (op instanceof Primitive.Broadcast) {
      return LayoutKernels.copy(in[0], Walk.broadcast(shapes[0], result), 0, result);
    }
    if (op instanceof Primitive.Permute permute) {
      return LayoutKernels.permute(in[0], shapes[0], permute, result);
    }
    if (op instanceof Primitive.Slice slice) {
      int[] strides = shapes[0].strides();
      return LayoutKernels.copy(in[0], strides, slice.from() * strides[slice.axis()], result);
    }
    if (op instanceof Primitive.Pad pad) {
      return LayoutKernels.pad(in[0], shapes[0], pad, result);
    }
    if (op instanceof Primitive.Flip flip) {
      int[] strides = shapes[0].strides();
      int start = (shapes[0].dim(flip.axis()) - 1) * strides[flip.axis()];
      strides[flip.axis()] *= -1;
      return LayoutKernels.copy(in[0], strides, start, result);
    }
    if (op instanceof Primitive.Concat concat) {
      return LayoutKernels.concat(in, shapes, concat.axis(), result);
    }
    if (op instanceof Primitive.Gather gather) {
      return LayoutKernels.gather(in, shapes, gather.axis(), result);
    }
    if (op instanceof Primitive.ScatterAdd scatter) {
      return LayoutKernels.scatterAdd(in, shapes, scatter.axis(), result);
    }
    throw new PplException("No plain kernel for " + op + ".");
  }
}
