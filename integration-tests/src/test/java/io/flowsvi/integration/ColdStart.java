package io.flowsvi.integration;

import io.flowsvi.flows.guide.AutoGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.models.bayes.ModelEntry;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The first step of a fit in a JVM of its own, with plain {@code new}: {@code startOfTheProcess
 * model}. Prints the milliseconds from the start of the process to the end of the step, those of
 * the step itself, which records and compiles, those of the first step of a second fit of the same
 * model, and whether libtorch was loaded.
 */
public final class ColdStart {
  /** Eight schools with the data as Java arrays: nothing is read from a file. */
  static final String SCHOOLS = "eight schools";

  private ColdStart() {}

  /** Runs it here. */
  public static void main(String[] args) throws IOException {
    long start = Long.parseLong(args[0]);
    double step = step(args[1]);
    long end = System.currentTimeMillis();
    double again = step(args[1]);
    boolean torch = Files.readString(Path.of("/proc/self/maps")).contains("torch_cpu");
    System.out.println(
        (end - start) + " " + step + " " + again + " " + (torch ? "loaded" : "not loaded"));
  }

  private static double step(String model) {
    return model.equals(SCHOOLS)
        ? step(
            new EightSchools(),
            new EightSchools.Data(
                new double[] {28, 8, -3, 7, -1, 1, 18, 12},
                new double[] {15, 10, 16, 11, 9, 11, 10, 18}))
        : step(ModelCatalog.bundled().get(model));
  }

  private static <D> double step(ModelEntry<D> entry) {
    return step(entry.model(), entry.bundled().get());
  }

  private static <D> double step(Model<D> model, D data) {
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, data);
      ParamStore params = new ParamStore(session.seed());
      ParamScope scope = params.scope("guide");
      int dim = structure.dim();
      BijectiveChain chain = Chain.of(dim).then(new ShiftScale(dim, 0.1));
      Guide<Object> guide = AutoGuide.of(structure, chain.pushforward(Constant.of(chain, scope)));
      Svi<D> svi =
          new Svi<>(session, params, structure, model, guide, new Elbo(10), SviSettings.defaults());
      long begin = System.nanoTime();
      svi.step(data);
      return (System.nanoTime() - begin) / 1e6;
    }
  }
}
