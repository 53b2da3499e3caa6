package io.flowsvi.ppl.graph;

import io.flowsvi.ppl.tensor.Assumption;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.Noise;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;
import io.flowsvi.ppl.tensor.derivative.Derivatives;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Computes nothing: writes every operation down as a node. */
final class RecordingEngine implements Engine {
  private final Set<Param> params;
  private final Nodes nodes = new Nodes();
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<double[]> data = new ArrayList<>();
  private final Map<double[], Tensor> fixed = new IdentityHashMap<>();
  private final Map<float[], Tensor> given = new IdentityHashMap<>();
  private final List<Seed> keys = new ArrayList<>();
  private final List<Tensor> checks = new ArrayList<>();
  private final List<Assumption> assumptions = new ArrayList<>();

  RecordingEngine(ParamStore store) {
    this.params = Set.copyOf(store.params());
  }

  List<double[]> data() {
    return data;
  }

  List<Seed> keys() {
    return keys;
  }

  /** The numbers that bear out {@link #assumptions}, in their order. */
  List<Tensor> checks() {
    return checks;
  }

  List<Assumption> assumptions() {
    return assumptions;
  }

  int size() {
    return nodes.size();
  }

  Node get(int number) {
    return nodes.get(number);
  }

  Node node(Tensor tensor) {
    return tensor.isNumber() ? nodes.constant(tensor.asNumber()) : (Node) tensor.handle();
  }

  private Tensor leaf(Node.Kind kind, Shape shape) {
    return tensor(nodes.of(kind, List.of(), shape));
  }

  /** The one tensor of a node: identity means the same value. */
  Tensor tensor(Node node) {
    while (tensors.size() <= node.number()) {
      tensors.add(null);
    }
    if (tensors.get(node.number()) == null) {
      tensors.set(node.number(), Tensor.of(this, node.shape(), node));
    }
    return tensors.get(node.number());
  }

  Tensor input(String name, Shape shape) {
    return leaf(new Node.Input(name), shape);
  }

  @Override
  public Tensor tensor(double[] values, Shape shape) {
    data.add(values.clone());
    return leaf(new Node.Data(data.size() - 1), shape);
  }

  @Override
  public Tensor tensor(float[] values, Shape shape) {
    Tensor same = given.get(values);
    if (same != null && same.shape().equals(shape) && holds(same, values)) {
      return same;
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    data.add(wide);
    Tensor leaf = leaf(new Node.Data(data.size() - 1), shape);
    given.put(values, leaf);
    return leaf;
  }

  /** Whether a leaf still has the numbers of an array that was given before: images are large. */
  private boolean holds(Tensor leaf, float[] values) {
    double[] wide = data.get(((Node.Data) node(leaf).kind()).array());
    for (int i = 0; i < wide.length; i++) {
      if (Double.compare(wide[i], values[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Tensor fixed(double[] values, Shape shape) {
    Tensor same = fixed.get(values);
    if (same == null || !same.shape().equals(shape)) {
      data.add(values);
      same = leaf(new Node.Data(data.size() - 1), shape);
      fixed.put(values, same);
    }
    return same;
  }

  @Override
  public Tensor index(int[] values, Shape shape) {
    double[] numbers = new double[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values[i];
    }
    return tensor(numbers, shape);
  }

  @Override
  public Tensor full(double value, Shape shape) {
    Node number = nodes.constant(value);
    return tensor(
        shape.rank() == 0
            ? number
            : nodes.of(new Node.Operation(new Primitive.Broadcast(shape)), List.of(number), shape));
  }

  @Override
  public Tensor noise(Noise noise, Seed seed, Shape shape) {
    return seed.isMarked()
        ? leaf(new Node.Noisy(noise, key(seed)), shape)
        : tensor(noise.draw(seed, shape), shape);
  }

  @Override
  public void drawnByHost() {
    throw new RecordingException(
        "Random numbers are drawn by Java code at "
            + place()
            + ". A step that is recorded once would use the same ones in every run.");
  }

  @Override
  public boolean holds(Tensor value, Assumption assumption) {
    checks.add(value);
    assumptions.add(assumption);
    return true;
  }

  private int key(Seed seed) {
    int known = keys.indexOf(seed);
    if (known >= 0) {
      return known;
    }
    keys.add(seed);
    return keys.size() - 1;
  }

  @Override
  public Tensor parameter(Param param) {
    if (!params.contains(param)) {
      throw new RecordingException(
          "Parameter '" + param.path() + "' belongs to another store than the fit's.");
    }
    return leaf(new Node.Parameter(param.offset()), param.shape());
  }

  @Override
  public Tensor apply(Primitive op, Shape result, Tensor... inputs) {
    List<Node> from = new ArrayList<>(inputs.length);
    for (Tensor input : inputs) {
      from.add(node(input));
    }
    Node.Kind kind =
        op instanceof Primitive.StandardGamma gamma && gamma.seed().isMarked()
            ? new Node.Gamma(key(gamma.seed()))
            : new Node.Operation(op);
    return tensor(nodes.of(kind, from, result));
  }

  @Override
  public double[] read(Tensor tensor) {
    throw new RecordingException(
        "The value of a tensor of shape "
            + tensor.shape()
            + " is read at "
            + place()
            + ". A step that is recorded once cannot depend on values; use select, or keep plain"
            + " Java data.");
  }

  /** The first place outside the tensor library. */
  private static String place() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(f -> !f.getClassName().startsWith("io.flowsvi.ppl.tensor."))
                    .filter(f -> !f.getClassName().startsWith("io.flowsvi.ppl.graph.Recording"))
                    .findFirst()
                    .map(
                        f ->
                            f.getClassName()
                                + "."
                                + f.getMethodName()
                                + " ("
                                + f.getFileName()
                                + ":"
                                + f.getLineNumber()
                                + ")")
                    .orElse("an unknown place"));
  }

  /** The cotangents of some tensors given that of a scalar is 1; missing where nothing flows. */
  List<Tensor> gradient(Tensor loss, List<Tensor> wanted) {
    Node root = node(loss);
    boolean[] flows = new boolean[root.number() + 1];
    for (Tensor tensor : wanted) {
      int number = node(tensor).number();
      if (number < flows.length) {
        flows[number] = true;
      }
    }
    for (int i = 0; i < flows.length; i++) {
      Node node = nodes.get(i);
      boolean stops =
          node.kind() instanceof Node.Operation o && o.primitive() == Unary.STOP_GRADIENT;
      for (Node input : node.inputs()) {
        flows[i] |= !stops && flows[input.number()];
      }
    }
    Tensor[] cotangents = new Tensor[flows.length];
    cotangents[root.number()] = full(1, root.shape());
    for (int i = root.number(); i >= 0; i--) {
      if (cotangents[i] != null && flows[i] && !nodes.get(i).inputs().isEmpty()) {
        spread(nodes.get(i), cotangents, flows);
      }
    }
    List<Tensor> gradients = new ArrayList<>();
    for (Tensor tensor : wanted) {
      int i = node(tensor).number();
      Tensor g = i < cotangents.length ? cotangents[i] : null;
      gradients.add(g == null ? full(0, tensor.shape()) : g);
    }
    return gradients;
  }

  private void spread(Node node, Tensor[] cotangents, boolean[] flows) {
    Primitive op =
        node.kind() instanceof Node.Operation o
            ? o.primitive()
            : new Primitive.StandardGamma(Seed.of(0));
    Tensor[] inputs = new Tensor[node.inputs().size()];
    for (int k = 0; k < inputs.length; k++) {
      Node input = node.inputs().get(k);
      inputs[k] =
          input.kind() instanceof Node.Constant c ? Tensor.number(c.value()) : tensor(input);
    }
    Tensor g = cotangents[node.number()];
    for (int k = 0; k < inputs.length; k++) {
      int to = node.inputs().get(k).number();
      if (flows[to]) {
        Optional<Tensor> c = Derivatives.backward(op, inputs, k, tensor(node), g);
        if (c.isPresent()) {
          cotangents[to] = cotangents[to] == null ? c.get() : cotangents[to].plus(c.get());
        }
      }
    }
  }

  @Override
  public void track() {
    throw new RecordingException("A tape inside a recorded step: gradients do not nest.");
  }

  @Override
  public Leaves leaves(double[] flat, List<Shape> shapes) {
    throw new RecordingException("A tape inside a recorded step: gradients do not nest.");
  }

  @Override
  public double backward(Tensor loss) {
    throw new RecordingException("A tape inside a recorded step: gradients do not nest.");
  }

  @Override
  public void abandon() {}

  @Override
  public void close() {}
}
