package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Bindable;
import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.pass.Joins;
import io.flowsvi.ppl.pass.Simplifier;
import io.flowsvi.ppl.tensor.Assumption;
import io.flowsvi.ppl.tensor.NoiseStream;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Script;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A recording as one call of a residence's engine: bind it to data, run it as often as needed.
 *
 * <p>One thread at a time.
 */
public final class ScriptProgram implements Bindable<ScriptProgram> {
  /** The engine reads and optimizes text for some microseconds a line. */
  private static final int MOST_OPERATIONS = 20_000;

  private final List<Node> arguments;
  private final double[][] numbers;
  private final NoiseStream[] noise;
  private final Residence residence;
  private final Script script;
  private final int results;
  private List<Assumption> assumptions = List.of();

  /**
   * Writes a recording as a script and binds it to its own data. Throws {@link RecordingException}
   * where an operation has no such words, or there are too many.
   */
  public ScriptProgram(Recording recording, Residence residence, Precision precision) {
    Graph graph =
        firstLast(Joins.once(Simplifier.simplify(recording.graph(), Simplifier.Style.CALLS)));
    if (graph.nodes().size() > MOST_OPERATIONS) {
      throw new RecordingException(
          "The step has "
              + graph.nodes().size()
              + " operations; up to "
              + MOST_OPERATIONS
              + " become one script. Likely fix: let tensors run over rows, not Java loops.");
    }
    ScriptWriter writer = new ScriptWriter(precision);
    String body = writer.write(graph);
    arguments = writer.arguments();
    for (Node argument : arguments) {
      if (argument.kind() instanceof Node.Gamma) {
        throw new RecordingException("libtorch has no call for gamma draws by key");
      }
    }
    numbers = new double[arguments.size()][];
    noise = new NoiseStream[arguments.size()];
    results = graph.outputs().stream().mapToInt(n -> n.shape().size()).sum();
    List<Shape> shapes = arguments.stream().map(Node::shape).toList();
    this.residence = residence;
    script = residence.script(body, shapes, results);
    bind(recording, 0);
  }

  /** The loss behind the gradient, which then starts where the memory does. */
  private static Graph firstLast(Graph graph) {
    List<Node> outputs = new ArrayList<>(graph.outputs());
    outputs.add(outputs.remove(0));
    return new Graph(graph.nodes(), outputs);
  }

  @Override
  public ScriptProgram bind(Recording recording) {
    return bind(recording, recording.own());
  }

  /** Data that derivative rules brought are those of the first recording. */
  private ScriptProgram bind(Recording recording, int own) {
    assumptions = recording.assumptions();
    int last = own == 0 ? recording.data().size() : own;
    for (int i = 0; i < numbers.length; i++) {
      Node argument = arguments.get(i);
      if (argument.kind() instanceof Node.Data data) {
        if (data.array() < last && numbers[i] != recording.data().get(data.array())) {
          numbers[i] = recording.data().get(data.array());
          script.give(i, numbers[i]);
        }
      } else {
        numbers[i] = numbers[i] == null ? new double[argument.shape().size()] : numbers[i];
        if (argument.kind() instanceof Node.Noisy n) {
          noise[i] = new NoiseStream(n.noise(), recording.keys().get(n.key()), argument.shape());
        }
      }
    }
    return this;
  }

  /** Gives an input one number, in all its places. */
  public void input(String name, double value) {
    for (int i = 0; i < numbers.length; i++) {
      boolean same = arguments.get(i).kind() instanceof Node.Input in && in.name().equals(name);
      if (same && (numbers[i].length == 0 || numbers[i][0] != value)) {
        Arrays.fill(numbers[i], value);
        script.give(i, numbers[i]);
      }
    }
  }

  /** Gives an input its numbers, in all its places. */
  public void input(String name, double[] values) {
    for (int i = 0; i < numbers.length; i++) {
      if (arguments.get(i).kind() instanceof Node.Input in && in.name().equals(name)) {
        System.arraycopy(values, 0, numbers[i], 0, numbers[i].length);
        script.give(i, numbers[i]);
      }
    }
  }

  /**
   * The loss at a store's values, which live in the residence from then on; so does its gradient.
   */
  public double gradient(ParamStore store, Seed parent, long child) {
    store.settle(residence);
    store.lend();
    run(parent, child);
    residence.keepGradient(script);
    return script.last();
  }

  /** Whether the recording would be made in the same way now. */
  public boolean stands() {
    return assumptions.stream().allMatch(Assumption::stands);
  }

  /**
   * Whether all assumptions hold of the last {@link #gradient}, which is not to be used otherwise;
   * asked once a run.
   */
  public boolean holds() {
    double[] checks = new double[assumptions.size()];
    script.read(results - 1 - checks.length, checks);
    boolean all = true;
    for (int i = 0; i < checks.length; i++) {
      all &= assumptions.get(i).holds(checks[i]);
    }
    return all;
  }

  /**
   * Computes the outputs at the residence's values, with noise below {@code parent.fold(child)}.
   */
  public Script run(Seed parent, long child) {
    long high = parent.foldedHigh(child);
    long low = parent.foldedLow(child);
    for (int i = 0; i < noise.length; i++) {
      if (noise[i] != null) {
        noise[i].draw(high, low, 0, numbers[i]);
        script.give(i, numbers[i]);
      }
    }
    script.run();
    return script;
  }
}
