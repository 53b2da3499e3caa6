package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Bindable;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
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
 *
 * @param <P> the kind of programs
 */
public final class Programs<P extends Bindable<P>> {
  /** A full batch, the last of an epoch, and room for models with a few kinds of batches. */
  private static final int MOST = 6;

  private final ParamStore store;
  private final Map<Recording.Structure, P> known = new HashMap<>();
  private final Function<Recording, P> compiler;
  private P program;
  private Object bound;

  /** Of code over the parameters of one store, each made from a recording by the compiler. */
  public Programs(ParamStore store, Function<Recording, P> compiler) {
    this.store = store;
    this.compiler = compiler;
  }

  /** Compiled code over the parameters of one store, in double precision. */
  public static Programs<Program> compiling(ParamStore store) {
    return compiling(store, Precision.FLOAT64);
  }

  /** Compiled code over the parameters of one store, which computes in a precision. */
  public static Programs<Program> compiling(ParamStore store, Precision precision) {
    // A class: linking a lambda takes a cold JVM a millisecond.
    return new Programs<>(
        store,
        new Function<Recording, Program>() {
          @Override
          public Program apply(Recording recording) {
            return new Program(recording, precision);
          }
        });
  }

  /** What a body returns, in order. The same data, by identity, mean the same program. */
  public P values(Object data, Function<Recorder, List<Tensor>> body) {
    if (!isBoundTo(data)) {
      return of(data, Recorder.record(store, body));
    }
    return program;
  }

  /** A scalar loss and its gradient towards every parameter of the store, in its order. */
  public P gradient(Object data, Function<Recorder, Tensor> loss) {
    if (!isBoundTo(data)) {
      P same = null;
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
  public P of(Object data, Recording recorded) {
    P same = known.get(recorded.structure());
    bind(same == null ? make(recorded) : same.bind(recorded), data);
    return program;
  }

  /** Whether {@link #last} is the program of these data. */
  public boolean isBoundTo(Object data) {
    return bound == data && program != null;
  }

  /** The program asked for last. */
  public P last() {
    return program;
  }

  /** How many programs were compiled so far. */
  public int compiled() {
    return known.size();
  }

  private void bind(P to, Object data) {
    program = to;
    bound = data;
  }

  private P make(Recording recording) {
    if (known.size() == MOST) {
      throw new RecordingException(
          "the step has other operations in each of "
              + MOST
              + " batches. Likely fix: let batches differ in their data alone, not in sizes or"
              + " plain numbers");
    }
    P made = compiler.apply(recording);
    known.put(recording.structure(), made);
    return made;
  }
}
