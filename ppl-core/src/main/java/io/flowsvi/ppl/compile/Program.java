package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Bindable;
import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.NoiseStream;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.plain.Kernels;
import io.flowsvi.ppl.vector.Width;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A recording as code with arrays of its own: bind it to data, run it as often as needed.
 *
 * <p>Parameters are read where they are, and all outputs but the first are written one after
 * another, so that a gradient is complete when a run ends. One thread at a time.
 */
public final class Program implements Bindable<Program> {
  private static final double[] NO_INPUT = {};

  private final Assembly assembly;
  private final Plan plan;
  private final Map<Node, Integer> slots;
  private final Numbers numbers;
  private final Assembly.Action[] actions;
  private final List<Node> parameters;
  private final int[] given;
  private final boolean inPlace;
  private final List<Node> noisy;
  private final int[] drawn;
  private final NoiseStream[] noise;
  private final Map<String, Integer> inputs = new HashMap<>();
  private final int[] inputSlots;
  private final List<double[]> data;
  private final Late[] late;
  private List<Seed> keys;
  private Object binding;
  private long high;
  private long low;

  /** An output that is copied among the others when a run ends. */
  private record Late(int slot, int from, int to, int size) {}

  /**
   * Compiles a recording and binds it to its own data. Throws {@link RecordingException} if it has
   * too many operations: a loop of the model that is written out for every row, for example.
   */
  public Program(Recording recording) {
    this(recording, Precision.FLOAT64);
  }

  /**
   * The same in a precision of its own. In single precision parameters, inputs and noise are
   * rounded when a run begins and outputs are widened when it ends; terms of the data alone are
   * computed in double precision and rounded once.
   */
  public Program(Recording recording, Precision precision) {
    this(
        new Assembly(
            recording.graph(), precision == Precision.FLOAT64 ? Width.DOUBLE : Width.FLOAT),
        recording.data());
    bind(recording);
  }

  private Program(Assembly assembly, List<double[]> data) {
    this.assembly = assembly;
    this.data = new ArrayList<>(data);
    plan = assembly.plan();
    slots = assembly.slots().numbers();
    numbers = Numbers.of(plan.width(), assembly.sizes());
    inPlace = slots.containsValue(Slots.PARAMETERS);
    parameters = leaves(Node.Parameter.class);
    given = slots(parameters);
    noisy = leaves(Node.Noisy.class);
    drawn = slots(noisy);
    noise = new NoiseStream[drawn.length];
    for (Node leaf : leaves(Node.Input.class)) {
      inputs.put(((Node.Input) leaf.kind()).name(), slots.get(leaf));
    }
    inputSlots = slots(leaves(Node.Input.class));
    late = late();
    actions = assembly.actions(this);
  }

  // Loops, not streams: linking a lambda takes a cold JVM half a millisecond.

  /** Those with arrays of their own. */
  private List<Node> leaves(Class<? extends Node.Kind> kind) {
    List<Node> leaves = new ArrayList<>();
    for (Node node : plan.graph().nodes()) {
      boolean own = slots.containsKey(node) && slots.get(node) != Slots.PARAMETERS;
      if (own && kind.isInstance(node.kind())) {
        leaves.add(node);
      }
    }
    return leaves;
  }

  private int[] slots(List<Node> nodes) {
    int[] all = new int[nodes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = slots.get(nodes.get(i));
    }
    return all;
  }

  private Late[] late() {
    List<Late> copied = new ArrayList<>();
    int at = 0;
    for (int i = 1; i < outputs(); i++) {
      Node array = array(i);
      int size = array.shape().size();
      if (slots.get(array) != Slots.OUTPUTS) {
        copied.add(new Late(slots.get(array), assembly.slots().start(array), at, size));
      }
      at += size;
    }
    return copied.toArray(new Late[0]);
  }

  private Node array(int output) {
    return plan.array(plan.graph().outputs().get(output));
  }

  /** This program for another thread: the same code and data, with arrays of its own. */
  public Program copy() {
    Program copy = new Program(assembly, List.of());
    copy.follow(this);
    return copy;
  }

  /** Takes over the inputs and the data of the program of which this is a copy. */
  public void follow(Program original) {
    for (int slot : inputs.values()) {
      double[] from = original.numbers.staged(slot);
      System.arraycopy(from, 0, numbers.staged(slot), 0, from.length);
    }
    if (binding == original.binding) {
      return;
    }
    for (Node node : plan.graph().nodes()) {
      if (plan.isFixed(node) && plan.isStored(node)) {
        numbers.share(slots.get(node), original.numbers);
      }
    }
    open(original.keys);
    binding = original.binding;
  }

  /** Takes over the data and the rows of another recording of the same structure. */
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
        double[][] in = new double[node.inputs().size()][];
        Shape[] shapes = new Shape[in.length];
        for (int i = 0; i < in.length; i++) {
          in[i] = known.get(node.inputs().get(i));
          shapes[i] = node.inputs().get(i).shape();
        }
        values = Kernels.run(((Node.Operation) node.kind()).primitive(), node.shape(), in, shapes);
      }
      known.put(node, values);
      if (plan.isStored(node)) {
        numbers.set(slots.get(node), values);
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

  /** Its arrays. */
  Numbers numbers() {
    return numbers;
  }

  /** A key of the recording, below this run's. */
  Seed key(int number) {
    return keys.get(number).replay(Seed.of(high, low));
  }

  /** The array of an input, to be filled before a run. */
  public double[] input(String name) {
    Integer slot = inputs.get(name);
    return slot == null ? NO_INPUT : numbers.staged(slot);
  }

  /** Fills all inputs with one number. */
  void fillInputs(double value) {
    inputs.values().forEach(slot -> Arrays.fill(numbers.staged(slot), value));
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

  /**
   * As {@link #run(double[], Seed, long)} at the parameters of this memory, which keeps all outputs
   * but the first: the gradient of a loss. Only of a program in single precision.
   */
  public void run(SingleMemory memory, Seed parent, long child) {
    run(memory.parameters(), memory.gradient(this), parent, child, 0);
  }

  /** The same for particles from {@code first} on, with the gradient written to an array. */
  void run(float[] values, float[] gradient, Seed parent, long child, int first) {
    high = parent.foldedHigh(child);
    low = parent.foldedLow(child);
    float[][] floats = (float[][]) numbers.arrays();
    float[] own = floats[Slots.OUTPUTS];
    floats[Slots.PARAMETERS] = values;
    floats[Slots.OUTPUTS] = gradient;
    for (int i = 0; i < given.length; i++) {
      int offset = ((Node.Parameter) parameters.get(i).kind()).offset();
      float[] to = floats[given[i]];
      System.arraycopy(values, offset, to, 0, to.length);
    }
    compute(first);
    // Another part may write there next.
    floats[Slots.OUTPUTS] = own;
  }

  private void run(double[] values, long rootHigh, long rootLow, int first) {
    high = rootHigh;
    low = rootLow;
    if (inPlace) {
      numbers.parameters(values);
    }
    for (int i = 0; i < given.length; i++) {
      int offset = ((Node.Parameter) parameters.get(i).kind()).offset();
      double[] own = numbers.staged(given[i]);
      System.arraycopy(values, offset, own, 0, own.length);
      numbers.put(given[i]);
    }
    compute(first);
  }

  /** Draws noise for particles from here on, takes the inputs, and runs the code. */
  private void compute(int first) {
    for (int i = 0; i < noise.length; i++) {
      noise[i].draw(high, low, first, numbers.staged(drawn[i]));
      numbers.put(drawn[i]);
    }
    for (int slot : inputSlots) {
      numbers.put(slot);
    }
    Object[] arrays = numbers.arrays();
    for (Assembly.Action action : actions) {
      action.run(arrays);
    }
    for (Late copied : late) {
      numbers.copy(copied.slot(), copied.from(), Slots.OUTPUTS, copied.to(), copied.size());
    }
  }

  /** The values of an output of the last run; do not change them. */
  public double[] output(int number) {
    if (number == 0) {
      return numbers.read(slots.get(array(0)));
    }
    int from = 0;
    for (int i = 1; i < number; i++) {
      from += array(i).shape().size();
    }
    int size = array(number).shape().size();
    double[] all = others();
    return size == all.length ? all : Arrays.copyOfRange(all, from, from + size);
  }

  /** All outputs of the last run but the first, one after another: a gradient behind its loss. */
  public double[] others() {
    return numbers.read(Slots.OUTPUTS);
  }

  /** Which nodes share arrays. */
  Slots slots() {
    return assembly.slots();
  }

  /** How many numbers all outputs have. */
  public int size() {
    return plan.graph().outputs().stream().mapToInt(n -> n.shape().size()).sum();
  }

  /** Writes all outputs, one after another. */
  public void outputs(double[] to) {
    if (outputs() > 0) {
      double[] first = output(0);
      System.arraycopy(first, 0, to, 0, first.length);
      double[] others = others();
      System.arraycopy(others, 0, to, first.length, others.length);
    }
  }

  /** The bytes of the largest generated method. */
  int largestMethod() {
    return assembly.largestMethod();
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
