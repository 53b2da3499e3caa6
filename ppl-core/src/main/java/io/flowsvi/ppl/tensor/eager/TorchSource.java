package io.flowsvi.ppl.tensor.eager;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.EngineProvider;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What a session keeps in libtorch: its manager, cached constants, operators, transfer buffers. */
final class TorchSource implements EngineProvider.Source {
  private static final int MOST_NUMBERS = 4096;
  private static final int MOST_FIXED = 1024;
  private static final int MOST_MIRRORS = 8;
  private static final int SMALLEST_BUFFER = 1 << 12;
  private static final int LARGEST_BLOCK = 31 << 20;

  final PtNDManager manager;
  final DataType type;
  final TorchOperators operators;
  final TorchTransfer transfer;
  private final Map<Double, PtNDArray> numbers = new HashMap<>();
  private final Map<double[], PtNDArray> fixed = new IdentityHashMap<>();
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private final Map<Integer, Deque<TorchMirror>> mirrors = new HashMap<>();
  private final AtomicLong operations = new AtomicLong();

  TorchSource(SessionSettings settings) {
    this.manager =
        (PtNDManager) ai.djl.engine.Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    this.type = settings.precision() == Precision.FLOAT32 ? DataType.FLOAT32 : DataType.FLOAT64;
    this.operators = new TorchOperators(manager);
    this.transfer = new TorchTransfer(type);
    settleMemory();
  }

  /**
   * Lets glibc keep freed memory: it takes the largest block that it mapped and freed, up to 32 MB,
   * for the size below which blocks come from its heap, and twice that for what the heap may keep.
   * Otherwise each step gives its arrays back to the kernel, and pays for every page again.
   */
  private void settleMemory() {
    ai.djl.ndarray.types.Shape block = new ai.djl.ndarray.types.Shape(LARGEST_BLOCK / Float.BYTES);
    JniUtils.createEmptyNdArray(
            manager, block, DataType.FLOAT32, Device.cpu(), ai.djl.ndarray.types.SparseFormat.DENSE)
        .close();
  }

  @Override
  public Engine open() {
    JniUtils.setGradMode(false);
    return new TorchEngine(this);
  }

  /** In double precision steps stay as exact as Java's: only single precision is kept there. */
  @Override
  public Optional<Residence> residence(int size) {
    return type == DataType.FLOAT32
        ? Optional.of(new TorchResidence(this, size))
        : Optional.empty();
  }

  @Override
  public long operations() {
    return operations.get();
  }

  void count(long more) {
    operations.addAndGet(more);
  }

  /** How many native arrays the session holds now. */
  int arrays() {
    return manager.getManagedArrays().size();
  }

  /** A cached 0-d constant; null if the cache is full. */
  synchronized PtNDArray number(double value) {
    PtNDArray known = numbers.get(value);
    if (known == null && numbers.size() < MOST_NUMBERS) {
      ByteBuffer buffer = takeBuffer(8);
      known = upload(new double[] {value}, Shape.scalar(), buffer);
      giveBack(buffer);
      numbers.put(value, known);
    }
    return known;
  }

  /** A cached copy of an array that never changes; null if the cache is full. */
  synchronized PtNDArray fixed(double[] values, Shape shape) {
    PtNDArray known = fixed.get(values);
    if (known == null && fixed.size() < MOST_FIXED) {
      ByteBuffer buffer = takeBuffer(8 * values.length);
      known = upload(values, shape, buffer);
      giveBack(buffer);
      fixed.put(values, known);
    }
    return known;
  }

  /** A native copy of host values. The buffer may be refilled at once: the copy shares nothing. */
  PtNDArray upload(double[] values, Shape shape, ByteBuffer buffer) {
    buffer.clear();
    transfer.put(values, shape.size(), buffer);
    buffer.limit(transfer.bytes(shape.size()));
    return copy(buffer, shape, type);
  }

  /** A native copy of host values in single precision. */
  PtNDArray upload(float[] values, Shape shape, ByteBuffer buffer) {
    buffer.clear();
    buffer.asFloatBuffer().put(values);
    buffer.limit(Float.BYTES * shape.size());
    return copy(buffer, shape, DataType.FLOAT32);
  }

  /** A native copy of a few numbers in double precision, whatever the session's. */
  PtNDArray uploadDoubles(double... values) {
    ByteBuffer buffer = takeBuffer(Double.BYTES * values.length);
    buffer.clear();
    buffer.asDoubleBuffer().put(values);
    buffer.limit(Double.BYTES * values.length);
    PtNDArray copy = copy(buffer, Shape.of(values.length), DataType.FLOAT64);
    giveBack(buffer);
    return copy;
  }

  PtNDArray uploadIndex(int[] values, Shape shape, ByteBuffer buffer) {
    buffer.clear();
    for (int i = 0; i < values.length; i++) {
      buffer.putLong(8 * i, values[i]);
    }
    buffer.limit(8 * values.length);
    return copy(buffer, shape, DataType.INT64);
  }

  private PtNDArray copy(ByteBuffer buffer, Shape shape, DataType dataType) {
    if (shape.size() == 0) {
      return JniUtils.createZerosNdArray(
          manager, shape(shape), dataType, Device.cpu(), ai.djl.ndarray.types.SparseFormat.DENSE);
    }
    // The first array aliases the buffer; only its native clone leaves this method.
    try (PtNDArray alias = alias(buffer, shape, dataType)) {
      return JniUtils.clone(alias);
    }
  }

  PtNDArray alias(ByteBuffer buffer, Shape shape, DataType dataType) {
    return JniUtils.createNdFromByteBuffer(
        manager,
        buffer,
        shape(shape),
        dataType,
        ai.djl.ndarray.types.SparseFormat.DENSE,
        Device.cpu());
  }

  /** Native memory for so many parameters that no open arena uses. */
  synchronized TorchMirror takeMirror(int size) {
    Deque<TorchMirror> free = mirrors.get(size);
    if (free != null && !free.isEmpty()) {
      return free.pop();
    }
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.max(1, transfer.bytes(size))).order(ByteOrder.nativeOrder());
    buffer.limit(transfer.bytes(size));
    return new TorchMirror(size, buffer, alias(buffer, Shape.of(size), type), transfer);
  }

  synchronized void giveBack(TorchMirror mirror) {
    Deque<TorchMirror> free = mirrors.computeIfAbsent(mirror.size(), s -> new ArrayDeque<>());
    if (free.size() < MOST_MIRRORS && mirrors.size() <= MOST_MIRRORS) {
      free.push(mirror);
    } else {
      mirror.array().close();
    }
  }

  static ai.djl.ndarray.types.Shape shape(Shape shape) {
    return new ai.djl.ndarray.types.Shape(longs(shape));
  }

  static long[] longs(Shape shape) {
    long[] dims = new long[shape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(i);
    }
    return dims;
  }

  synchronized ByteBuffer takeBuffer(int bytes) {
    ByteBuffer buffer = buffers.poll();
    if (buffer != null && buffer.capacity() >= bytes) {
      return buffer;
    }
    int size = SMALLEST_BUFFER;
    while (size < bytes) {
      size = Math.multiplyExact(size, 2);
    }
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  synchronized void giveBack(ByteBuffer buffer) {
    buffers.push(buffer);
  }

  @Override
  public synchronized void close() {
    numbers.clear();
    fixed.clear();
    buffers.clear();
    mirrors.clear();
    manager.close();
  }
}
