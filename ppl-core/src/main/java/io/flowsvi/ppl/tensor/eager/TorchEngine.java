package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes primitives at once in libtorch; gradients by its autograd, without DJL's process-wide
 * collector, so that several fits can train in one JVM.
 *
 * <p>Every native array made for this arena is in {@code made} and is closed with it. Grad mode,
 * which is a property of the thread, is on only between {@link #track} and {@link #backward}.
 */
final class TorchEngine implements Engine {
  final TorchSource source;
  private final List<PtNDArray> made = new ArrayList<>();
  private final TorchKernels kernels;
  private final Thread thread = Thread.currentThread();
  private ByteBuffer buffer;
  private boolean tracking;
  private long operations;

  TorchEngine(TorchSource source) {
    this.source = source;
    this.kernels = new TorchKernels(this);
    this.buffer = source.takeBuffer(0);
  }

  /** Registers a native array to be closed with this arena. */
  PtNDArray keep(PtNDArray array) {
    made.add(array);
    operations++;
    return array;
  }

  Tensor wrap(TorchArray array, Shape shape) {
    return Tensor.of(this, shape, array);
  }

  private ByteBuffer buffer(int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = source.takeBuffer(bytes);
    }
    return buffer;
  }

  @Override
  public Tensor tensor(double[] values, Shape shape) {
    return wrap(TorchArray.real(upload(values, shape)), shape);
  }

  PtNDArray upload(double[] values, Shape shape) {
    return keep(source.upload(values, shape, buffer(8 * shape.size())));
  }

  @Override
  public Tensor fixed(double[] values, Shape shape) {
    PtNDArray cached = source.fixed(values, shape);
    return cached == null ? tensor(values, shape) : wrap(TorchArray.real(cached), shape);
  }

  @Override
  public Tensor index(int[] values, Shape shape) {
    PtNDArray array = keep(source.uploadIndex(values, shape, buffer(8 * values.length)));
    return wrap(TorchArray.whole(array), shape);
  }

  @Override
  public Tensor apply(Primitive primitive, Shape result, Tensor... inputs) {
    TorchArray output = kernels.run(primitive, result, inputs);
    if (tracking && output.truth == null && primitive != Unary.STOP_GRADIENT) {
      for (Tensor input : inputs) {
        output.tracked |= !input.isNumber() && ((TorchArray) input.handle()).tracked;
      }
    }
    return wrap(output, result);
  }

  /** The input as floating point. */
  PtNDArray real(Tensor tensor) {
    if (tensor.isNumber()) {
      PtNDArray cached = source.number(tensor.asNumber());
      return cached == null ? upload(new double[] {tensor.asNumber()}, Shape.scalar()) : cached;
    }
    TorchArray array = (TorchArray) tensor.handle();
    if (array.real == null) {
      // Conversion cuts the gradient, which truth values and whole numbers do not have.
      PtNDArray from = array.truth != null ? array.truth : array.whole;
      array.real = keep(JniUtils.to(from, source.type, from.getDevice()));
    }
    return array.real;
  }

  /** The input as truth values: not 0. */
  PtNDArray truth(Tensor tensor) {
    if (tensor.isNumber()) {
      return keep(JniUtils.neq(real(tensor), source.number(0)));
    }
    TorchArray array = (TorchArray) tensor.handle();
    if (array.truth == null) {
      array.truth = keep(JniUtils.neq(real(tensor), source.number(0)));
    }
    return array.truth;
  }

  /** The input as whole numbers. */
  PtNDArray whole(Tensor tensor) {
    TorchArray array = (TorchArray) tensor.handle();
    if (array.whole == null) {
      array.whole = keep(JniUtils.to(real(tensor), DataType.INT64, real(tensor).getDevice()));
    }
    return array.whole;
  }

  @Override
  public double[] read(Tensor tensor) {
    return doubles(real(tensor));
  }

  private double[] doubles(NDArray array) {
    if (source.type == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] narrow = array.toFloatArray();
    double[] values = new double[narrow.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = narrow[i];
    }
    return values;
  }

  @Override
  public boolean readable() {
    return !tracking;
  }

  @Override
  public void track() {
    if (tracking) {
      throw new PplException("A tape is already running in this arena; gradients do not nest.");
    }
    tracking = true;
    JniUtils.setGradMode(true);
  }

  @Override
  public Leaves leaves(double[] flat, List<Shape> shapes) {
    int size = shapes.stream().mapToInt(Shape::size).sum();
    PtNDArray leaf = upload(flat, Shape.of(size));
    JniUtils.attachGradient(leaf, true);
    List<Tensor> parts = new ArrayList<>(shapes.size());
    if (shapes.size() == 1) {
      parts.add(part(leaf, shapes.get(0)));
    } else if (!shapes.isEmpty()) {
      long[] cuts = new long[shapes.size() - 1];
      long at = 0;
      for (int i = 0; i < cuts.length; i++) {
        at += shapes.get(i).size();
        cuts[i] = at;
      }
      NDList cut = leaf.split(cuts, 0);
      for (int i = 0; i < shapes.size(); i++) {
        parts.add(part(keep((PtNDArray) cut.get(i)), shapes.get(i)));
      }
    }
    return new TorchLeaves(this, leaf, parts);
  }

  private Tensor part(PtNDArray flat, Shape shape) {
    PtNDArray shaped =
        shape.rank() == 1 ? flat : keep(JniUtils.reshape(flat, TorchSource.longs(shape)));
    TorchArray array = TorchArray.real(shaped);
    array.tracked = true;
    return wrap(array, shape);
  }

  @Override
  public double backward(Tensor loss) {
    if (loss.shape().size() != 1) {
      throw new ShapeException("A gradient needs a scalar loss, got shape " + loss.shape() + ".");
    }
    PtNDArray array = real(loss);
    double value = doubles(array)[0];
    if (!loss.isNumber() && ((TorchArray) loss.handle()).tracked) {
      try (PtNDArray one =
          JniUtils.onesLike(array, source.type, array.getDevice(), array.getSparseFormat())) {
        JniUtils.backward(array, one, false, false);
      }
    }
    abandon();
    return value;
  }

  /** Adds a leaf's gradient to an array, read where it lies. */
  void addGradient(PtNDArray leaf, double[] target) {
    try (NDArray gradient = leaf.getGradient()) {
      // Before any backward run DJL returns float32 zeros whatever the type.
      if (gradient.getDataType() != source.type) {
        return;
      }
      int size = Math.toIntExact(gradient.size());
      ByteBuffer view = gradient.toByteBuffer(true).order(ByteOrder.nativeOrder());
      if (source.type == DataType.FLOAT64) {
        DoubleBuffer numbers = view.asDoubleBuffer();
        for (int i = 0; i < size; i++) {
          target[i] += numbers.get(i);
        }
      } else {
        FloatBuffer numbers = view.asFloatBuffer();
        for (int i = 0; i < size; i++) {
          target[i] += numbers.get(i);
        }
      }
    }
  }

  @Override
  public void abandon() {
    if (tracking) {
      tracking = false;
      JniUtils.setGradMode(false);
    }
  }

  @Override
  public void close() {
    if (Thread.currentThread() != thread) {
      throw new PplException("An arena is closed on the thread that opened it.");
    }
    abandon();
    for (PtNDArray array : made) {
      array.close();
    }
    made.clear();
    source.count(operations);
    source.giveBack(buffer);
  }
}
