package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The programs of one piece of tensor code: for the data it ran on last it is not even recorded;
 * for others it is recorded, and where only the data differ, the code is kept and bound to them.
 *
 * <p>Code whose operations differ with every data is refused after a few by a {@link
 * RecordingException}.
 */
public final class Programs {
  /** A full batch, the last of an epoch, and room for models with a few kinds of batches. */
  private static final int MOST = 6;

  private final ParamStore store;
  private final Map<Recording.Structure, Program> known = new HashMap<>();
  private Program program;
  private Object bound;

  /** Of code over the parameters of one store. */
  public Programs(ParamStore store) {
    this.store = store;
  }

  /** What a body returns, in order. The same data, by identity, mean the same program. */
  public Program values(Object data, Function<Recorder, List<Tensor>> body) {
    if (!isBoundTo(data)) {
      return of(data, Recorder.record(store, body));
    }
    return program;
  }

  /** A scalar loss and its gradient towards every parameter of the store, in its order. */
  public Program gradient(Object data, Function<Recorder, Tensor> loss) {
    if (!isBoundTo(data)) {
      Program same = null;
      if (!known.isEmpty()) {
        Recording plain = Recorder.record(store, r -> List.of(loss.apply(r)));
        same = known.get(plain.structure());
        same = same == null ? null : same.bind(plain);
      }
      bind(same == null ? make(Recorder.recordGradient(store, loss)) : same, data);
    }
    return program;
  }

  /** The program of a recording, values or gradient, which is that of these data from now on. */
  public Program of(Object data, Recording recorded) {
    Program same = known.get(recorded.structure());
    bind(same == null ? make(recorded) : same.bind(recorded), data);
    return program;
  }

  /** Whether {@link #last} is the program of these data. */
  public boolean isBoundTo(Object data) {
    return bound == data && program != null;
  }

  /** The program asked for last. */
  public Program last() {
    return program;
  }

  /** How many programs were compiled so far. */
  public int compiled() {
    return known.size();
  }

  private void bind(Program to, Object data) {
    program = to;
    bound = data;
  }

  private Program make(Recording recording) {
    if (known.size() == MOST) {
      throw new RecordingException(
          "the step has other operations in each of "
              + MOST
              + " batches. Likely fix: let batches differ in their data alone, not in sizes or"
              + " plain numbers");
    }
    Program made = new Program(recording);
    known.put(recording.structure(), made);
    return made;
  }
}
