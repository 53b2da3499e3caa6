package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Planar;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How near flows come to the four energies of Rezende and Mohamed (2015): KL(q‖p) = log Z − ELBO.
 *
 * <p>The table is written to {@code target/energies.txt}, pictures of the targets and of 100,000
 * draws of each fit to {@code target/energies.png} (a row an energy, the target first). No bound
 * may be above log Z by more than three standard errors, and more planar layers must come nearer.
 * 5,000 steps of 64 draws, one seed; a run is kept in {@code
 * integration-tests/results/energies.md}.
 */
@Tag("benchmark")
class EnergiesBenchmark {
  private static final int DRAWS = 100_000;
  private static final int SIDE = 160;
  private static final double EXTENT = 4.5;

  private static Map<String, FlowFamily> families() {
    FlowCatalog library = FlowCatalog.library();
    Map<String, FlowFamily> all = new LinkedHashMap<>();
    for (int k : new int[] {2, 8, 32}) {
      all.put("planar " + k, (dim, scope) -> planar(dim, k));
    }
    for (String name :
        new String[] {"sylvester", "iaf", "spline-iaf", "coupling", "spline", "bnaf", "residual"}) {
      all.put(name, library.flow(name));
    }
    return all;
  }

  private static Chain planar(int dim, int k) {
    Chain chain = Chain.of(dim);
    for (int i = 0; i < k; i++) {
      chain = chain.then(new Planar(dim));
    }
    return chain.then(new ShiftScale(dim, 0.3));
  }

  private static Posterior<String> fit(Session session, Energies.Energy energy, FlowFamily family) {
    ModelStructure structure = ModelStructure.of(session, energy.model(), "none");
    ParamStore params = Problems.params(session);
    Guide<Object> guide = GuideFamily.of(family).build(structure, params.scope("guide"));
    return new Svi<>(
            session,
            params,
            structure,
            energy.model(),
            guide,
            ObjectiveFamily.elbo().build(guide, 64),
            SviSettings.defaults().withSteps(5_000).withLearningRate(0.01))
        .run("none")
        .posterior();
  }

  @Test
  void flowsApproachTheEnergies() throws IOException {
    Map<String, FlowFamily> families = families();
    StringBuilder table = new StringBuilder("KL(q||p) in nats, and its standard error\n");
    table.append(String.format("%-12s", ""));
    Energies.all().forEach(e -> table.append(String.format("%18s", e.name())));
    table.append('\n');
    int columns = families.size() + 1;
    BufferedImage picture = new BufferedImage(columns * SIDE, 4 * SIDE, BufferedImage.TYPE_INT_RGB);
    Map<String, Double> kl = new LinkedHashMap<>();
    int column = 1;
    for (Map.Entry<String, FlowFamily> family : families.entrySet()) {
      table.append(String.format("%-12s", family.getKey()));
      int row = 0;
      for (Energies.Energy energy : Energies.all()) {
        try (Session session = Session.open(2_015)) {
          target(session, energy, picture, row);
          Posterior<String> posterior = fit(session, energy, family.getValue());
          Estimate elbo = posterior.elbo(DRAWS);
          draws(posterior, picture, column, row);
          table.append(
              String.format(
                  Locale.ROOT, "%10.4f ±%.4f", energy.logZ() - elbo.value(), elbo.standardError()));
          kl.put(family.getKey() + energy.name(), energy.logZ() - elbo.value());
          assertThat(elbo.value())
              .as("%s on %s", family.getKey(), energy.name())
              .isLessThan(energy.logZ() + 3 * elbo.standardError());
        }
        row++;
      }
      column++;
      table.append('\n');
      // After every family: a run that is cut off keeps what it has.
      Path target = Path.of("target");
      Files.createDirectories(target);
      Files.writeString(target.resolve("energies.txt"), table);
      ImageIO.write(picture, "png", target.resolve("energies.png").toFile());
    }
    for (Energies.Energy energy : Energies.all()) {
      String u = energy.name();
      assertThat(kl.get("planar 8" + u)).as(u).isLessThan(kl.get("planar 2" + u));
      assertThat(kl.get("planar 32" + u)).as(u).isLessThan(kl.get("planar 8" + u));
    }
  }

  private static void target(
      Session session, Energies.Energy energy, BufferedImage picture, int row) {
    double[] grid = new double[2 * SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
      grid[2 * i] = EXTENT * (2 * (i % SIDE + 0.5) / SIDE - 1);
      grid[2 * i + 1] = EXTENT * (1 - 2 * (i / SIDE + 0.5) / SIDE);
    }
    double[] log =
        session.compute(
            a -> {
              Tensor z = a.tensor(grid, Shape.of(SIDE * SIDE, 2));
              return energy.logDensity().apply(z).toDoubles();
            });
    boolean strip = !energy.name().equals("U1");
    double[] density = new double[SIDE * SIDE];
    for (int i = 0; i < density.length; i++) {
      density[i] = strip && Math.abs(grid[2 * i]) > 4 ? 0 : Math.exp(log[i]);
    }
    paint(density, picture, 0, row);
  }

  private static void draws(
      Posterior<String> posterior, BufferedImage picture, int column, int row) {
    double[] first = posterior.draws(Energies.A, DRAWS).toArray();
    boolean joint = first.length == 2 * DRAWS;
    double[] second = joint ? first : posterior.draws(Energies.B, DRAWS).toArray();
    double[] density = new double[SIDE * SIDE];
    for (int i = 0; i < DRAWS; i++) {
      double x = joint ? first[2 * i] : first[i];
      double y = joint ? first[2 * i + 1] : second[i];
      int px = (int) Math.floor((x / EXTENT + 1) / 2 * SIDE);
      int py = (int) Math.floor((1 - y / EXTENT) / 2 * SIDE);
      if (px >= 0 && px < SIDE && py >= 0 && py < SIDE) {
        density[py * SIDE + px]++;
      }
    }
    paint(density, picture, column, row);
  }

  private static void paint(double[] density, BufferedImage picture, int column, int row) {
    double most = java.util.Arrays.stream(density).max().orElseThrow();
    for (int i = 0; i < density.length; i++) {
      int shade = 255 - (int) Math.round(255 * Math.sqrt(density[i] / most));
      int rgb = shade << 16 | shade << 8 | shade;
      picture.setRGB(column * SIDE + i % SIDE, row * SIDE + i / SIDE, rgb);
    }
  }
}
