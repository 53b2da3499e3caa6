package io.flowsvi.flows.density;

import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.optimize.Home;
import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.script.ScriptProgram;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs as one call of the engine that the parameters live in: recorded once for each number of
 * rows, which are an input, and for each assumption of the flow. A run of which its assumption does
 * not hold is made anew under another one.
 */
final class ScriptDensityStep implements DensityStep {
  private static final String ROWS = "rows";

  /** Each keeps its code: some MB. */
  private static final int MOST = 24;

  private final Session session;
  private final ParamStore params;
  private final EstimatedFlow flow;
  private final Home home;
  private final Residence place;
  private final Map<Integer, List<ScriptProgram>> bySize = new HashMap<>();

  ScriptDensityStep(
      Session session, ParamStore params, EstimatedFlow flow, Home home, Residence place) {
    this.session = session;
    this.params = params;
    this.flow = flow;
    this.home = home;
    this.place = place;
  }

  /** Throws {@link RecordingException} where the step cannot be recorded. */
  @Override
  public double loss(double[] rows, int n, Seed key, long batch) {
    Shape shape = Shape.of(n, rows.length / n);
    return session.compute(
        arena -> {
          while (true) {
            ScriptProgram program = program(shape);
            program.input(ROWS, rows);
            double loss = program.gradient(params, key, batch);
            if (program.holds()) {
              return loss;
            }
          }
        });
  }

  private ScriptProgram program(Shape shape) {
    List<ScriptProgram> known = bySize.computeIfAbsent(shape.dim(0), n -> new ArrayList<>());
    for (ScriptProgram program : known) {
      if (program.stands()) {
        return program;
      }
    }
    if (known.size() == MOST) {
      throw new RecordingException(
          "The step holds under another assumption in each of " + MOST + " recordings.");
    }
    ScriptProgram recorded = recorded(shape);
    known.add(recorded);
    return recorded;
  }

  private ScriptProgram recorded(Shape shape) {
    return new ScriptProgram(
        Recorder.recordChecked(
            params, recorder -> flow.score(recorder.input(ROWS, shape), recorder.seed()).loss()),
        place,
        session.settings().precision());
  }

  @Override
  public double norm() {
    return place.gradientNorm();
  }

  @Override
  public void move(Moments moments, double share, double rate) {
    home.move(place, moments, share, rate);
  }
}
