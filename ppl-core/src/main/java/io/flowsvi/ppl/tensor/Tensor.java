package io.flowsvi.ppl.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * An immutable array of numbers with a shape; every operation returns a new one.
 *
 * <p>All model and flow code is written in these operations: pure, with shapes known at once and no
 * engine type in sight, so that the same code runs eagerly, is recorded, or is compiled. Binary
 * operations broadcast as numpy does. A tensor lives as long as its {@link Arena}; a
 * <em>number</em> ({@link #number}) belongs to none: it is rank 0, folds with other numbers at
 * once, and may be kept in static constants. Axes may be negative. This file is longer than others
 * because it is the whole vocabulary.
 */
public final class Tensor {
  private final Shape shape;
  private final Engine engine;
  private final Object handle;
  private final double number;

  private Tensor(Shape shape, Engine engine, Object handle, double number) {
    this.shape = shape;
    this.engine = engine;
    this.handle = handle;
    this.number = number;
  }

  /** For engines: wraps a result. */
  public static Tensor of(Engine engine, Shape shape, Object handle) {
    return new Tensor(shape, engine, handle, Double.NaN);
  }

  /** A plain Java number as rank-0 tensor, free of any arena. */
  public static Tensor number(double value) {
    return new Tensor(Shape.scalar(), null, null, value);
  }

  /** Whether this is a plain Java number. */
  public boolean isNumber() {
    return engine == null;
  }

  /** The value of a plain Java number. */
  public double asNumber() {
    if (engine != null) {
      throw new PplException(
          "This tensor " + shape + " is not a plain number; read it with toDoubles().");
    }
    return number;
  }

  /** For engines: their own representation of this tensor. */
  public Object handle() {
    return handle;
  }

  /** The sizes of the axes. */
  public Shape shape() {
    return shape;
  }

  // ---- reading (leaves the graph: not inside models)

  /** The values in row-major order. */
  public double[] toDoubles() {
    return engine == null ? new double[] {number} : engine.read(this);
  }

  /** The single value of a tensor of size 1. */
  public double item() {
    if (shape.size() != 1) {
      throw new ShapeException(
          "item() needs a tensor of one element, this has shape " + shape + ".");
    }
    return engine == null ? number : engine.read(this)[0];
  }

  // ---- arithmetic

  /** this + other. */
  public Tensor plus(Tensor other) {
    if (other.engine == null && other.number == 0) {
      return this;
    }
    return engine == null && number == 0 ? other : binary(Binary.PLUS, other);
  }

  /** this + other. */
  public Tensor plus(double other) {
    return plus(number(other));
  }

  /** this − other. */
  public Tensor minus(Tensor other) {
    if (other.engine == null && other.number == 0) {
      return this;
    }
    return engine == null && number == 0 ? other.negate() : binary(Binary.MINUS, other);
  }

  /** this − other. */
  public Tensor minus(double other) {
    return minus(number(other));
  }

  /** this · other. */
  public Tensor times(Tensor other) {
    if (other.engine == null && other.number == 1) {
      return this;
    }
    if (other.engine == null && other.number == -1) {
      return negate();
    }
    return engine == null && number == 1 ? other : binary(Binary.TIMES, other);
  }

  /** this · other. */
  public Tensor times(double other) {
    return times(number(other));
  }

  /** this / other. */
  public Tensor over(Tensor other) {
    return other.engine == null && other.number == 1 ? this : binary(Binary.OVER, other);
  }

  /** this / other. */
  public Tensor over(double other) {
    return over(number(other));
  }

  /** this to the power of other. */
  public Tensor pow(Tensor other) {
    if (other.engine == null && other.number == 2) {
      return square();
    }
    return other.engine == null && other.number == 1 ? this : binary(Binary.POW, other);
  }

  /** this to the power of other. */
  public Tensor pow(double other) {
    return pow(number(other));
  }

  /** The larger of both, element by element. */
  public Tensor maximum(Tensor other) {
    return binary(Binary.MAXIMUM, other);
  }

  /** The larger of both, element by element. */
  public Tensor maximum(double other) {
    return maximum(number(other));
  }

  /** The smaller of both, element by element. */
  public Tensor minimum(Tensor other) {
    return binary(Binary.MINIMUM, other);
  }

  /** The smaller of both, element by element. */
  public Tensor minimum(double other) {
    return minimum(number(other));
  }

  /** Limited to [low, high]; the gradient is 0 outside. */
  public Tensor clamp(double low, double high) {
    return maximum(low).minimum(high);
  }

  /** The angle of the point (x, this). */
  public Tensor atan2(Tensor x) {
    return binary(Binary.ATAN2, x);
  }

  /** 1 where this &lt; other, else 0. */
  public Tensor lessThan(Tensor other) {
    return binary(Binary.LESS, other);
  }

  /** 1 where this &lt; other, else 0. */
  public Tensor lessThan(double other) {
    return lessThan(number(other));
  }

  /** 1 where this ≤ other, else 0. */
  public Tensor atMost(Tensor other) {
    return binary(Binary.LESS_EQUAL, other);
  }

  /** 1 where this ≤ other, else 0. */
  public Tensor atMost(double other) {
    return atMost(number(other));
  }

  /** 1 where this &gt; other, else 0. */
  public Tensor greaterThan(Tensor other) {
    return other.lessThan(this);
  }

  /** 1 where this &gt; other, else 0. */
  public Tensor greaterThan(double other) {
    return number(other).lessThan(this);
  }

  /** 1 where this ≥ other, else 0. */
  public Tensor atLeast(double other) {
    return number(other).atMost(this);
  }

  /** 1 where equal, else 0. */
  public Tensor equalTo(Tensor other) {
    return binary(Binary.EQUAL, other);
  }

  /** 1 where equal, else 0. */
  public Tensor equalTo(double other) {
    return equalTo(number(other));
  }

  /**
   * yes where this is not 0, else no. The branch not taken must still be finite for the gradient to
   * be: limit its input first.
   */
  public Tensor select(Tensor yes, Tensor no) {
    if (engine == null && yes.engine == null && no.engine == null) {
      return number != 0 ? yes : no;
    }
    Primitive op = new Primitive.Select();
    return apply(op, op.shape(shape, yes.shape, no.shape), this, yes, no);
  }

  /** yes where this is not 0, else no. */
  public Tensor select(Tensor yes, double no) {
    return select(yes, number(no));
  }

  // ---- element-wise functions

  /** −this. */
  public Tensor negate() {
    return unary(Unary.NEGATE);
  }

  /** |this|. */
  public Tensor abs() {
    return unary(Unary.ABS);
  }

  /** −1, 0 or 1. */
  public Tensor sign() {
    return unary(Unary.SIGN);
  }

  /** this². */
  public Tensor square() {
    return unary(Unary.SQUARE);
  }

  /** √this. */
  public Tensor sqrt() {
    return unary(Unary.SQRT);
  }

  /** 1/this. */
  public Tensor reciprocal() {
    return unary(Unary.RECIPROCAL);
  }

  /** e to the power of this. */
  public Tensor exp() {
    return unary(Unary.EXP);
  }

  /** exp(this) − 1, accurate near 0. */
  public Tensor expm1() {
    return unary(Unary.EXPM1);
  }

  /** Natural logarithm. */
  public Tensor log() {
    return unary(Unary.LOG);
  }

  /** log(1 + this), accurate near 0. */
  public Tensor log1p() {
    return unary(Unary.LOG1P);
  }

  /** Sine. */
  public Tensor sin() {
    return unary(Unary.SIN);
  }

  /** Cosine. */
  public Tensor cos() {
    return unary(Unary.COS);
  }

  /** Hyperbolic sine. */
  public Tensor sinh() {
    return unary(Unary.SINH);
  }

  /** Hyperbolic cosine. */
  public Tensor cosh() {
    return unary(Unary.COSH);
  }

  /** Hyperbolic tangent. */
  public Tensor tanh() {
    return unary(Unary.TANH);
  }

  /** Inverse hyperbolic sine. */
  public Tensor asinh() {
    return unary(Unary.ASINH);
  }

  /** Inverse tangent. */
  public Tensor atan() {
    return unary(Unary.ATAN);
  }

  /** 1/(1 + e^−this). */
  public Tensor sigmoid() {
    return unary(Unary.SIGMOID);
  }

  /** log(1 + e^this), stable at both ends. */
  public Tensor softplus() {
    return unary(Unary.SOFTPLUS);
  }

  /** log sigmoid(this) = −softplus(−this). */
  public Tensor logSigmoid() {
    return negate().softplus().negate();
  }

  /** max(this, 0). */
  public Tensor relu() {
    return maximum(0);
  }

  /** The error function. */
  public Tensor erf() {
    return unary(Unary.ERF);
  }

  /** The inverse error function. */
  public Tensor erfInverse() {
    return unary(Unary.ERF_INVERSE);
  }

  /** log Φ(this), Φ the standard normal distribution function; accurate in the lower tail. */
  public Tensor logNormalCdf() {
    return unary(Unary.LOG_NORMAL_CDF);
  }

  /** log |Γ(this)|. */
  public Tensor lgamma() {
    return unary(Unary.LGAMMA);
  }

  /** log B(this, other) = log Γ(this) + log Γ(other) − log Γ(this + other), both positive. */
  public Tensor logBeta(Tensor other) {
    return binary(Binary.LOG_BETA, other);
  }

  /** Derivative of lgamma. */
  public Tensor digamma() {
    return unary(Unary.DIGAMMA);
  }

  /** Second derivative of lgamma; no further derivative. */
  public Tensor trigamma() {
    return unary(Unary.TRIGAMMA);
  }

  /** log I₀(this), the modified Bessel function of order 0. */
  public Tensor logBesselI0() {
    return unary(Unary.BESSEL_I0E).log().plus(abs());
  }

  /** e^−|this| I₀(this). */
  public Tensor besselI0e() {
    return unary(Unary.BESSEL_I0E);
  }

  /** e^−|this| I₁(this). */
  public Tensor besselI1e() {
    return unary(Unary.BESSEL_I1E);
  }

  /** The largest whole number not above this. */
  public Tensor floor() {
    return unary(Unary.FLOOR);
  }

  /** The same value, constant for the gradient. */
  public Tensor stopGradient() {
    return unary(Unary.STOP_GRADIENT);
  }

  /**
   * The same value, with the gradient of another expression of the same shape: for what is found by
   * operations that are not worth differentiating. A recorded step leaves out the other's value.
   */
  public Tensor withGradientOf(Tensor other) {
    return stopGradient().plus(other.minus(other.stopGradient()));
  }

  /** Standard gamma draws with this concentration; differentiable through it. */
  public Tensor standardGamma(Seed seed) {
    return placed().apply(new Primitive.StandardGamma(seed));
  }

  // ---- reductions

  /** The sum over the named axes, which disappear; over all axes if none is named. */
  public Tensor sum(int... axes) {
    int bits = bits(axes);
    return bits == 0 ? this : apply(new Primitive.Sum(bits));
  }

  /** The mean over the named axes, or over all. */
  public Tensor mean(int... axes) {
    Tensor sum = sum(axes);
    int count = sum.shape.size() == 0 ? 1 : shape.size() / sum.shape.size();
    return sum.over(count);
  }

  /** The largest element over the named axes, or over all. */
  public Tensor max(int... axes) {
    int bits = bits(axes);
    return bits == 0 ? this : apply(new Primitive.Max(bits));
  }

  /** log Σ exp over the named axes, or over all; stable. */
  public Tensor logSumExp(int... axes) {
    int bits = bits(axes);
    return bits == 0 ? this : apply(new Primitive.LogSumExp(bits));
  }

  /** this − logSumExp over one axis. */
  public Tensor logSoftmax(int axis) {
    return minus(logSumExp(axis).unsqueeze(shape.axis(axis)));
  }

  /** exp(logSoftmax). */
  public Tensor softmax(int axis) {
    return logSoftmax(axis).exp();
  }

  /** The Euclidean norm over one axis; its gradient at 0 is 0. */
  public Tensor norm(int axis) {
    Tensor squares = square().sum(axis);
    Tensor zero = squares.equalTo(0);
    return squares.plus(zero).sqrt().minus(zero);
  }

  /** Σ this · other over one axis. */
  public Tensor dot(Tensor other, int axis) {
    return times(other).sum(axis);
  }

  /** Running sums along an axis, first element first. */
  public Tensor cumulativeSum(int axis) {
    return apply(new Primitive.CumulativeSum(shape.axis(axis), Primitive.Direction.FORWARD));
  }

  /** Running sums along an axis, last element first. */
  public Tensor reverseCumulativeSum(int axis) {
    return apply(new Primitive.CumulativeSum(shape.axis(axis), Primitive.Direction.BACKWARD));
  }

  // ---- shapes

  /** The same elements under another shape of the same size. */
  public Tensor reshape(Shape to) {
    return shape.equals(to) ? this : placed().apply(new Primitive.Reshape(to));
  }

  /** Repeated to a larger shape by broadcasting. */
  public Tensor expand(Shape to) {
    return shape.equals(to) ? this : placed().apply(new Primitive.Broadcast(to));
  }

  /** A new axis of size 1 before the given one; −1 means behind the last. */
  public Tensor unsqueeze(int axis) {
    return reshape(shape.insert(axis < 0 ? axis + shape.rank() + 1 : axis, 1));
  }

  /** Without an axis of size 1. */
  public Tensor squeeze(int axis) {
    if (shape.dim(axis) != 1) {
      throw new ShapeException("Axis " + axis + " of " + shape + " has not size 1.");
    }
    return reshape(shape.without(axis));
  }

  /** Axis i of the result is axis axes[i] of this. */
  public Tensor permute(int... axes) {
    List<Integer> order = new ArrayList<>();
    for (int axis : axes) {
      order.add(shape.axis(axis));
    }
    if (order.stream().distinct().count() != shape.rank()) {
      throw new ShapeException("permute needs each axis of " + shape + " once, got " + order + ".");
    }
    return apply(new Primitive.Permute(order));
  }

  /** The last two axes swapped. */
  public Tensor transpose() {
    int[] axes = new int[shape.rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    axes[axes.length - 1] = axes.length - 2;
    axes[axes.length - 2] = axes.length - 1;
    return permute(axes);
  }

  /** Indices from (included) to (excluded) of one axis. */
  public Tensor slice(int axis, int from, int to) {
    int at = shape.axis(axis);
    return from == 0 && to == shape.dim(at) ? this : apply(new Primitive.Slice(at, from, to));
  }

  /**
   * The parts of these sizes that an axis is cut into; they must fill it. For many parts this is
   * cheaper than slices: on libtorch a slice's gradient is as large as what it was cut from.
   */
  public List<Tensor> split(int axis, int... sizes) {
    int at = shape.axis(axis);
    int sum = 0;
    for (int size : sizes) {
      sum += size;
    }
    if (sum != shape.dim(at)) {
      throw new ShapeException(
          "Parts of sizes "
              + java.util.Arrays.toString(sizes)
              + " hold "
              + sum
              + ", but axis "
              + at
              + " of shape "
              + shape
              + " holds "
              + shape.dim(at)
              + ".");
    }
    return sizes.length == 1 ? List.of(this) : placed().engine.split(placed(), at, sizes);
  }

  /** One element of an axis, which disappears. */
  public Tensor at(int axis, int index) {
    return slice(axis, index, index + 1).squeeze(axis);
  }

  /** One axis with zeros before and after. */
  public Tensor pad(int axis, int before, int after) {
    return before == 0 && after == 0
        ? this
        : apply(new Primitive.Pad(shape.axis(axis), before, after));
  }

  /** One axis in reverse order. */
  public Tensor flip(int axis) {
    return shape.dim(axis) == 1 ? this : apply(new Primitive.Flip(shape.axis(axis)));
  }

  /** Tensors joined along an existing axis. */
  public static Tensor concat(List<Tensor> parts, int axis) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    Tensor[] inputs = parts.stream().map(Tensor::placed).toArray(Tensor[]::new);
    Shape[] shapes = new Shape[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      shapes[i] = inputs[i].shape;
    }
    Primitive op = new Primitive.Concat(shapes[0].axis(axis));
    return apply(op, op.shape(shapes), inputs);
  }

  /** Tensors of one shape joined along a new axis at this index; −1 means behind the last. */
  public static Tensor stack(List<Tensor> parts, int axis) {
    int at = axis < 0 ? axis + parts.get(0).shape.rank() + 1 : axis;
    return concat(parts.stream().map(p -> p.unsqueeze(at)).toList(), at);
  }

  /**
   * Element n of the axis is element index[n] of this one's; index is [N], from {@code
   * Arena.index}.
   */
  public Tensor gather(int axis, Tensor index) {
    Primitive op = new Primitive.Gather(shape.axis(axis));
    return apply(op, op.shape(shape, index.shape), this, index);
  }

  /**
   * Adds element n of the axis to element index[n] of zeros of the given size: the adjoint of
   * gather.
   */
  public Tensor scatterAdd(int axis, Tensor index, int size) {
    Primitive op = new Primitive.ScatterAdd(shape.axis(axis), size);
    return apply(op, op.shape(shape, index.shape), this, index);
  }

  /**
   * One element of the axis per row, chosen by an index of the same rank with size 1 on the axis.
   */
  public Tensor takeAlong(int axis, Tensor index) {
    Primitive op = new Primitive.TakeAlong(shape.axis(axis));
    return apply(op, op.shape(shape, index.shape), this, index);
  }

  /**
   * The element of the last axis that a whole number chooses: {@code [..., K]} and {@code [...]} to
   * {@code [...]}; leading axes broadcast. So a discrete latent chooses among parameters.
   */
  public Tensor choose(Tensor index) {
    Tensor at = (index.isNumber() ? index.expand(Shape.scalar()) : index).unsqueeze(-1);
    int rank = Math.max(shape.rank(), at.shape.rank());
    return leadingTo(rank).takeAlong(-1, at.leadingTo(rank)).squeeze(-1);
  }

  /** With axes of size 1 in front, up to a rank. */
  public Tensor leadingTo(int rank) {
    Shape to = shape;
    while (to.rank() < rank) {
      to = to.insert(0, 1);
    }
    return to.equals(shape) ? this : reshape(to);
  }

  /** Zeros along the axis except at the index of each row: the adjoint of takeAlong. */
  public Tensor putAlong(int axis, Tensor index, int size) {
    Primitive op = new Primitive.PutAlong(shape.axis(axis), size);
    return apply(op, op.shape(shape, index.shape), this, index);
  }

  // ---- linear algebra

  /** The product of the last two axes; leading axes broadcast. */
  public Tensor matmul(Tensor other) {
    return product(other, Primitive.Side.PLAIN, Primitive.Side.PLAIN);
  }

  /** this · otherᵀ on the last two axes. */
  public Tensor matmulTransposed(Tensor other) {
    return product(other, Primitive.Side.PLAIN, Primitive.Side.TRANSPOSED);
  }

  /** thisᵀ · other on the last two axes. */
  public Tensor transposedMatmul(Tensor other) {
    return product(other, Primitive.Side.TRANSPOSED, Primitive.Side.PLAIN);
  }

  private Tensor product(Tensor other, Primitive.Side left, Primitive.Side right) {
    Primitive op = new Primitive.Matmul(left, right);
    return apply(op, op.shape(shape, other.shape), this, other);
  }

  /** Matrix [..., n, m] times vector [..., m]: [..., n]. */
  public Tensor matvec(Tensor vector) {
    return matmul(vector.unsqueeze(-1)).squeeze(-1);
  }

  /**
   * This data matrix X {@code [rows..., K]} with coefficients beta {@code [S, 1..., K]} (or {@code
   * [K]}): X·beta as {@code [S, rows...]}, in one matrix product for all particles.
   */
  public Tensor linear(Tensor beta) {
    Shape b = beta.shape;
    int k = shape.rank() < 2 ? -1 : shape.dim(-1);
    boolean fits = b.rank() >= 1 && b.dim(-1) == k && (b.rank() == 1 || b.size() == b.dim(0) * k);
    if (!fits) {
      throw new ShapeException(
          "linear needs X [rows, K] and beta [S, 1, K]; got X " + shape + " and beta " + b + ".");
    }
    Shape rows = shape.leading(-1);
    int particles = b.rank() == 1 ? 1 : b.dim(0);
    Tensor flat = reshape(Shape.of(rows.size(), k));
    Tensor product = beta.reshape(Shape.of(particles, k)).matmulTransposed(flat);
    return product.reshape(b.rank() == 1 ? rows : Shape.of(particles).append(rows));
  }

  /** This x [..., I] through weight [O, I] and bias [O]: [..., O]. */
  public Tensor affine(Tensor weight, Tensor bias) {
    Primitive op = new Primitive.Affine();
    return apply(op, op.shape(shape, weight.shape, bias.shape), this, weight, bias);
  }

  /** Lower Cholesky factor of symmetric positive definite [..., n, n]; NaN where it is not. */
  public Tensor cholesky() {
    return apply(new Primitive.Cholesky());
  }

  /** X with this·X = other, this lower triangular [..., n, n], other [..., n, m]. */
  public Tensor solveLower(Tensor other) {
    return solve(other, Primitive.Triangle.LOWER, Primitive.Side.PLAIN);
  }

  /** X with thisᵀ·X = other, this lower triangular. */
  public Tensor solveLowerTransposed(Tensor other) {
    return solve(other, Primitive.Triangle.LOWER, Primitive.Side.TRANSPOSED);
  }

  /** X with this·X = other, this upper triangular. */
  public Tensor solveUpper(Tensor other) {
    return solve(other, Primitive.Triangle.UPPER, Primitive.Side.PLAIN);
  }

  /** X with thisᵀ·X = other, this upper triangular. */
  public Tensor solveUpperTransposed(Tensor other) {
    return solve(other, Primitive.Triangle.UPPER, Primitive.Side.TRANSPOSED);
  }

  private Tensor solve(Tensor other, Primitive.Triangle triangle, Primitive.Side side) {
    Primitive op = new Primitive.TriangularSolve(triangle, side);
    return apply(op, op.shape(shape, other.shape), this, other);
  }

  /** log |det| of [..., n, n]. */
  public Tensor logAbsDet() {
    return apply(new Primitive.LogAbsDet());
  }

  /** The inverse of [..., n, n]. */
  public Tensor inverse() {
    return apply(new Primitive.Inverse());
  }

  /** The diagonal of [..., n, n]: [..., n]. */
  public Tensor diagonal() {
    int n = shape.dim(-1);
    int[] at = new int[n];
    for (int i = 0; i < n; i++) {
      at[i] = i * (n + 1);
    }
    Tensor flat = reshape(shape.leading(-2).append(n * n));
    return flat.gather(-1, engine.index(at, Shape.of(n)));
  }

  /** Vectors [..., n] as diagonal matrices [..., n, n]. */
  public Tensor diagonalMatrix() {
    int n = shape.dim(-1);
    double[] eye = new double[n * n];
    for (int i = 0; i < n; i++) {
      eye[i * (n + 1)] = 1;
    }
    return unsqueeze(-1).times(engine.tensor(eye, Shape.of(n, n)));
  }

  // ---- convolutions

  /**
   * The convolution of these images {@code [..., C, H, W]} with a kernel {@code [O, C, h, w]}:
   * {@code [..., O, H', W']}, H' = (H + 2 padding − h) / stride + 1 rounded down, W' likewise;
   * zeros around the images. The kernel is not flipped. Throws {@link ShapeException} where it
   * finds no place.
   */
  public Tensor convolve(Tensor kernel, int stride, int padding) {
    return images(new Primitive.Convolve(stride, padding), kernel);
  }

  /**
   * The adjoint of {@link #convolve}: from {@code [..., O, H', W']} and a kernel {@code [O, C, h,
   * w]} to {@code [..., C, H, W]}, H = (H' − 1) stride − 2 padding + h + outputPadding, W likewise.
   * An output padding from 0 to stride − 1 chooses among the sizes that the convolution takes to
   * H'.
   */
  public Tensor transposeConvolve(Tensor kernel, int stride, int padding, int outputPadding) {
    if (shape.rank() < 3 || kernel.shape.rank() != 4) {
      throw new ShapeException(
          "A transposed convolution needs y [..., O, H, W] and a kernel [O, C, h, w], got "
              + shape
              + " and "
              + kernel.shape
              + ".");
    }
    int height = (shape.dim(-2) - 1) * stride - 2 * padding + kernel.shape.dim(2) + outputPadding;
    int width = (shape.dim(-1) - 1) * stride - 2 * padding + kernel.shape.dim(3) + outputPadding;
    return images(new Primitive.TransposeConvolve(stride, padding, height, width), kernel);
  }

  private Tensor images(Primitive op, Tensor kernel) {
    Shape batch = shape.rank() < 3 ? shape : shape.leading(-3);
    Tensor flat =
        shape.rank() < 3 ? this : reshape(Shape.of(batch.size()).append(shape.trailing(3)));
    Tensor result = apply(op, op.shape(flat.shape, kernel.shape), flat, kernel);
    return result.reshape(batch.append(result.shape.trailing(3)));
  }

  /**
   * One axis continued around its ends: the last {@code before} elements in front, the first {@code
   * after} behind. For circular convolutions.
   */
  public Tensor wrap(int axis, int before, int after) {
    int n = shape.dim(axis);
    if (before < 0 || after < 0 || before > n || after > n) {
      throw new ShapeException(
          "wrap needs 0 to "
              + n
              + " elements on either side, got "
              + before
              + " and "
              + after
              + ".");
    }
    List<Tensor> parts = new ArrayList<>();
    if (before > 0) {
      parts.add(slice(axis, n - before, n));
    }
    parts.add(this);
    if (after > 0) {
      parts.add(slice(axis, 0, after));
    }
    return concat(parts, axis);
  }

  // ---- loops

  /**
   * Runs a body along the last axis of a sequence, handing on a carry: turn t sees slice t (its
   * last axis of size 1) and returns the next carry and an output; returns the last carry and all
   * outputs joined along the last axis.
   */
  public static Step scan(Tensor carry, Tensor sequence, BiFunction<Tensor, Tensor, Step> body) {
    int length = sequence.shape.dim(-1);
    List<Tensor> outputs = new ArrayList<>(length);
    Tensor state = carry;
    for (int t = 0; t < length; t++) {
      Step step = body.apply(state, sequence.slice(-1, t, t + 1));
      state = step.carry();
      outputs.add(step.output());
    }
    return new Step(state, concat(outputs, -1));
  }

  /**
   * One turn of a scan.
   *
   * @param carry handed to the next turn
   * @param output joined with the others
   */
  public record Step(Tensor carry, Tensor output) {}

  // ---- dispatch

  /** For derivative rules and engines: the result of any primitive of one input. */
  public Tensor apply(Primitive primitive) {
    return apply(primitive, primitive.shape(shape), this);
  }

  private Tensor unary(Unary op) {
    return engine == null ? number(op.apply(number)) : engine.apply(op, shape, this);
  }

  /** For derivative rules: any binary element-wise primitive. */
  public Tensor binary(Binary op, Tensor other) {
    if (engine == null && other.engine == null) {
      return number(op.apply(number, other.number));
    }
    return apply(op, shape.equals(other.shape) ? shape : op.shape(shape, other.shape), this, other);
  }

  /** The axes to reduce as bits; 0 where there is nothing to reduce. */
  private int bits(int[] axes) {
    int bits = 0;
    for (int axis : axes) {
      bits |= 1 << shape.axis(axis);
    }
    if (axes.length == 0) {
      bits = (1 << shape.rank()) - 1;
    }
    return engine == null ? 0 : bits;
  }

  /** A number becomes a tensor of the current arena; others stay as they are. */
  private Tensor placed() {
    return engine == null ? Arena.current().engine().full(number, Shape.scalar()) : this;
  }

  private static Tensor apply(Primitive op, Shape result, Tensor... inputs) {
    Engine engine = null;
    for (Tensor input : inputs) {
      if (input.engine != null) {
        if (engine != null && engine != input.engine) {
          throw new PplException(
              "Tensors of two arenas meet in "
                  + op
                  + ". Keep plain Java data between arenas, not tensors.");
        }
        engine = input.engine;
      }
    }
    if (engine == null) {
      engine = Arena.current().engine();
    }
    return engine.apply(op, result, inputs);
  }

  @Override
  public String toString() {
    return engine == null ? "Tensor[" + number + "]" : "Tensor" + shape;
  }
}
