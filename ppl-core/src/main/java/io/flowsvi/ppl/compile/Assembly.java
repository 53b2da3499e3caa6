package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.pass.ColumnSums;
import io.flowsvi.ppl.pass.Masks;
import io.flowsvi.ppl.pass.ShortRows;
import io.flowsvi.ppl.pass.Simplifier;
import io.flowsvi.ppl.product.Kernel;
import io.flowsvi.ppl.tensor.GammaDraws;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a program and its copies share: the plan, the layout of their arrays, and the code. */
final class Assembly {
  /** So many loops share a class, and its dispatching method stays small enough to be compiled. */
  private static final int PER_CLASS = 250;

  /** Keeps compile time to a few seconds, whatever a model does. */
  private static final int MOST_OPERATIONS = 60_000;

  private final Plan plan;
  private final Slots slots;
  private final List<Emitter.Emitted> codes = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private int gathered;
  private int largest;

  /** One thing a run does. */
  interface Action {
    void run(Object[] arrays);
  }

  /** One thing that all programs do, each with scratch space of its own. */
  private interface Task {
    Action of(Program program);
  }

  /** Compiles a graph. Throws {@link RecordingException} if it has too many operations. */
  Assembly(Graph graph, Width width) {
    int size = graph.nodes().size();
    if (size > MOST_OPERATIONS) {
      throw new RecordingException(
          "The step has "
              + size
              + " operations; up to "
              + MOST_OPERATIONS
              + " are compiled. Likely fix: let tensors run over rows, not Java loops.");
    }
    plan = new Plan(simplified(graph), width);
    slots = new Slots(plan);
    List<List<LoopNest>> parts = parts();
    for (int from = 0; from < parts.size(); from += PER_CLASS) {
      Emitter.Emitted emitted =
          Emitter.emit(parts.subList(from, Math.min(parts.size(), from + PER_CLASS)), width);
      codes.add(emitted);
      largest = Math.max(largest, emitted.largest());
    }
  }

  private static Graph simplified(Graph graph) {
    Graph simple = Simplifier.simplify(graph);
    Graph split = VectorUnit.isPresent() ? ShortRows.split(simple) : simple;
    return ColumnSums.asProducts(Masks.join(split == simple ? simple : Simplifier.simplify(split)));
  }

  Plan plan() {
    return plan;
  }

  Slots slots() {
    return slots;
  }

  /** How many numbers each array has. */
  int[] sizes() {
    int[] sizes = slots.sizes();
    sizes[Slots.GATHERED] = gathered;
    return sizes;
  }

  /** The bytes of the largest generated method. */
  int largestMethod() {
    return largest;
  }

  /** What runs of a program do, in order. */
  Action[] actions(Program program) {
    Action[] actions = new Action[tasks.size()];
    for (int i = 0; i < actions.length; i++) {
      actions[i] = tasks.get(i).of(program);
    }
    return actions;
  }

  /** Cuts the loops into parts between calls, and lists what is done. */
  private List<List<LoopNest>> parts() {
    List<LoopNest> nests = new ArrayList<>();
    List<List<LoopNest>> parts = new ArrayList<>();
    Map<List<Object>, Integer> times = times();
    for (Stage stage : plan.stages()) {
      if (stage instanceof Stage.Loop loop) {
        int of = times.isEmpty() ? 1 : times.get(loop.form());
        LoopNest nest = new LoopNest(plan, loop, slots, of);
        gathered = Math.max(gathered, Gathering.room(nest));
        nests.add(nest);
        if (nests.size() < PER_CLASS) {
          continue;
        }
      }
      flush(parts, nests);
      if (stage instanceof Stage.Call call) {
        tasks.add(program -> call(call.node(), program));
      }
    }
    flush(parts, nests);
    return parts;
  }

  /** How many loops there are of each form, where that matters: with vectors. */
  private Map<List<Object>, Integer> times() {
    Map<List<Object>, Integer> times = new HashMap<>();
    for (Stage stage : plan.stages()) {
      if (VectorUnit.isPresent() && stage instanceof Stage.Loop loop) {
        List<Object> form = loop.form();
        times.put(form, times.getOrDefault(form, 0) + 1);
      }
    }
    return times;
  }

  /** Makes one part of the loops so far. */
  private void flush(List<List<LoopNest>> parts, List<LoopNest> nests) {
    if (!nests.isEmpty()) {
      int number = parts.size();
      parts.add(List.copyOf(nests));
      nests.clear();
      tasks.add(new Loops(codes, number));
    }
  }

  // Classes for what every program does: linking a lambda takes a cold JVM a millisecond.

  /** One part of the loops, whose code is written when all parts are known. */
  private record Loops(List<Emitter.Emitted> codes, int number) implements Task {
    @Override
    public Action of(Program program) {
      Emitter.Emitted emitted = codes.get(number / PER_CLASS);
      int part = number % PER_CLASS;
      return new Run(emitted.code(), part, emitted.places()[part]);
    }
  }

  private record Run(Code code, int part, int[][] places) implements Action {
    @Override
    public void run(Object[] arrays) {
      code.run(part, arrays, places);
    }
  }

  private Action call(Node node, Program program) {
    int[] from = node.inputs().stream().mapToInt(n -> slots.numbers().get(plan.array(n))).toArray();
    int to = slots.numbers().get(node);
    if (node.kind() instanceof Node.Gamma gamma) {
      Shape shape = node.shape();
      return a -> {
        double[] shapes = program.numbers().read(from[0]);
        program.numbers().set(to, GammaDraws.draw(shapes, shape, program.key(gamma.key())));
      };
    }
    return plan.width() == Width.DOUBLE
        ? new DoubleCall(Calls.of(node, plan, slots), from, to, new double[from.length][])
        : new SingleCall(Calls.singles(node, plan, slots), from, to, new float[from.length][]);
  }

  /** A kernel on some arrays, which may be others in another run. */
  private record DoubleCall(Kernel kernel, int[] from, int to, double[][] in) implements Action {
    @Override
    public void run(Object[] arrays) {
      for (int i = 0; i < in.length; i++) {
        in[i] = (double[]) arrays[from[i]];
      }
      kernel.run(in, (double[]) arrays[to]);
    }
  }

  private record SingleCall(
      io.flowsvi.ppl.product.single.Kernel kernel, int[] from, int to, float[][] in)
      implements Action {
    @Override
    public void run(Object[] arrays) {
      for (int i = 0; i < in.length; i++) {
        in[i] = (float[]) arrays[from[i]];
      }
      kernel.run(in, (float[]) arrays[to]);
    }
  }
}
