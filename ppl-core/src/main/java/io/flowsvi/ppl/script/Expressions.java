package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The TorchScript expression of each primitive, over the names that {@link Names} gives its inputs.
 *
 * <p>A word that starts with {@code (self).} is a method of the engine's operator module.
 */
final class Expressions {
  private final Names names;

  /** How the inputs of an expression are called. */
  interface Names {
    /** A tensor of floating point numbers. */
    String real(Node node);

    /** A tensor of truth values. */
    String truth(Node node);

    /** A tensor of whole numbers. */
    String whole(Node node);

    /** A number in the text of the program. */
    String number(double value);

    /** A tensor whose type new ones take over. */
    String pattern();
  }

  Expressions(Names names) {
    this.names = names;
  }

  /** Whether the result consists of truth values. */
  static boolean isTruth(Node node) {
    return node.kind() instanceof Node.Operation o
        && (o.primitive() == Binary.LESS
            || o.primitive() == Binary.LESS_EQUAL
            || o.primitive() == Binary.EQUAL);
  }

  /** Throws {@link RecordingException} for what libtorch has no call for. */
  String of(Primitive op, List<Node> in, Shape result) {
    if (op instanceof Unary unary) {
      return Elementwise.unary(unary, names.real(in.get(0)));
    }
    if (op instanceof Binary binary) {
      return new Elementwise(names).binary(binary, in.get(0), in.get(1));
    }
    if (op instanceof Primitive.Select) {
      return "torch.where("
          + names.truth(in.get(0))
          + ", "
          + names.real(in.get(1))
          + ", "
          + names.real(in.get(2))
          + ")";
    }
    String x = names.real(in.get(0));
    Shape shape = in.get(0).shape();
    if (op instanceof Primitive.Sum sum) {
      return "torch.sum(" + x + ", " + axes(sum.axes()) + ", False)";
    }
    if (op instanceof Primitive.Max max) {
      return "torch.amax(" + x + ", " + axes(max.axes()) + ", False)";
    }
    if (op instanceof Primitive.LogSumExp lse) {
      return "torch.logsumexp(" + x + ", " + axes(lse.axes()) + ", False)";
    }
    if (op instanceof Primitive.CumulativeSum sums) {
      return sums.direction() == Primitive.Direction.FORWARD
          ? "torch.cumsum(" + x + ", " + sums.axis() + ")"
          : flip("torch.cumsum(" + flip(x, sums.axis()) + ", " + sums.axis() + ")", sums.axis());
    }
    if (op instanceof Primitive.Matmul product) {
      return Matrices.product(product, in, x, names.real(in.get(1)), result);
    }
    if (op instanceof Primitive.Affine) {
      String bias = isZero(in.get(2)) ? "None" : names.real(in.get(2));
      return call("linear", x, names.real(in.get(1)), bias);
    }
    if (op instanceof Primitive.Cholesky) {
      return method("cholesky", x);
    }
    if (op instanceof Primitive.TriangularSolve solve) {
      String name = solve.triangle() == Primitive.Triangle.LOWER ? "solve_lower" : "solve_upper";
      String side = solve.side() == Side.PLAIN ? "" : "_t";
      return method(name + side, x, names.real(in.get(1)));
    }
    if (op instanceof Primitive.LogAbsDet) {
      return method("logabsdet", x);
    }
    if (op instanceof Primitive.Inverse) {
      return method("inverse", x);
    }
    return layout(op, in, x, shape, result);
  }

  /** Whether an array is 0 everywhere, as its shape alone says. */
  static boolean isZero(Node node) {
    return node.kind() instanceof Node.Operation o
        && o.primitive() instanceof Primitive.Broadcast
        && node.inputs().get(0).isConstant(0);
  }

  private String layout(Primitive op, List<Node> in, String x, Shape shape, Shape result) {
    if (op instanceof Primitive.Reshape) {
      return call("reshape", x, list(result));
    }
    if (op instanceof Primitive.Broadcast) {
      return expand(x, result);
    }
    if (op instanceof Primitive.Permute permute) {
      return call("permute", x, permute.axes().toString());
    }
    if (op instanceof Primitive.Slice cut) {
      return "torch.slice(" + x + ", " + cut.axis() + ", " + cut.from() + ", " + cut.to() + ", 1)";
    }
    if (op instanceof Primitive.Pad pad) {
      int later = shape.rank() - 1 - pad.axis();
      StringJoiner amounts = new StringJoiner(", ", "[", "]");
      for (int i = 0; i < later; i++) {
        amounts.add("0, 0");
      }
      amounts.add(pad.before() + ", " + pad.after());
      return call("constant_pad_nd", x, amounts.toString(), "0");
    }
    if (op instanceof Primitive.Flip turned) {
      return flip(x, turned.axis());
    }
    if (op instanceof Primitive.Concat concat) {
      String parts = in.stream().map(names::real).collect(Collectors.joining(", ", "[", "]"));
      return call("cat", parts, String.valueOf(concat.axis()));
    }
    if (op instanceof Primitive.Gather gather) {
      return call("index_select", x, String.valueOf(gather.axis()), names.whole(in.get(1)));
    }
    if (op instanceof Primitive.ScatterAdd scatter) {
      String axis = String.valueOf(scatter.axis());
      return call("index_add", zeros(result), axis, names.whole(in.get(1)), x);
    }
    if (op instanceof Primitive.TakeAlong take) {
      String rows = expand(x, result.with(take.axis(), shape.dim(take.axis())));
      String index = expand(names.whole(in.get(1)), result);
      return call("gather", rows, String.valueOf(take.axis()), index);
    }
    if (op instanceof Primitive.PutAlong put) {
      Shape rows = result.with(put.axis(), 1);
      String index = expand(names.whole(in.get(1)), rows);
      return call("scatter", zeros(result), String.valueOf(put.axis()), index, expand(x, rows));
    }
    return convolution(op, in, x, shape);
  }

  private String convolution(Primitive op, List<Node> in, String x, Shape shape) {
    if (op instanceof Primitive.Convolve c) {
      return convolve(x, names.real(in.get(1)), c.stride(), c.padding(), 1);
    }
    if (op instanceof Primitive.TransposeConvolve c) {
      Shape kernel = in.get(1).shape();
      int tall = c.height() - ((shape.dim(2) - 1) * c.stride() - 2 * c.padding() + kernel.dim(2));
      int wide = c.width() - ((shape.dim(3) - 1) * c.stride() - 2 * c.padding() + kernel.dim(3));
      return call(
          "conv_transpose2d",
          x,
          names.real(in.get(1)),
          "None",
          pair(c.stride(), c.stride()),
          pair(c.padding(), c.padding()),
          pair(tall, wide),
          "1",
          "[1, 1]");
    }
    if (op instanceof Primitive.KernelConvolve c) {
      // Images count as channels and the stride as dilation; the result is cut to size.
      String images = call("transpose", x, "0", "1");
      String kernels = call("transpose", names.real(in.get(1)), "0", "1");
      String all = convolve(images, kernels, 1, c.padding(), c.stride());
      String rows = "torch.slice(" + all + ", 2, 0, " + c.height() + ", 1)";
      String cut = "torch.slice(" + rows + ", 3, 0, " + c.width() + ", 1)";
      return call("transpose", cut, "0", "1");
    }
    throw new RecordingException("libtorch has no call for " + op);
  }

  private static String convolve(String x, String kernel, int stride, int padding, int dilation) {
    return call(
        "conv2d",
        x,
        kernel,
        "None",
        pair(stride, stride),
        pair(padding, padding),
        pair(dilation, dilation),
        "1");
  }

  /** A call of a function of libtorch. */
  static String call(String function, String... arguments) {
    return "torch." + function + "(" + String.join(", ", arguments) + ")";
  }

  /** A call of a method of the operator module. */
  static String method(String name, String... arguments) {
    return "(self)." + name + "(" + String.join(", ", arguments) + ", )";
  }

  private String zeros(Shape shape) {
    return call("new_zeros", names.pattern(), list(shape));
  }

  private static String expand(String x, Shape shape) {
    return call("expand", x, list(shape));
  }

  private static String flip(String x, int axis) {
    return call("flip", x, "[" + axis + "]");
  }

  private static String pair(int a, int b) {
    return "[" + a + ", " + b + "]";
  }

  /** The sizes as a list. */
  static String list(Shape shape) {
    return IntStream.range(0, shape.rank())
        .mapToObj(i -> String.valueOf(shape.dim(i)))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String axes(int bits) {
    return IntStream.range(0, Integer.SIZE)
        .filter(i -> (bits >> i & 1) == 1)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
