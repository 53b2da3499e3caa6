package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Checkpoint;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A fit in a process of its own, which a test kills: continues from the checkpoint if there is one,
 * and writes the bits of the last parameters when it comes to its end.
 */
final class KilledFit {
  static final long SEED = 77;
  static final long STEPS = 3_000;

  private KilledFit() {}

  public static void main(String[] args) throws Exception {
    Path checkpoint = Path.of(args[0]);
    Files.write(Path.of(args[1]), bits(run(checkpoint)));
  }

  static double[] run(Path checkpoint) {
    EightSchools model = new EightSchools();
    EightSchools.Data data =
        new EightSchools.Data(
            new double[] {28, 8, -3, 7, -1, 1, 18, 12},
            new double[] {15, 10, 16, 11, 9, 11, 10, 18});
    try (Session session = Session.open(SEED)) {
      ModelStructure structure = ModelStructure.of(session, model, data);
      ParamStore params = new ParamStore(session.seed().fold("params"));
      Guide<Object> guide =
          FlowCatalog.library().guide("iaf").build(structure, params.scope("guide"));
      Svi<EightSchools.Data> svi =
          new Svi<>(
                  session,
                  params,
                  structure,
                  model,
                  guide,
                  new Elbo(8),
                  SviSettings.defaults().withSteps(STEPS).withEvaluation(250, 200))
              .checkpointTo(checkpoint, 10);
      if (Files.exists(checkpoint)) {
        svi.restore(Checkpoint.read(checkpoint));
      }
      Fit<EightSchools.Data> fit = svi.run(data);
      return fit.parameters().values();
    }
  }

  static byte[] bits(double[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length);
    buffer.asDoubleBuffer().put(values);
    return buffer.array();
  }
}
