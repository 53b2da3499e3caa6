package io.flowsvi.ppl.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All trainable numbers of one fit, in one flat Java array: the truth, whatever the engine.
 *
 * <p>Components ask a {@link ParamScope} for parameters when they are built; paths are unique. The
 * start of a fit, or the first gradient, seals the store: afterwards no parameter can be added.
 * Values may be read before, so that a model whose prior is trained can be discovered before its
 * guide is built. Engines get a mirror for each step, or are the place where the numbers live
 * between two looks at them ({@link #settle}).
 */
public final class ParamStore {
  private final Seed seed;
  private final Map<String, Param> byPath = new LinkedHashMap<>();
  private final List<Param> params = new ArrayList<>();
  private final List<String> frozen = new ArrayList<>();
  private double[] values = new double[64];
  private Optional<ParameterMemory> memory = Optional.empty();
  private Optional<Residence> residence = Optional.empty();
  private Optional<Twin> twin = Optional.empty();
  private boolean[] trainable = {};
  private int size;
  private boolean sealed;

  /** A store whose starting numbers are keyed by this seed and each parameter's path. */
  public ParamStore(Seed seed) {
    this.seed = seed;
  }

  /** The seed of all starting numbers, and of masks and permutations. */
  public Seed seed() {
    return seed;
  }

  /** The seed of starting numbers at a path. */
  Seed seed(String path) {
    return seed.fold(path);
  }

  /** The scope of a top-level component. */
  public ParamScope scope(String prefix) {
    return new ParamScope(this, prefix);
  }

  /** How many numbers there are. */
  public int size() {
    return size;
  }

  /** Every parameter, in order of making. */
  public List<Param> params() {
    return List.copyOf(params);
  }

  /** Keeps every parameter below a prefix as it is: no gradient, no update. */
  public void freeze(String prefix) {
    if (params.stream().noneMatch(p -> below(p, prefix))) {
      throw new ParameterException(
          "Nothing to freeze below '" + prefix + "'; paths are " + byPath.keySet() + ".");
    }
    frozen.add(prefix);
    trainable = new boolean[0];
  }

  /** Trains every parameter below a prefix again. */
  public void unfreeze(String prefix) {
    frozen.remove(prefix);
    trainable = new boolean[0];
  }

  Param add(String path, Shape shape, ParamLayout layout, Init init) {
    if (sealed) {
      throw new ParameterException(
          "Parameter '"
              + path
              + "' was made after the first step. Build all components before running the fit.");
    }
    if (byPath.containsKey(path)) {
      throw new ParameterException(
          "There are two parameters '"
              + path
              + "'. Give each component its own scope.child(name).");
    }
    double[] start = new double[layout.size()];
    init.fill(layout, seed(path), start);
    if (size + start.length > values.length) {
      values = Arrays.copyOf(values, Math.max(2 * values.length, size + start.length));
    }
    System.arraycopy(start, 0, values, size, start.length);
    Param param = new Param(this, params.size(), path, shape, size);
    size += start.length;
    params.add(param);
    byPath.put(path, param);
    return param;
  }

  /** A copy of all numbers. */
  public Snapshot snapshot() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    params.forEach(p -> shapes.put(p.path(), p.shape()));
    return new Snapshot(shapes, Arrays.copyOf(current(), size));
  }

  /** Puts back a snapshot. Throws {@link ParameterException} listing paths that do not match. */
  public void restore(Snapshot snapshot) {
    List<String> wrong = new ArrayList<>();
    for (Param p : params) {
      Shape s = snapshot.shapes().get(p.path());
      if (s == null) {
        wrong.add("missing '" + p.path() + "'");
      } else if (!s.equals(p.shape())) {
        wrong.add("'" + p.path() + "' has shape " + s + ", expected " + p.shape());
      }
    }
    snapshot.shapes().keySet().stream()
        .filter(path -> !byPath.containsKey(path))
        .forEach(path -> wrong.add("unexpected '" + path + "'"));
    if (!wrong.isEmpty()) {
      throw new ParameterException(
          "The saved parameters do not fit this fit: " + String.join("; ", wrong) + ".");
    }
    double[] saved = snapshot.values();
    double[] live = values();
    int at = 0;
    for (Map.Entry<String, Shape> entry : snapshot.shapes().entrySet()) {
      System.arraycopy(
          saved, at, live, byPath.get(entry.getKey()).offset(), entry.getValue().size());
      at += entry.getValue().size();
    }
  }

  /** Which numbers train: false below frozen prefixes. Do not change the array. */
  public boolean[] trainable() {
    if (trainable.length != size) {
      trainable = new boolean[size];
      for (Param p : params) {
        Arrays.fill(trainable, p.offset(), p.offset() + p.shape().size(), !isFrozen(p));
      }
    }
    return trainable;
  }

  /**
   * The live numbers, for optimisers: index 0 to {@link #size()} − 1. Write to them before the next
   * step only: they may live elsewhere afterwards.
   */
  public double[] values() {
    return twin.isPresent() ? twin.get().write() : values;
  }

  private double[] current() {
    return twin.isPresent() ? twin.get().read() : values;
  }

  /** The engine's memory that the numbers live in, if they do. */
  public Optional<Residence> residence() {
    return residence;
  }

  /** Lets the numbers live in other memory from now on; seals the store. */
  public void settle(ParameterMemory place) {
    if (memory.isPresent() && memory.get() == place) {
      return;
    }
    sealed = true;
    twin = Optional.of(new Twin(current(), place.values()));
    memory = Optional.of(place);
    residence = memory.filter(Residence.class::isInstance).map(Residence.class::cast);
  }

  /** Brings the memory they live in up to date. */
  public void lend() {
    if (twin.isPresent()) {
      twin.get().lend();
    }
  }

  /** Gives the numbers to the memory they live in, where they are changed. */
  public void giveAway() {
    twin.ifPresent(Twin::giveAway);
  }

  /** Whether nothing is frozen. */
  public boolean trainsAll() {
    return frozen.isEmpty();
  }

  /**
   * Runs a body in which parameters are constants for the gradient (path-derivative estimators).
   */
  public static <T> T stopped(Supplier<T> body) {
    Arena arena = Arena.current();
    arena.stopDepth(1);
    try {
      return body.get();
    } finally {
      arena.stopDepth(-1);
    }
  }

  Tensor value(int number) {
    Arena arena = Arena.current();
    arena.countParameterRead();
    Tensor value = bindingIn(arena).value(number);
    return arena.stopDepth(0) > 0 ? value.stopGradient() : value;
  }

  double[] read(int offset, int count) {
    return Arrays.copyOfRange(current(), offset, offset + count);
  }

  void write(int offset, double[] numbers) {
    System.arraycopy(numbers, 0, values(), offset, numbers.length);
  }

  /** Lets no parameter be added from now on: a fit has counted them. */
  public void seal() {
    sealed = true;
  }

  private Binding bindingIn(Arena arena) {
    Binding binding = arena.bindings().get(this);
    if (binding == null) {
      binding = new Binding(arena, null, new int[0]);
      arena.bindings().put(this, binding);
    }
    return binding;
  }

  /** Makes the parameters differentiable leaves of an arena that tracks. */
  Engine.Leaves track(Arena arena) {
    sealed = true;
    List<Shape> shapes = new ArrayList<>();
    int[] leafOf = new int[params.size()];
    // Where nothing is frozen the live numbers go to the engine as they are: no copy of them.
    boolean lent = frozen.isEmpty() && residence.filter(r -> r.serves(arena.engine())).isPresent();
    double[] live = lent ? values : current();
    double[] flat = frozen.isEmpty() ? live : new double[size];
    int at = 0;
    for (int i = 0; i < leafOf.length; i++) {
      Param p = params.get(i);
      leafOf[i] = isFrozen(p) ? -1 : shapes.size();
      if (leafOf[i] >= 0) {
        shapes.add(p.shape());
        if (flat != live) {
          System.arraycopy(live, p.offset(), flat, at, p.shape().size());
        }
        at += p.shape().size();
      }
    }
    if (lent) {
      lend();
    }
    Engine.Leaves leaves =
        lent
            ? residence.orElseThrow().leaves(arena.engine(), shapes)
            : arena.engine().leaves(flat, shapes);
    arena.bindings().put(this, new Binding(arena, leaves, leafOf));
    return leaves;
  }

  /** Writes the leaves' gradient to the whole flat vector, zeros where nothing trains. */
  void gradient(Engine.Leaves leaves, double[] gradient) {
    Arrays.fill(gradient, 0);
    if (frozen.isEmpty()) {
      leaves.addGradient(gradient);
      return;
    }
    double[] trained = new double[size];
    leaves.addGradient(trained);
    int at = 0;
    for (Param p : params) {
      if (!isFrozen(p)) {
        System.arraycopy(trained, at, gradient, p.offset(), p.shape().size());
        at += p.shape().size();
      }
    }
  }

  private boolean isFrozen(Param p) {
    for (String prefix : frozen) {
      if (below(p, prefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean below(Param p, String prefix) {
    return p.path().equals(prefix) || p.path().startsWith(prefix + "/");
  }

  /** What the parameters are in one arena: leaves where tracked, constants made on first use. */
  final class Binding {
    private final Arena arena;
    private final Engine.Leaves leaves;
    private final int[] leafOf;
    private Tensor[] constants = new Tensor[params.size()];

    private Binding(Arena arena, Engine.Leaves leaves, int[] leafOf) {
      this.arena = arena;
      this.leaves = leaves;
      this.leafOf = leafOf;
    }

    private Tensor value(int number) {
      if (leaves != null && leafOf[number] >= 0) {
        return leaves.get(leafOf[number]);
      }
      if (number >= constants.length) {
        // Made after this arena first read a value.
        constants = Arrays.copyOf(constants, params.size());
      }
      if (constants[number] == null) {
        constants[number] = constant(params.get(number));
      }
      return constants[number];
    }

    /** Where it lies, if that is in the engine's memory; else a copy. */
    private Tensor constant(Param param) {
      if (residence.isEmpty() || !residence.get().serves(arena.engine())) {
        return arena.engine().parameter(param);
      }
      lend();
      return residence.get().constant(arena.engine(), param.offset(), param.shape());
    }
  }
}
