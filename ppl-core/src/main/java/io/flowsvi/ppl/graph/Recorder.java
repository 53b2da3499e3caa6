package io.flowsvi.ppl.graph;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Runs tensor code once and keeps what it did as a {@link Recording}.
 *
 * <p>Parameters of one store, noise below {@link #seed} and {@link #input}s are leaves of the graph
 * and have new values in every run; all other arrays are data. Code that reads a value throws a
 * {@link RecordingException} that names the place, and so does code under an {@link
 * io.flowsvi.ppl.tensor.Assumption} where nobody would ask whether it holds.
 */
public final class Recorder {
  private final RecordingEngine engine;
  private final Seed seed = Seed.of(0).marked();

  private Recorder(RecordingEngine engine) {
    this.engine = engine;
  }

  // The arenas below are open for their effect: they make the engine current.

  /** What a body computes: the outputs it returns, in order. */
  @SuppressWarnings("try")
  public static Recording record(ParamStore store, Function<Recorder, List<Tensor>> body) {
    RecordingEngine engine = new RecordingEngine(store);
    try (Arena arena = Arena.on(engine)) {
      return refused(recording(engine, store, body.apply(new Recorder(engine)), false));
    }
  }

  /** A scalar loss, and behind it its gradient towards every parameter in the store's order. */
  @SuppressWarnings("try")
  public static Recording recordGradient(ParamStore store, Function<Recorder, Tensor> loss) {
    RecordingEngine engine = new RecordingEngine(store);
    try (Arena arena = Arena.on(engine)) {
      return refused(recording(engine, store, List.of(loss.apply(new Recorder(engine))), true));
    }
  }

  /**
   * The same, and behind it a number for each assumption of the code, which whoever runs it asks
   * before the rest is used.
   */
  @SuppressWarnings("try")
  public static Recording recordChecked(ParamStore store, Function<Recorder, Tensor> loss) {
    RecordingEngine engine = new RecordingEngine(store);
    try (Arena arena = Arena.on(engine)) {
      return recording(engine, store, List.of(loss.apply(new Recorder(engine))), true);
    }
  }

  private static Recording refused(Recording recording) {
    if (!recording.assumptions().isEmpty()) {
      throw new RecordingException(
          "The code holds under an assumption alone ("
              + recording.assumptions().get(0)
              + "), and this recording would not ask whether it does.");
    }
    return recording;
  }

  private static Recording recording(
      RecordingEngine engine, ParamStore store, List<Tensor> body, boolean gradient) {
    List<Tensor> results = new ArrayList<>(body);
    List<Integer> ends = new ArrayList<>();
    for (Tensor result : results) {
      ends.add(engine.node(result).number());
    }
    List<Node.Signature> key = new ArrayList<>();
    for (int i = 0; i < engine.size(); i++) {
      key.add(engine.get(i).signature());
    }
    int own = engine.data().size();
    if (gradient) {
      List<Tensor> leaves = new ArrayList<>();
      for (Param param : store.params()) {
        leaves.add(param.value());
      }
      results.addAll(engine.gradient(results.get(0), leaves));
    }
    results.addAll(engine.checks());
    List<Node> outputs = new ArrayList<>();
    for (Tensor result : results) {
      outputs.add(engine.node(result));
    }
    return new Recording(
        Graph.of(outputs),
        engine.data(),
        own,
        engine.keys(),
        new Recording.Structure(key, ends),
        engine.assumptions());
  }

  /** The key of this run's noise; every run replays what is derived from it with its own key. */
  public Seed seed() {
    return seed;
  }

  /** A number or vector given to every run. */
  public Tensor input(String name, Shape shape) {
    return engine.input(name, shape);
  }

  /** Gradient nodes of a scalar towards some tensors. */
  public List<Tensor> gradient(Tensor scalar, List<Tensor> towards) {
    return engine.gradient(scalar, towards);
  }
}
