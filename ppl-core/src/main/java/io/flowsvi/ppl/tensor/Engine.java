package io.flowsvi.ppl.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Executes primitives for one {@link Arena}: at once in plain Java, at once in libtorch, or by
 * writing them down.
 *
 * <p>An engine never sees a model. Inputs of {@link #apply} are tensors of this engine or numbers
 * ({@link Tensor#isNumber()}, rank 0); the result's shape is already known. An engine serves one
 * thread at a time.
 */
public interface Engine extends AutoCloseable {
  /** A tensor of these values in row-major order; the array is copied. */
  Tensor tensor(double[] values, Shape shape);

  /** A tensor of these values in row-major order; the array is copied. */
  default Tensor tensor(float[] values, Shape shape) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return tensor(wide, shape);
  }

  /**
   * A tensor of an array that its owner will never change (a mask, a data column): an engine may
   * keep it from one arena to the next, keyed by the array's identity.
   */
  default Tensor fixed(double[] values, Shape shape) {
    return tensor(values, shape);
  }

  /** A tensor of whole numbers, usable as index and as numbers; the array is copied. */
  Tensor index(int[] values, Shape shape);

  /** A tensor filled with one value. */
  default Tensor full(double value, Shape shape) {
    double[] values = new double[shape.size()];
    Arrays.fill(values, value);
    return tensor(values, shape);
  }

  /** Noise of a key; an engine that only writes down has it drawn anew in every run. */
  default Tensor noise(Noise noise, Seed seed, Shape shape) {
    return tensor(noise.draw(seed, shape), shape);
  }

  /** Told where plain Java code draws numbers of its own; an engine that writes down refuses. */
  default void drawnByHost() {}

  /** The present value of a parameter that is not a leaf here. */
  default Tensor parameter(Param param) {
    return tensor(param.toDoubles(), param.shape());
  }

  /** The result of one primitive. */
  Tensor apply(Primitive primitive, Shape result, Tensor... inputs);

  /**
   * Runs a body whose results are all that is used of it afterwards: an engine may free the rest
   * before its arena closes.
   */
  default List<Tensor> onlyResults(Supplier<List<Tensor>> body) {
    return body.get();
  }

  /** A tensor cut along an axis into parts of these sizes, which fill it. */
  default List<Tensor> split(Tensor whole, int axis, int... sizes) {
    List<Tensor> parts = new ArrayList<>(sizes.length);
    int at = 0;
    for (int size : sizes) {
      parts.add(whole.slice(axis, at, at + size));
      at += size;
    }
    return parts;
  }

  /**
   * The values in row-major order, as a fresh array. Engines that only write down throw a {@link
   * PplException} here.
   */
  double[] read(Tensor tensor);

  /**
   * Whether {@link #read} gives values now and costs no gradient: engines that compute at once, and
   * do not track.
   */
  default boolean readable() {
    return false;
  }

  /** Whether a scalar bears out an assumption; an engine that only writes down asks every run. */
  default boolean holds(Tensor value, Assumption assumption) {
    return assumption.holds(value.item());
  }

  /** Starts writing down what is needed for {@link #backward}; not nested. */
  void track();

  /**
   * Differentiable leaves cut from the beginning of one flat vector, in order; only while tracking.
   */
  Leaves leaves(double[] flat, List<Shape> shapes);

  /** Value of the scalar loss; its gradient is then in the leaves; ends tracking. */
  double backward(Tensor loss);

  /** Ends tracking without a gradient; harmless if not tracking. */
  void abandon();

  /** Frees what this arena holds. */
  @Override
  void close();

  /** Differentiable inputs of one backward run. */
  interface Leaves {
    /** The leaf of the i-th shape. */
    Tensor get(int i);

    /** Adds the gradient, flat, to the given array. */
    void addGradient(double[] gradient);
  }
}
