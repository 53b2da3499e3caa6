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
import java.util.HashMap;
import java.util.Map;

/**
 * Runs as one call of the engine that the parameters live in: recorded once for each number of
 * rows, which are an input.
 */
final class ScriptDensityStep implements DensityStep {
  private static final String ROWS = "rows";

  private final Session session;
  private final ParamStore params;
  private final EstimatedFlow flow;
  private final Home home;
  private final Residence place;
  private final Map<Integer, ScriptProgram> bySize = new HashMap<>();

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
          ScriptProgram program = bySize.computeIfAbsent(n, size -> program(shape));
          program.input(ROWS, rows);
          return program.gradient(params, key, batch);
        });
  }

  private ScriptProgram program(Shape shape) {
    return new ScriptProgram(
        Recorder.recordGradient(
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
