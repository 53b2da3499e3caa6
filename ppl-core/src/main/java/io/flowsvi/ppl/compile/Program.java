package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Bindable;
import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Masks;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.graph.ShortRows;
import io.flowsvi.ppl.graph.Simplifier;
import io.flowsvi.ppl.tensor.GammaDraws;
import io.flowsvi.ppl.tensor.NoiseStream;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.plain.Kernel;
import io.flowsvi.ppl.tensor.plain.Kernels;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A recording as code with arrays of its own: bind it to data, run it as often as needed.
 *
 * <p>One thread at a time.
 */
public final class Program implements Bindable<Program> {
  /** So many loops share a class, and its dispatching method stays small enough to be compiled. */
  private static final int PER_CLASS = 250;

  /** Keeps compile time to a few seconds, whatever a model does. */
  private static final int MOST_OPERATIONS = 60_000;

  private static final double[] NO_INPUT = {};

  private final Plan plan;
  private final Slots buffers;
  private final Map<Node, Integer> slots;
  private final double[][] arrays;
  private final List<Code> codes = new ArrayList<>();
  private final List<Task> tasks;
  private final Action[] actions;
  private final double[][] given;
  private final int[] offsets;
  private final List<Node> noisy;
  private final double[][] drawn;
  private final NoiseStream[] noise;
  private final Map<String, double[]> inputs = new HashMap<>();
  private final List<double[]> data;
  private List<Seed> keys;
  private Object binding;
  private long high;
  private long low;
  private int largest;

  /** One thing a run does. */
  private interface Action {
    void run(double[][] arrays);
  }

  /** One thing that runs of a program and of its copies do, each with scratch space of its own. */
  private interface Task {
    Action of(Program program);
  }

  /**
   * Compiles a recording and binds it to its own data. Throws {@link RecordingException} if it has
   * too many operations: a loop of the model that is written out for every row, for example.
   */
  public Program(Recording recording) {
    int size = recording.graph().nodes().size();
    if (size > MOST_OPERATIONS) {
      throw new RecordingException(
          "The step has "
              + size
              + " operations; up to "
              + MOST_OPERATIONS
              + " are compiled. Likely fix: let tensors run over rows, not Java loops.");
    }
    plan = new Plan(simplified(recording.graph()));
    buffers = new Slots(plan);
    slots = buffers.numbers();
    data = new ArrayList<>(recording.data());
    tasks = build();
    arrays = buffers.arrays();
    List<Node> parameters = leaves(Node.Parameter.class);
    given = arrays(parameters);
    offsets = parameters.stream().mapToInt(n -> ((Node.Parameter) n.kind()).offset()).toArray();
    noisy = leaves(Node.Noisy.class);
    drawn = arrays(noisy);
    noise = new NoiseStream[drawn.length];
    actions = prepare();
    bind(recording);
  }

  /** The same code with arrays of its own. */
  private Program(Program other) {
    plan = other.plan;
    buffers = other.buffers;
    slots = other.slots;
    codes.addAll(other.codes);
    largest = other.largest;
    data = List.of();
    tasks = other.tasks;
    arrays = buffers.arrays();
    given = arrays(leaves(Node.Parameter.class));
    offsets = other.offsets;
    noisy = other.noisy;
    drawn = arrays(noisy);
    noise = new NoiseStream[drawn.length];
    actions = prepare();
    follow(other);
  }

  /** This program for another thread: the same code and data, with arrays of its own. */
  public Program copy() {
    return new Program(this);
  }

  /** Takes over the inputs and the data of the program of which this is a copy. */
  public void follow(Program original) {
    original.inputs.forEach(
        (name, from) -> System.arraycopy(from, 0, inputs.get(name), 0, from.length));
    if (binding == original.binding) {
      return;
    }
    for (Node node : plan.graph().nodes()) {
      if (plan.isFixed(node) && plan.isStored(node)) {
        arrays[slots.get(node)] = original.arrays[slots.get(node)];
      }
    }
    open(original.keys);
    binding = original.binding;
  }

  private Action[] prepare() {
    for (Node leaf : leaves(Node.Input.class)) {
      inputs.put(((Node.Input) leaf.kind()).name(), arrays[slots.get(leaf)]);
    }
    return tasks.stream().map(t -> t.of(this)).toArray(Action[]::new);
  }

  private List<Node> leaves(Class<? extends Node.Kind> kind) {
    return plan.graph().nodes().stream()
        .filter(n -> kind.isInstance(n.kind()) && slots.containsKey(n))
        .toList();
  }

  private static Graph simplified(Graph graph) {
    Graph simple = Simplifier.simplify(graph);
    Graph split = VectorUnit.isPresent() ? ShortRows.split(simple) : simple;
    return Masks.join(split == simple ? simple : Simplifier.simplify(split));
  }

  private double[][] arrays(List<Node> nodes) {
    return nodes.stream().map(n -> arrays[slots.get(n)]).toArray(double[][]::new);
  }

  private List<Task> build() {
    List<Task> all = new ArrayList<>();
    List<LoopNest> nests = new ArrayList<>();
    List<List<LoopNest>> parts = new ArrayList<>();
    for (Stage stage : plan.stages()) {
      if (stage instanceof Stage.Loop loop) {
        nests.add(new LoopNest(plan, loop, slots));
        if (nests.size() < PER_CLASS) {
          continue;
        }
      }
      flush(parts, nests, all);
      if (stage instanceof Stage.Call call) {
        all.add(program -> program.call(call.node()));
      }
    }
    flush(parts, nests, all);
    for (int from = 0; from < parts.size(); from += PER_CLASS) {
      Emitter.Emitted emitted =
          Emitter.emit(parts.subList(from, Math.min(parts.size(), from + PER_CLASS)));
      codes.add(emitted.code());
      largest = Math.max(largest, emitted.largest());
    }
    return all;
  }

  /** Makes one part of the loops so far. */
  private void flush(List<List<LoopNest>> parts, List<LoopNest> nests, List<Task> all) {
    if (!nests.isEmpty()) {
      int number = parts.size();
      parts.add(List.copyOf(nests));
      nests.clear();
      all.add(
          program -> {
            Code code = program.codes.get(number / PER_CLASS);
            int part = number % PER_CLASS;
            return a -> code.run(part, a);
          });
    }
  }

  private Action call(Node node) {
    int[] from = node.inputs().stream().mapToInt(n -> slots.get(plan.array(n))).toArray();
    int to = slots.get(node);
    if (node.kind() instanceof Node.Gamma gamma) {
      Shape shape = node.shape();
      return a ->
          a[to] =
              GammaDraws.draw(a[from[0]], shape, keys.get(gamma.key()).replay(Seed.of(high, low)));
    }
    Kernel kernel = Calls.of(node, plan);
    double[][] in = new double[from.length][];
    return a -> {
      for (int i = 0; i < in.length; i++) {
        in[i] = a[from[i]];
      }
      kernel.run(in, a[to]);
    };
  }

  @Override
  public Program bind(Recording recording) {
    for (int i = 0; i < recording.own(); i++) {
      data.set(i, recording.data().get(i));
    }
    open(recording.keys());
    binding = new Object();
    Map<Node, double[]> known = new HashMap<>();
    for (Node node : plan.graph().nodes()) {
      if (!plan.isFixed(node)) {
        continue;
      }
      double[] values;
      if (node.kind() instanceof Node.Constant c) {
        values = new double[] {c.value()};
      } else if (node.kind() instanceof Node.Data d) {
        values = data.get(d.array());
      } else {
        double[][] in = node.inputs().stream().map(known::get).toArray(double[][]::new);
        Shape[] shapes = node.inputs().stream().map(Node::shape).toArray(Shape[]::new);
        values = Kernels.run(((Node.Operation) node.kind()).primitive(), node.shape(), in, shapes);
      }
      known.put(node, values);
      if (plan.isStored(node)) {
        arrays[slots.get(node)] = values;
      }
    }
    return this;
  }

  private void open(List<Seed> found) {
    keys = found;
    for (int i = 0; i < noise.length; i++) {
      Node.Noisy n = (Node.Noisy) noisy.get(i).kind();
      noise[i] = new NoiseStream(n.noise(), keys.get(n.key()), noisy.get(i).shape());
    }
  }

  /** The array of an input, to be filled before a run. */
  public double[] input(String name) {
    return inputs.getOrDefault(name, NO_INPUT);
  }

  /** Fills all inputs with one number. */
  void fillInputs(double value) {
    inputs.values().forEach(input -> Arrays.fill(input, value));
  }

  /** Computes the outputs at these parameters, with noise below this key. */
  public void run(double[] values, Seed root) {
    run(values, root.high(), root.low(), 0);
  }

  /** As {@link #run(double[], Seed)} below {@code parent.fold(child)}, without making that key. */
  public void run(double[] values, Seed parent, long child) {
    run(values, parent, child, 0);
  }

  /** The same with the noise that particles from {@code first} on have among more of them. */
  public void run(double[] values, Seed parent, long child, int first) {
    run(values, parent.foldedHigh(child), parent.foldedLow(child), first);
  }

  private void run(double[] values, long rootHigh, long rootLow, int first) {
    high = rootHigh;
    low = rootLow;
    for (int i = 0; i < given.length; i++) {
      System.arraycopy(values, offsets[i], given[i], 0, given[i].length);
    }
    for (int i = 0; i < noise.length; i++) {
      noise[i].draw(high, low, first, drawn[i]);
    }
    for (Action action : actions) {
      action.run(arrays);
    }
  }

  /** The values of an output of the last run; do not change them. */
  public double[] output(int number) {
    return arrays[slots.get(plan.array(plan.graph().outputs().get(number)))];
  }

  /** Which nodes share arrays. */
  Slots slots() {
    return buffers;
  }

  /** How many numbers all outputs have. */
  public int size() {
    return plan.graph().outputs().stream().mapToInt(n -> n.shape().size()).sum();
  }

  /** Writes all outputs, one after another. */
  public void outputs(double[] to) {
    for (int i = 0, at = 0; i < outputs(); i++) {
      double[] from = output(i);
      System.arraycopy(from, 0, to, at, from.length);
      at += from.length;
    }
  }

  /** The bytes of the largest generated method. */
  int largestMethod() {
    return largest;
  }

  /** How many outputs there are. */
  public int outputs() {
    return plan.graph().outputs().size();
  }

  /** The simplified graph. */
  public Graph graph() {
    return plan.graph();
  }
}
