package io.flowsvi.ppl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Ar1;
import io.flowsvi.ppl.dist.GaussianRandomWalk;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.Test;

class HierarchyTest {
  private static final Latent SCALE = new Latent("scale");
  private static final Latent WALK = new Latent("walk");
  private static final Latent PATH = new Latent("path");
  private static final Latent EFFECT = new Latent("effect");

  private static final Latent FREE = new Latent("free");

  private static void model(Context ctx, Object none) {
    Tensor scale = ctx.sample(SCALE, HalfNormal.of(1));
    ctx.sample(WALK, GaussianRandomWalk.of(3, scale));
    ctx.sample(PATH, Ar1.of(3, scale, Tensor.number(0.6), scale));
    ctx.plate(Plate.of("row", 2), () -> ctx.sample(EFFECT, Normal.of(Tensor.number(1), scale)));
    ctx.sample(FREE, Normal.of(scale, 2));
  }

  @Test
  void findsSitesWhoseScaleDependsOnOthers() {
    try (Session session = Session.open(1)) {
      Model<Object> model = HierarchyTest::model;
      ModelStructure structure = ModelStructure.of(session, model, "none");
      assertThat(Hierarchy.of(session, structure, model, "none"))
          .containsExactly(WALK, PATH, EFFECT);
      assertThat(Hierarchy.parents(session, structure, model, "none")).containsExactly(SCALE);
      // "free" has a location that depends, and a scale that does not.
      assertThat(Hierarchy.dependent(session, structure, model, "none"))
          .containsExactly(WALK, PATH, EFFECT, FREE);
    }
  }

  /**
   * Both densities at matching points differ by the log-determinant of the map alone: T log scale
   * for each path, less ½ log(1 − φ²) for the stationary start.
   */
  @Test
  void nonCentredPathsHaveTheSameDensityUpToTheMap() {
    try (Session session = Session.open(1)) {
      Model<Object> model = HierarchyTest::model;
      Model<Object> other = NonCentred.of(model, WALK, PATH, EFFECT);
      BatchLogDensity centred =
          BatchLogDensity.of(session, ModelStructure.of(session, model, "none"), model, "none");
      BatchLogDensity free =
          BatchLogDensity.of(session, ModelStructure.of(session, other, "none"), other, "none");
      double u = -0.4;
      double s = Math.exp(u);
      double phi = 0.6;
      double[] z = {u, 0.3, -1, 0.5, 0.2, 0.7, -0.9, 1.1, -0.2, 0.8};
      double first = z[4] / Math.sqrt(1 - phi * phi);
      double second = phi * first + z[5];
      double third = phi * second + z[6];
      double[] x = {
        u,
        s * z[1],
        s * (z[1] + z[2]),
        s * (z[1] + z[2] + z[3]),
        s + s * first,
        s + s * second,
        s + s * third,
        1 + s * z[7],
        1 + s * z[8],
        z[9]
      };
      double logDet = 8 * u - 0.5 * Math.log(1 - phi * phi);
      assertThat(free.values(z)[0]).isCloseTo(centred.values(x)[0] + logDet, within(1e-10));
    }
  }
}
