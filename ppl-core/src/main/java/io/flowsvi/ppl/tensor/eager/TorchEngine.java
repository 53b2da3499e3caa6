package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

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
  private final List<PtNDArray> lasting = new ArrayList<>();
  private final List<TorchMirror> mirrors = new ArrayList<>(1);
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

  /** Registers an array that may be made late, for a tensor from before. */
  private PtNDArray keepToTheEnd(PtNDArray array) {
    lasting.add(array);
    operations++;
    return array;
  }

  @Override
  public List<Tensor> onlyResults(Supplier<List<Tensor>> body) {
    int from = made.size();
    List<Tensor> results = body.get();
    Set<PtNDArray> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Tensor result : results) {
      if (result.handle() instanceof TorchArray array) {
        kept.add(array.real);
        kept.add(array.truth);
        kept.add(array.whole);
      }
    }
    // Autograd keeps for itself what the way back needs, and views keep the memory they look at.
    List<PtNDArray> later = made.subList(from, made.size());
    later.stream().filter(array -> !kept.contains(array)).forEach(PtNDArray::close);
    later.removeIf(array -> !kept.contains(array));
    return results;
  }

  /** Bound to the arena when it is first asked for, whoever asks. */
  @Override
  public Tensor parameter(Param param) {
    double[] values = param.toDoubles();
    PtNDArray array = source.upload(values, param.shape(), buffer(8 * values.length));
    return wrap(TorchArray.real(keepToTheEnd(array)), param.shape());
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

  /** Images in single precision, which are as large as their network's layers, as they are. */
  @Override
  public Tensor tensor(float[] values, Shape shape) {
    if (source.type != DataType.FLOAT32) {
      return Engine.super.tensor(values, shape);
    }
    PtNDArray array = keep(source.upload(values, shape, buffer(Float.BYTES * shape.size())));
    return wrap(TorchArray.real(array), shape);
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
      array.real = keepToTheEnd(JniUtils.to(from, source.type, from.getDevice()));
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
      array.truth = keepToTheEnd(JniUtils.neq(real(tensor), source.number(0)));
    }
    return array.truth;
  }

  /** The input as whole numbers. */
  PtNDArray whole(Tensor tensor) {
    TorchArray array = (TorchArray) tensor.handle();
    if (array.whole == null) {
      array.whole =
          keepToTheEnd(JniUtils.to(real(tensor), DataType.INT64, real(tensor).getDevice()));
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
    TorchMirror mirror = source.takeMirror(size);
    mirrors.add(mirror);
    mirror.fill(flat);
    return leavesOf(mirror.array(), shapes);
  }

  /** Differentiable leaves that share the memory of a flat array. */
  TorchLeaves leavesOf(PtNDArray flat, List<Shape> shapes) {
    List<PtNDArray> leaves = new ArrayList<>(shapes.size());
    List<Tensor> parts = new ArrayList<>(shapes.size());
    int at = 0;
    for (Shape shape : shapes) {
      PtNDArray cut = keep(JniUtils.slice(flat, 0, at, at + shape.size(), 1));
      PtNDArray leaf =
          shape.rank() == 1 ? cut : keep(JniUtils.reshape(cut, TorchSource.longs(shape)));
      JniUtils.attachGradient(leaf, true);
      TorchArray array = TorchArray.real(leaf);
      array.tracked = true;
      leaves.add(leaf);
      parts.add(wrap(array, shape));
      at += shape.size();
    }
    return new TorchLeaves(this, leaves, parts);
  }

  @Override
  public List<Tensor> split(Tensor whole, int axis, int... sizes) {
    long[] cuts = new long[sizes.length - 1];
    long at = 0;
    for (int i = 0; i < cuts.length; i++) {
      at += sizes[i];
      cuts[i] = at;
    }
    NDList cut = real(whole).split(cuts, axis);
    List<Tensor> parts = new ArrayList<>(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      TorchArray array = TorchArray.real(keep((PtNDArray) cut.get(i)));
      array.tracked = ((TorchArray) whole.handle()).tracked;
      parts.add(wrap(array, whole.shape().with(axis, sizes[i])));
    }
    return parts;
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

  /** Adds a leaf's gradient to an array from a place on, read where it lies. */
  void addGradient(PtNDArray leaf, double[] target, int at) {
    try (NDArray gradient = leaf.getGradient()) {
      // Before any backward run DJL returns float32 zeros whatever the type.
      if (gradient.getDataType() != source.type) {
        return;
      }
      int size = Math.toIntExact(gradient.size());
      source.transfer.add(view(gradient), target, at, size);
    }
  }

  /** The memory of an array, where it lies. */
  static ByteBuffer view(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder());
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
    made.forEach(PtNDArray::close);
    made.clear();
    lasting.forEach(PtNDArray::close);
    lasting.clear();
    mirrors.forEach(source::giveBack);
    mirrors.clear();
    source.count(operations);
    source.giveBack(buffer);
  }
}
