package io.flowsvi.ppl.tensor.derivative;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The backward rules of convolution and its two adjoints.
 *
 * <p>All three come from one sum Σ x · kernel · y over matching places: the convolution leaves y
 * open, its adjoints x and the kernel. The derivative towards an input leaves that input open.
 */
final class ConvolutionDerivatives {
  private ConvolutionDerivatives() {}

  static boolean has(Primitive op) {
    return op instanceof Primitive.Convolve
        || op instanceof Primitive.TransposeConvolve
        || op instanceof Primitive.KernelConvolve;
  }

  static Tensor backward(Primitive op, Tensor[] inputs, int which, Tensor g) {
    Shape open = inputs[which].shape();
    if (op instanceof Primitive.Convolve c) {
      return which == 0
          ? towardsImage(c.stride(), c.padding(), open, g, inputs[1])
          : towardsKernel(c.stride(), c.padding(), open, inputs[0], g);
    }
    if (op instanceof Primitive.TransposeConvolve t) {
      return which == 0
          ? g.convolve(inputs[1], t.stride(), t.padding())
          : towardsKernel(t.stride(), t.padding(), open, g, inputs[0]);
    }
    if (op instanceof Primitive.KernelConvolve k) {
      return which == 0
          ? towardsImage(k.stride(), k.padding(), open, inputs[1], g)
          : inputs[0].convolve(g, k.stride(), k.padding());
    }
    throw new PplException("No derivative rule for " + op + ".");
  }

  private static Tensor towardsImage(int stride, int padding, Shape x, Tensor y, Tensor kernel) {
    return run(new Primitive.TransposeConvolve(stride, padding, x.dim(2), x.dim(3)), y, kernel);
  }

  private static Tensor towardsKernel(int stride, int padding, Shape kernel, Tensor x, Tensor y) {
    return run(new Primitive.KernelConvolve(stride, padding, kernel.dim(2), kernel.dim(3)), x, y);
  }

  private static Tensor run(Primitive op, Tensor a, Tensor b) {
    return Arena.current().engine().apply(op, op.shape(a.shape(), b.shape()), a, b);
  }
}
