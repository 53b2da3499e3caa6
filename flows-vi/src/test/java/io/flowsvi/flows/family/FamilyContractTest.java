package io.flowsvi.flows.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.LaplaceGuide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every named family must hold in any dimension, before a fit has begun. */
class FamilyContractTest {
  private static final FlowCatalog CATALOG = FlowCatalog.library();
  private static final int DRAWS = 400;

  /** Enough where any draws will do. */
  private static final int FEW = 40;

  static Stream<Arguments> families() {
    List<Arguments> all = new ArrayList<>();
    for (String name : CATALOG.names()) {
      for (int dim : new int[] {1, 2, 7, 30}) {
        all.add(Arguments.of(name, dim));
      }
    }
    return all.stream();
  }

  private record Built(ParamStore store, Guide<Object> guide) {
    static Built of(Session session, String name, int dim) {
      Latent x = new Latent("x");
      Model<Integer> vector = (ctx, d) -> ctx.sample(x, Normal.of(0, 1).event(d));
      ModelStructure structure = ModelStructure.of(session, vector, dim);
      ParamStore store = new ParamStore(Seed.of(3));
      Guide<Object> guide = CATALOG.guide(name).build(structure, store.scope("guide"));
      if (guide instanceof LaplaceGuide) {
        // As a fit leaves it: with the curvature of a normal of this scale.
        complete(store, dim);
      }
      return new Built(store, guide);
    }

    private static void complete(ParamStore store, int dim) {
      double[] factor = new double[dim * dim];
      for (int i = 0; i < dim; i++) {
        factor[i * dim + i] = 0.3;
      }
      for (Param p : store.params()) {
        if (p.path().endsWith("factor")) {
          p.set(factor);
        } else if (p.path().endsWith("logDet")) {
          p.set(dim * Math.log(0.3));
        } else if (p.path().endsWith("known")) {
          p.set(1);
        }
      }
    }

    static Tensor values(Proposal proposal) {
      return proposal.values().reals().values().iterator().next();
    }

    double[] draws(Session session, int n) {
      return session.compute(arena -> values(propose(session, n)).toDoubles());
    }

    Proposal propose(Session session, int n) {
      return guide.propose(new ArenaInputs(), 0, n, session.seed().fold("q"));
    }
  }

  /** Draws must begin inside the bulk of a posterior of unit scale, and not on a point. */
  @ParameterizedTest
  @MethodSource("families")
  void startsAroundZeroAtLessThanUnitScale(String name, int dim) {
    try (Session session = Session.open(8)) {
      double[] draws = Built.of(session, name, dim).draws(session, DRAWS);
      double square = Arrays.stream(draws).map(x -> x * x).sum() / draws.length;
      assertThat(Math.sqrt(square)).isBetween(name.equals("map") ? 0 : 0.1, 0.6);
      assertThat(draws).hasSize(DRAWS * dim);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyParameterGetsAGradient(String name, int dim) {
    try (Session session = Session.open(8)) {
      Built built = Built.of(session, name, dim);
      boolean[] trained = built.store().trainable();
      // Couplings begin with an output of exactly zero, which lets no gradient into their trunk.
      double[] live = built.store().values();
      for (int i = 0; i < built.store().size(); i++) {
        live[i] += trained[i] ? 0.01 : 0;
      }
      double[] gradient = new double[built.store().size()];
      session.compute(
          arena ->
              Tape.gradient(
                  built.store(),
                  gradient,
                  () -> {
                    Proposal proposal = built.propose(session, FEW);
                    double[] weights = new double[dim];
                    Arrays.setAll(weights, i -> 1 + 0.3 * i);
                    var w = arena.tensor(weights, Shape.of(dim));
                    // Not symmetric: reflections get no gradient from what turning does not change.
                    return Built.values(proposal)
                        .minus(0.7)
                        .square()
                        .times(w)
                        .sum()
                        .plus(Terms.sum(proposal.logQ()).sum());
                  }));
      for (Param p : built.store().params()) {
        double norm = 0;
        for (int i = 0; i < p.shape().size(); i++) {
          assertThat(gradient[p.offset() + i]).as(p.path()).isFinite();
          norm += Math.abs(gradient[p.offset() + i]);
        }
        // On a line there is nothing to turn, and a masked network is its last bias.
        boolean basis = p.path().endsWith("/v") || p.path().endsWith("/q");
        boolean hidden = p.path().contains("/made") && !p.path().endsWith("/b2");
        // The choice of a member has no derivative: StratifiedElbo trains weights without one.
        boolean choice = p.path().endsWith("/logits");
        if (trained[p.offset()] && !choice && (dim > 1 || !(basis || hidden))) {
          assertThat(norm).as("gradient of %s", p).isPositive();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void sameSeedGivesSameBits(String name, int dim) {
    try (Session session = Session.open(8)) {
      assertThat(Built.of(session, name, dim).draws(session, FEW))
          .containsExactly(Built.of(session, name, dim).draws(session, FEW));
    }
  }

  @Test
  void everyFamilySaysWhatItIs() {
    for (String name : CATALOG.names()) {
      assertThat(CATALOG.guide(name).description()).as(name).isNotBlank();
    }
    for (String name : Families.all().keySet()) {
      assertThat(CATALOG.guide(name).description()).isEqualTo(CATALOG.flow(name).description());
    }
  }

  @Test
  void unknownNamesAreMetWithTheNearest() {
    assertThatThrownBy(() -> CATALOG.guide("iav"))
        .isInstanceOf(PplException.class)
        .hasMessageStartingWith("Unknown family 'iav'. Did you mean 'iaf'")
        .hasMessageContaining("Known: block, ")
        .hasMessageContaining("mean-field");
    assertThatThrownBy(() -> CATALOG.guide("Sylvster"))
        .hasMessageStartingWith("Unknown family 'Sylvster'. Did you mean 'sylvester'? Known: ");
    assertThatThrownBy(() -> CATALOG.flow("spaceship"))
        .hasMessageStartingWith("Unknown flow family 'spaceship'. Known: ");
  }

  @Test
  void aGuideOfANameReplacesTheFlowsOwn() {
    FlowFamily flow = CATALOG.flow("mean-field");
    GuideFamily own = (structure, scope) -> (in, data, particles, seed) -> null;
    FlowCatalog catalog = new FlowCatalog(Map.of("x", flow), Map.of("x", own));
    assertThat(catalog.guide("x")).isSameAs(own);
    assertThat(catalog.flow("x")).isSameAs(flow);
    assertThat(catalog.names()).containsExactly("x");
  }

  @Test
  void distanceIsLevenshteins() {
    assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestName.distance("", "abc")).isEqualTo(3);
    assertThat(NearestName.distance("IAF", "iaf")).isZero();
    assertThat(NearestName.distance("planar", "plnaar")).isEqualTo(2);
  }
}
