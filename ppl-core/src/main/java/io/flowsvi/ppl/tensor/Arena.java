package io.flowsvi.ppl.tensor;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The lifetime of the tensors of one step or one query; closing it frees them.
 *
 * <p>Arenas nest on a thread; {@link #current()} is the innermost. Tensors of different arenas do
 * not mix. Noise is made on the host from keyed seeds, never by the engine: the same seed gives the
 * same bits on every engine, whatever the order of calls.
 */
public final class Arena implements AutoCloseable {
  // The one thread-local of the library: which arena new constants belong to.
  private static final ThreadLocal<Arena> CURRENT = new ThreadLocal<>();

  private final Engine engine;
  private final Arena outer;
  private final Map<ParamStore, ParamStore.Binding> bindings = new IdentityHashMap<>(2);
  private int stopDepth;
  private long parameterReads;

  private Arena(Engine engine, Arena outer) {
    this.engine = engine;
    this.outer = outer;
  }

  /** Opens an arena on an engine of one's own: recorders. Close it on the same thread. */
  public static Arena on(Engine engine) {
    Arena arena = new Arena(engine, CURRENT.get());
    CURRENT.set(arena);
    return arena;
  }

  /** The innermost open arena of this thread. */
  public static Arena current() {
    Arena arena = CURRENT.get();
    if (arena == null) {
      throw new PplException(
          "No arena is open on this thread. Run tensor code inside session.compute(arena -> ...).");
    }
    return arena;
  }

  /** The engine that computes in this arena. */
  public Engine engine() {
    return engine;
  }

  /** A constant of any shape-free use: a rank-0 number. */
  public Tensor constant(double value) {
    return Tensor.number(value);
  }

  /** A tensor of these values in row-major order. */
  public Tensor tensor(double[] values, Shape shape) {
    checkSize(values.length, shape);
    return engine.tensor(values, shape);
  }

  /** A tensor of an array that will never change: masks and other constants of a layer. */
  public Tensor fixed(double[] values, Shape shape) {
    checkSize(values.length, shape);
    return engine.fixed(values, shape);
  }

  /** A tensor of these values in row-major order. */
  public Tensor tensor(float[] values, Shape shape) {
    checkSize(values.length, shape);
    return engine.tensor(values, shape);
  }

  /** A tensor of whole numbers: an index for gather, or plain numbers. */
  public Tensor index(int[] values, Shape shape) {
    checkSize(values.length, shape);
    return engine.index(values, shape);
  }

  /** A tensor filled with one value. */
  public Tensor full(double value, Shape shape) {
    return engine.full(value, shape);
  }

  /** A tensor of zeros. */
  public Tensor zeros(Shape shape) {
    return engine.full(0, shape);
  }

  /** Standard normal noise; element order and keys as {@link Seed#fill} says. */
  public Tensor normal(Seed seed, Shape shape) {
    return engine.noise(Noise.NORMAL, seed, shape);
  }

  /** Uniform noise on the open interval (0, 1). */
  public Tensor uniform(Seed seed, Shape shape) {
    return engine.noise(Noise.UNIFORM, seed, shape);
  }

  /**
   * Whether values can be read here and now, and no gradient would miss what is computed from them:
   * then a layer may take a short cut through plain arrays. False while a step is recorded or
   * differentiated.
   */
  public boolean readable() {
    return engine.readable();
  }

  /**
   * Whether a scalar bears out what was assumed to compute it; if not, assume something else and
   * compute anew. True while a step is recorded: then every run asks, and a run of which it does
   * not hold is not used.
   */
  public boolean holds(Tensor value, Assumption assumption) {
    return engine.holds(value, assumption);
  }

  /**
   * Runs a body of which only the results are used afterwards, so that the rest need not wait for
   * the arena's end: large hidden layers, whose memory the next layer takes again.
   */
  public List<Tensor> onlyResults(Supplier<List<Tensor>> body) {
    return engine.onlyResults(body);
  }

  private static void checkSize(int length, Shape shape) {
    if (length != shape.size()) {
      throw new ShapeException(
          "Got " + length + " values for shape " + shape + ", which holds " + shape.size() + ".");
    }
  }

  Map<ParamStore, ParamStore.Binding> bindings() {
    return bindings;
  }

  /** How often a parameter's value was asked for so far: what reads none needs no second run. */
  public long parameterReads() {
    return parameterReads;
  }

  void countParameterRead() {
    parameterReads++;
  }

  /** Adds to the depth of blocks in which parameters are constants; returns the new depth. */
  int stopDepth(int change) {
    stopDepth += change;
    return stopDepth;
  }

  @Override
  public void close() {
    if (CURRENT.get() != this) {
      throw new PplException("Arenas close in reverse order of opening, on their own thread.");
    }
    CURRENT.set(outer);
    engine.close();
  }
}
