package io.flowsvi.flows.density;

import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.script.ScriptProgram;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * log p of rows under a flow, a chunk at a time: small enough for a network's layers to stay in the
 * cache.
 *
 * <p>From the second whole chunk on, such chunks are one call of the engine if parameters can live
 * in its memory; for less, recording would not pay.
 */
final class RowScores {
  static final int CHUNK = 1000;
  private static final String ROWS = "rows";

  private final Session session;
  private final ParamStore params;
  private final Flow flow;
  private Optional<ScriptProgram> program = Optional.empty();
  private long whole;
  private boolean eager;

  RowScores(Session session, ParamStore params, Flow flow) {
    this.session = session;
    this.params = params;
    this.flow = flow;
  }

  /** log p of each row of so many columns. One thread at a time. */
  synchronized double[] of(double[] rows, int columns) {
    double[] all = new double[rows.length / columns];
    for (int from = 0; from < all.length; from += CHUNK) {
      int to = Math.min(all.length, from + CHUNK);
      double[] part = Arrays.copyOfRange(rows, from * columns, to * columns);
      System.arraycopy(chunk(part, Shape.of(to - from, columns)), 0, all, from, to - from);
    }
    return all;
  }

  private double[] chunk(double[] rows, Shape shape) {
    if (shape.dim(0) == CHUNK && whole++ > 0 && !eager) {
      Optional<Residence> place = place();
      if (place.isPresent()) {
        try {
          return called(place.get(), rows, shape);
        } catch (RecordingException e) {
          eager = true;
        }
      }
    }
    return session.compute(a -> flow.logProb(a.tensor(rows, shape)).toDoubles());
  }

  /** Where the parameters live, or can live. */
  private Optional<Residence> place() {
    if (params.residence().isEmpty()) {
      session.residence(params.size()).ifPresent(params::settle);
    }
    return params.residence();
  }

  private double[] called(Residence place, double[] rows, Shape shape) {
    return session.compute(
        arena -> {
          if (!place.serves(arena.engine())) {
            throw new RecordingException("the parameters live in the memory of another session");
          }
          if (program.isEmpty()) {
            program = Optional.of(program(place, shape));
          }
          params.lend();
          program.get().input(ROWS, rows);
          double[] scores = new double[shape.dim(0)];
          program.get().run(Seed.of(0), 0).read(scores);
          return scores;
        });
  }

  private ScriptProgram program(Residence place, Shape shape) {
    return new ScriptProgram(
        Recorder.record(params, r -> List.of(flow.logProb(r.input(ROWS, shape)))),
        place,
        session.settings().precision());
  }
}
